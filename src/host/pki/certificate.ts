import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import {
  bitString,
  boolean,
  contextTag,
  encode,
  namedBits,
  objectId,
  octetString,
  sequence,
  tags,
  time,
  unsignedInteger,
  utf8String,
} from "./der.ts";
import { ipOctets } from "./ip-octets.ts";
import { objectIds } from "./object-ids.ts";
import type { Subject } from "./subject.ts";

export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

export interface LeafContent extends Validity {
  readonly subject: Subject;
  readonly usages: readonly ("server" | "client")[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
}

/** Who signs: its name and its P-256 key. */
export interface Issuer {
  readonly subject: Subject;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RFC 5280 section 4.2.1.3: bits of the key usage. */
const keyUsages = { digitalSignature: 0, keyEncipherment: 2, certSign: 5, crlSign: 6 } as const;

const usageIds = {
  server: objectIds.serverAuthentication,
  client: objectIds.clientAuthentication,
} as const;

/** A self-signed authority's certificate, as PEM. */
export function encodeAuthority(issuer: Issuer, validity: Validity): string {
  const { digitalSignature, certSign, crlSign } = keyUsages;
  return encodeCertificate(issuer, {
    ...validity,
    subject: issuer.subject,
    publicKey: issuer.publicKey,
    extensions: [
      extension(objectIds.basicConstraints, "critical", sequence(boolean(true))),
      extension(objectIds.keyUsage, "critical", namedBits([digitalSignature, certSign, crlSign])),
    ],
  });
}

/** A certificate for `publicKey`, as PEM. */
export function encodeLeaf(issuer: Issuer, content: LeafContent, publicKey: KeyObject): string {
  const usages =
    publicKey.asymmetricKeyType === "rsa"
      ? [keyUsages.digitalSignature, keyUsages.keyEncipherment]
      : [keyUsages.digitalSignature];
  const purposes = content.usages.map((usage) => objectId(usageIds[usage]));
  const names = alternativeNames(content);
  return encodeCertificate(issuer, {
    ...content,
    publicKey,
    extensions: [
      extension(objectIds.basicConstraints, "critical", sequence()),
      extension(objectIds.keyUsage, "critical", namedBits(usages)),
      extension(objectIds.extendedKeyUsage, "optional", sequence(...purposes)),
      ...(names.length === 0
        ? []
        : [extension(objectIds.subjectAlternativeName, "optional", sequence(...names))]),
    ],
  });
}

interface CertificateContent extends Validity {
  readonly subject: Subject;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Uint8Array[];
}

const signatureAlgorithm = sequence(objectId(objectIds.ecdsaWithSha256));

/** RFC 5280 section 4.1. */
function encodeCertificate(issuer: Issuer, content: CertificateContent): string {
  const identifiers = [
    extension(objectIds.subjectKeyIdentifier, "optional", octetString(keyId(content.publicKey))),
    extension(
      objectIds.authorityKeyIdentifier,
      "optional",
      sequence(encode(contextTag(0, "primitive"), keyId(issuer.publicKey))),
    ),
  ];
  const toBeSigned = sequence(
    encode(contextTag(0, "constructed"), unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(serialNumber()),
    signatureAlgorithm,
    encodeName(issuer.subject),
    sequence(time(content.notBeforeMs), time(content.notAfterMs)),
    encodeName(content.subject),
    content.publicKey.export({ type: "spki", format: "der" }),
    encode(contextTag(3, "constructed"), sequence(...content.extensions, ...identifiers)),
  );
  const signature = sign("sha256", toBeSigned, issuer.privateKey);
  return pemOf("CERTIFICATE", sequence(toBeSigned, signatureAlgorithm, bitString(signature)));
}

function serialNumber(): Uint8Array {
  const bytes = randomBytes(16);
  // Positive, and never zero.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function encodeName(subject: Subject): Uint8Array {
  const attribute = (id: string, value: string) =>
    encode(tags.set, sequence(objectId(id), utf8String(value)));
  return sequence(
    ...subject.organizations.map((name) => attribute(objectIds.organization, name)),
    attribute(objectIds.commonName, subject.commonName),
  );
}

function alternativeNames(content: LeafContent): readonly Uint8Array[] {
  return [
    ...content.dnsNames.map((name) =>
      encode(contextTag(2, "primitive"), Buffer.from(name, "latin1")),
    ),
    ...content.ipAddresses.map((address) => encode(contextTag(7, "primitive"), ipOctets(address))),
  ];
}

function extension(id: string, weight: "critical" | "optional", value: Uint8Array): Uint8Array {
  const critical = weight === "critical" ? [boolean(true)] : [];
  return sequence(objectId(id), ...critical, octetString(value));
}

/** Names a key within certificates. Any 20 octets do, as long as issuer and issued agree. */
function keyId(publicKey: KeyObject): Uint8Array {
  const encoded = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(encoded).digest().subarray(0, 20);
}

function pemOf(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
