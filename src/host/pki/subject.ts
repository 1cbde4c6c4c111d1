import type { X509Certificate } from "node:crypto";
import {
  childrenOf,
  contentOf,
  contextTag,
  type Element,
  readElements,
  readObjectId,
  tags,
} from "./der.ts";
import { objectIds } from "./object-ids.ts";

/** Who a certificate speaks for. Kubernetes reads the name as user and the organizations as groups. */
export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/**
 * The subject of a certificate, values exactly as written. Node's own `toLegacyObject` is not used: in
 * a process that has not loaded `node:tls` yet it leaves that module without half of its functions.
 */
export function subjectOf(certificate: X509Certificate): Subject {
  const [content] = childrenOf(readElements(certificate.raw)[0], tags.sequence);
  const fields = childrenOf(content, tags.sequence);
  // Version, serial number, algorithm, issuer, validity, subject; the first is absent in version 1.
  const hasVersion = fields[0]?.tag === contextTag(0, "constructed");
  return readSubject(fields[hasVersion ? 5 : 4]);
}

/** The subject that a DER `Name` holds. Of several common names the last, most specific one stands. */
export function readSubject(name: Element | undefined): Subject {
  const values = childrenOf(name, tags.sequence)
    .flatMap((set) => childrenOf(set, tags.set))
    .map((attribute) => childrenOf(attribute, tags.sequence))
    .map(([id, value]) => ({
      id: readObjectId(contentOf(id, tags.objectId)),
      text: Buffer.from(value?.content ?? []).toString("utf8"),
    }));
  const textsOf = (wanted: string) =>
    values.filter(({ id }) => id === wanted).map(({ text }) => text);
  return {
    commonName: textsOf(objectIds.commonName).at(-1) ?? "",
    organizations: textsOf(objectIds.organization),
  };
}
