import type { X509Certificate } from "node:crypto";
import type { Subject } from "./certificate.ts";

/**
 * Who a certificate is for, from the lines `O=…` and `CN=…`. Not `toLegacyObject`, which loads the
 * inner half of Node's tls before the outer, so that `createSecureServer` is broken afterwards.
 */
export function subjectOf(certificate: X509Certificate): Subject {
  const lines = certificate.subject.split("\n");
  const values = (name: string) =>
    lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
  return { commonName: values("CN=")[0] ?? "", organizations: values("O=") };
}
