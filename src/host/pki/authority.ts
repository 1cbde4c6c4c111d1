import { createPrivateKey, createPublicKey, generateKeyPair, X509Certificate } from "node:crypto";
import { promisify } from "node:util";
import {
  encodeAuthority,
  encodeLeaf,
  type Issuer,
  type LeafContent,
  type Validity,
} from "./certificate.ts";
import type { SigningRequest } from "./signing-request.ts";
import { type Subject, subjectOf } from "./subject.ts";

const newKeyPair = promisify(generateKeyPair);

/** A certificate and the private key that belongs to it, in PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority that signs the cluster's certificates. */
export interface Authority {
  /** In PEM: what clients and servers trust. */
  readonly certificate: string;
  /** Makes a new P-256 key and a certificate for it. */
  issue(content: LeafContent): Promise<KeyedCertificate>;
  /** Signs the key of a request. What the certificate says is decided by `content` alone. */
  sign(request: SigningRequest, content: LeafContent): string;
}

/** Makes a new authority with a P-256 key. */
export async function createAuthority(
  subject: Subject,
  validity: Validity,
): Promise<KeyedCertificate> {
  const { privateKey, publicKey } = await newKeyPair("ec", { namedCurve: "P-256" });
  return {
    certificate: encodeAuthority({ subject, privateKey, publicKey }, validity),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** Opens an authority that `createAuthority` made. */
export function openAuthority({ certificate, key }: KeyedCertificate): Authority {
  const privateKey = createPrivateKey(key);
  const issuer: Issuer = {
    subject: subjectOf(new X509Certificate(certificate)),
    privateKey,
    publicKey: createPublicKey(privateKey),
  };
  return {
    certificate,
    issue: async (content) => {
      const pair = await newKeyPair("ec", { namedCurve: "P-256" });
      return {
        certificate: encodeLeaf(issuer, content, pair.publicKey),
        key: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
    sign: (request, content) => encodeLeaf(issuer, content, request.publicKey),
  };
}
