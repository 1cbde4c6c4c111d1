/** Signs a request as AWS asks: signature version 4. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

export interface AwsCredentials {
  readonly region: string;
  readonly service: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Empty for keys that last. */
  readonly sessionToken: string;
}

/** The headers that a POST of a form needs, with the signature. */
export function signedHeaders(
  request: { readonly url: string; readonly body: string; readonly nowMs: number },
  credentials: AwsCredentials,
): Readonly<Record<string, string>> {
  const { host, pathname, search } = new URL(request.url);
  const moment = new Date(request.nowMs).toISOString().replace(/[-:]|\.\d+/g, "");
  const { sessionToken } = credentials;
  const headers: Readonly<Record<string, string>> = {
    "content-type": "application/x-www-form-urlencoded",
    host,
    "x-amz-date": moment,
    ...(sessionToken === "" ? {} : { "x-amz-security-token": sessionToken }),
  };
  const names = Object.keys(headers).sort();
  const canonical = [
    "POST",
    pathname,
    search.slice(1),
    ...names.map((name) => `${name}:${headers[name] ?? ""}`),
    "",
    names.join(";"),
    hashOf(request.body),
  ].join("\n");
  const day = moment.slice(0, 8);
  const scope = `${day}/${credentials.region}/${credentials.service}/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", moment, scope, hashOf(canonical)].join("\n");
  const signature = bytesToHex(keyed(signingKey(credentials, day), toSign));
  const authorization =
    `AWS4-HMAC-SHA256 Credential=${credentials.accessKey}/${scope}, ` +
    `SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
}

function signingKey({ secretKey, region, service }: AwsCredentials, day: string): Uint8Array {
  const start = new TextEncoder().encode(`AWS4${secretKey}`);
  return [day, region, service, "aws4_request"].reduce(keyed, start);
}

function keyed(key: Uint8Array, text: string): Uint8Array {
  return hmac(sha256, key, new TextEncoder().encode(text));
}

function hashOf(text: string): string {
  return bytesToHex(sha256(new TextEncoder().encode(text)));
}
