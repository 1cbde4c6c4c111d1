import { decodeBase64url } from "./base64url.ts";

/** Where a browser is reached, as its `PushSubscription` says in JSON. */
export interface Subscription {
  readonly endpoint: string;
  /** Of P-256, uncompressed: 65 bytes. */
  readonly publicKey: Uint8Array;
  readonly authSecret: Uint8Array;
}

/** Undefined for what is none. */
export function decodeSubscription(text: string): Subscription | undefined {
  const { endpoint, keys } = objectIn(text);
  if (typeof endpoint !== "string" || !/^https?:\/\//.test(endpoint)) return undefined;
  if (!URL.canParse(endpoint)) return undefined;
  if (typeof keys !== "object" || keys === null) return undefined;
  const { p256dh, auth } = keys as Readonly<Record<string, unknown>>;
  const publicKey = decodeBase64url(String(p256dh).replaceAll("=", ""));
  const authSecret = decodeBase64url(String(auth).replaceAll("=", ""));
  if (publicKey?.length !== 65 || authSecret?.length !== 16) return undefined;
  return { endpoint, publicKey, authSecret };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch (error) {
    // Somebody wrote an address in place of a subscription.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
