import {
  createCipheriv,
  createECDH,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from "node:crypto";

/** The curves and ciphers of Web Push (RFC 8291 and 8292). */
interface WebPushKeys {
  readonly publicKey: Uint8Array;
  agree(theirs: Uint8Array): { readonly publicKey: Uint8Array; readonly secret: Uint8Array };
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array;
  sign(bytes: Uint8Array): Uint8Array;
  randomBytes(count: number): Uint8Array;
}

/** A new private key of P-256, in PEM. */
export function generateWebPushKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Signs with the private key. Throws when the PEM is none of P-256. */
export function openWebPushKeys(privateKeyPem: string): WebPushKeys {
  const privateKey = createPrivateKey(privateKeyPem);
  const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return {
    // The point is what the structure ends with.
    publicKey: new Uint8Array(spki.subarray(-pointBytes)),
    agree: (theirs) => {
      const pair = createECDH("prime256v1");
      const publicKey = new Uint8Array(pair.generateKeys());
      return { publicKey, secret: new Uint8Array(pair.computeSecret(theirs)) };
    },
    seal: sealAes128Gcm,
    sign: (bytes) =>
      new Uint8Array(sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" })),
    randomBytes: (count) => new Uint8Array(randomBytes(count)),
  };
}

/** Uncompressed: a 4 and two numbers of 32 bytes. */
const pointBytes = 65;

function sealAes128Gcm(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  const parts = [cipher.update(plain), cipher.final(), cipher.getAuthTag()];
  return new Uint8Array(Buffer.concat(parts));
}
