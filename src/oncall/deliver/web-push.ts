/**
 * Messages to a browser that installed the page: Web Push (RFC 8030), encrypted so that only the
 * browser can read it (RFC 8291, aes128gcm of RFC 8188), signed so that the push service knows the
 * sender (VAPID, RFC 8292).
 */
import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { DeliveryError } from "../engine/page.ts";
import { encodeBase64url } from "./base64url.ts";
import type { Composed } from "./chat.ts";
import { decodeSubscription, type Subscription } from "./decode-subscription.ts";
import { type Outbound, post } from "./post.ts";

/** Elliptic curves and ciphers, which the host has. */
export interface WebPushCrypto {
  /** Our public key of P-256, uncompressed: what browsers subscribe with. */
  readonly publicKey: Uint8Array;
  /** Makes a key pair for one message and agrees with the other side's public key on a secret. */
  agree(theirs: Uint8Array): { readonly publicKey: Uint8Array; readonly secret: Uint8Array };
  /** AES-128-GCM; the tag follows the cipher text. */
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array;
  /** ECDSA on P-256 with SHA-256 by our key; the two numbers one after the other. */
  sign(bytes: Uint8Array): Uint8Array;
  randomBytes(count: number): Uint8Array;
}

export interface WebPushSettings {
  readonly crypto: WebPushCrypto;
  /** `mailto:ops@example.com`: whom push services may ask. */
  readonly subject: string;
}

const recordBytes = 4096;
const ttlSeconds = 3_600;
/** Push services take at most a day. */
const tokenSeconds = 12 * 3_600;

export async function sendWebPush(
  outbound: Outbound,
  settings: WebPushSettings,
  { page, text, nowMs }: Composed & { readonly nowMs: number },
  signal: AbortSignal,
): Promise<string> {
  const subscription = decodeSubscription(page.contact.address);
  if (subscription === undefined) {
    throw new DeliveryError("this is no push subscription", { isRetryable: false });
  }
  const shown = {
    title: text.subject,
    body: text.lines.join("\n").slice(0, 1_500),
    tag: page.id,
    url: text.actionUrl,
  };
  const { crypto } = settings;
  const plain = new TextEncoder().encode(JSON.stringify(shown));
  await post(
    outbound,
    {
      url: subscription.endpoint,
      headers: {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        ttl: String(ttlSeconds),
        urgency: "high",
        // Of two messages with a topic that have not been shown yet only the later one is.
        topic: page.id,
        authorization: vapid(settings, subscription.endpoint, nowMs),
      },
      body: encryptMessage(crypto, subscription, plain),
    },
    signal,
  );
  return "";
}

/** The body of a message: one record of RFC 8188 with our public key as its key id. */
export function encryptMessage(
  crypto: WebPushCrypto,
  { publicKey: theirs, authSecret }: Pick<Subscription, "publicKey" | "authSecret">,
  plain: Uint8Array,
): Uint8Array {
  const { publicKey: ours, secret } = crypto.agree(theirs);
  const salt = crypto.randomBytes(16);
  const context = joined(utf8("WebPush: info\0"), theirs, ours);
  const keyMaterial = expand(sha256, extract(sha256, secret, authSecret), context, 32);
  const base = extract(sha256, keyMaterial, salt);
  const key = expand(sha256, base, utf8("Content-Encoding: aes128gcm\0"), 16);
  const nonce = expand(sha256, base, utf8("Content-Encoding: nonce\0"), 12);
  const header = new Uint8Array(21);
  header.set(salt);
  new DataView(header.buffer).setUint32(16, recordBytes);
  header[20] = ours.length;
  // The 2 says that this record is the last.
  return joined(header, ours, crypto.seal(key, nonce, joined(plain, Uint8Array.of(2))));
}

function vapid({ crypto, subject }: WebPushSettings, endpoint: string, nowMs: number): string {
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(nowMs / 1000) + tokenSeconds,
    sub: subject,
  };
  const encoded = [{ typ: "JWT", alg: "ES256" }, claims]
    .map((part) => encodeBase64url(utf8(JSON.stringify(part))))
    .join(".");
  const signature = encodeBase64url(crypto.sign(utf8(encoded)));
  return `vapid t=${encoded}.${signature}, k=${encodeBase64url(crypto.publicKey)}`;
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** The key that browsers subscribe with, as they want it. */
export function applicationServerKey({ publicKey }: WebPushCrypto): string {
  return encodeBase64url(publicKey);
}
