import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/** A public key as JSON Web Key (RFC 7517), with `kid`, `alg` and `use`. */
export type Jwk = Readonly<Record<string, string>>;

/** Keys that sign and verify JSON Web Tokens (RFC 7519). */
export interface TokenKeys {
  /** Signs a payload, which is JSON text, and returns the compact form. */
  sign(payload: string): string;
  /**
   * The payload of a token that one of these keys signed, as JSON text; undefined for anything else.
   * Times, issuer and audience are for the caller to check.
   */
  verify(token: string): string | undefined;
  /** What others verify with. */
  readonly publicKeys: readonly Jwk[];
}

/** Longer tokens are not looked at. */
const tokenCharsMax = 64 * 1024;

interface VerifyingKey {
  readonly publicKey: KeyObject;
  readonly algorithm: "ES256" | "RS256";
  readonly kid: string;
}

/** Signs with `signing`, verifies with that and `earlier` keys: P-256 (ES256) or RSA (RS256). */
export function createTokenKeys(signing: KeyObject, earlier: readonly KeyObject[]): TokenKeys {
  const own = verifyingKeyOf(createPublicKey(signing));
  const keys = [own, ...earlier.map(verifyingKeyOf)];
  const header = base64url(JSON.stringify({ alg: own.algorithm, kid: own.kid, typ: "JWT" }));
  const headers = new Map(keys.map((key) => [key.kid, key]));
  return {
    sign: (payload) => {
      const signed = `${header}.${base64url(payload)}`;
      const signature = sign("sha256", Buffer.from(signed), {
        key: signing,
        dsaEncoding: "ieee-p1363",
      });
      return `${signed}.${signature.toString("base64url")}`;
    },
    verify: (token) => verifyToken(headers, token),
    publicKeys: keys.map(jwkOf),
  };
}

function verifyToken(keys: ReadonlyMap<string, VerifyingKey>, token: string): string | undefined {
  if (token.length > tokenCharsMax) return undefined;
  const parts = token.split(".");
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || !header || !payload || !signature) return undefined;
  const claimed = parseHeader(header);
  const key = keys.get(claimed.kid);
  // The algorithm is the key's: a token must not choose how it is verified.
  if (key === undefined || claimed.algorithm !== key.algorithm) return undefined;
  const isGenuine = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    { key: key.publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return isGenuine ? Buffer.from(payload, "base64url").toString("utf8") : undefined;
}

function parseHeader(encoded: string): { readonly kid: string; readonly algorithm: string } {
  try {
    const header: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString("utf8"));
    return { kid: textAt(header, "kid"), algorithm: textAt(header, "alg") };
  } catch {
    // No JSON: no token of ours, which an empty key name says, too.
    return { kid: "", algorithm: "" };
  }
}

function textAt(header: unknown, name: "kid" | "alg"): string {
  if (typeof header !== "object" || header === null) return "";
  const value: unknown = Object.getOwnPropertyDescriptor(header, name)?.value;
  return typeof value === "string" ? value : "";
}

function verifyingKeyOf(publicKey: KeyObject): VerifyingKey {
  const encoded = publicKey.export({ type: "spki", format: "der" });
  return {
    publicKey,
    algorithm: publicKey.asymmetricKeyType === "rsa" ? "RS256" : "ES256",
    kid: createHash("sha256").update(encoded).digest("base64url"),
  };
}

function jwkOf({ publicKey, algorithm, kid }: VerifyingKey): Jwk {
  const members = Object.entries(publicKey.export({ format: "jwk" })).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : [],
  );
  return { use: "sig", kid, alg: algorithm, ...Object.fromEntries(members) };
}

function base64url(text: string): string {
  return Buffer.from(text, "utf8").toString("base64url");
}
