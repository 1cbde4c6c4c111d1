import { createPublicKey, type KeyObject, verify } from "node:crypto";
import {
  childrenOf,
  contentOf,
  contextTag,
  type Element,
  readElements,
  readObjectId,
  tags,
} from "./der.ts";
import { formatIpOctets } from "./ip-octets.ts";
import { objectIds, signatureHashes } from "./object-ids.ts";
import { readSubject, type Subject } from "./subject.ts";

/** What a PKCS #10 request asks for; its signature was verified, so the sender has the key. */
export interface SigningRequest {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

/** A request is refused beyond this size. */
const requestBytesMax = 64 * 1024;

/** Reads a request in PEM (RFC 2986). Throws for what is malformed, unsupported or not well signed. */
export function parseSigningRequest(pem: string): SigningRequest {
  const [whole] = readElements(derOf(pem));
  const [content, algorithm, signature] = childrenOf(whole, tags.sequence);
  const [version, name, key, attributes] = childrenOf(content, tags.sequence);
  if (content === undefined || key === undefined || version?.content[0] !== 0) {
    throw new Error("certificate request of an unknown version");
  }
  const publicKey = createPublicKey({ key: Buffer.from(key.encoded), type: "spki", format: "der" });
  checkSignature(content.encoded, publicKey, { algorithm, signature });
  return { subject: readSubject(name), publicKey, ...alternativeNamesOf(attributes) };
}

function derOf(pem: string): Uint8Array {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]*)-----END /.exec(
    pem.slice(0, requestBytesMax),
  )?.[1];
  if (body === undefined) throw new Error("PEM block type must be CERTIFICATE REQUEST");
  return Buffer.from(body, "base64");
}

function checkSignature(
  content: Uint8Array,
  publicKey: KeyObject,
  signed: { readonly algorithm: Element | undefined; readonly signature: Element | undefined },
): void {
  const [id] = childrenOf(signed.algorithm, tags.sequence);
  const hash = signatureHashes.get(readObjectId(contentOf(id, tags.objectId)));
  if (hash === undefined) throw new Error("unsupported signature algorithm");
  // The first octet of a BIT STRING counts unused bits, of which a signature has none.
  const signature = contentOf(signed.signature, tags.bitString).subarray(1);
  if (!verify(hash, content, publicKey, signature)) {
    throw new Error("the signature of the certificate request is not valid");
  }
}

type AlternativeNames = Omit<SigningRequest, "subject" | "publicKey">;

function alternativeNamesOf(attributes: Element | undefined): AlternativeNames {
  const names = attributes === undefined ? [] : namesAskedFor(attributes);
  const texts = (number: number) =>
    names
      .filter(({ tag }) => tag === contextTag(number, "primitive"))
      .map(({ content }) => Buffer.from(content).toString("latin1"));
  return {
    emailAddresses: texts(1),
    dnsNames: texts(2),
    uris: texts(6),
    ipAddresses: names
      .filter(({ tag }) => tag === contextTag(7, "primitive"))
      .map(({ content }) => formatIpOctets(content))
      .filter((address) => address !== undefined),
  };
}

/** The general names within the attributes' extension request. */
function namesAskedFor(attributes: Element): readonly Element[] {
  return childrenOf(attributes, contextTag(0, "constructed"))
    .map((attribute) => childrenOf(attribute, tags.sequence))
    .filter(([id]) => isId(id, objectIds.extensionRequest))
    .flatMap(([, values]) => childrenOf(values, tags.set))
    .flatMap((extensions) => childrenOf(extensions, tags.sequence))
    .map((extension) => childrenOf(extension, tags.sequence))
    .filter(([id]) => isId(id, objectIds.subjectAlternativeName))
    .flatMap((parts) => readElements(contentOf(parts.at(-1), tags.octetString)))
    .flatMap((names) => childrenOf(names, tags.sequence));
}

function isId(element: Element | undefined, id: string): boolean {
  return readObjectId(contentOf(element, tags.objectId)) === id;
}
