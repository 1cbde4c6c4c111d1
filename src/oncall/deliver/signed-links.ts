/**
 * Links that carry their own right: whoever holds one may do what it says, until it expires. They are
 * signed with HMAC-SHA-256, and kept nowhere. Their only secret is the key of this installation.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import { decodeGrant, type Grant } from "./decode-grant.ts";
import { areEqualBytes } from "./equal-secrets.ts";

export class SignedLinks {
  readonly #key: Uint8Array;
  readonly #externalUrl: string;

  /** `externalUrl` is without a slash at its end. */
  constructor(key: Uint8Array, externalUrl: string) {
    this.#key = key;
    this.#externalUrl = externalUrl;
  }

  /** Whether people reach this server by TLS. */
  get isSecure(): boolean {
    return this.#externalUrl.startsWith("https:");
  }

  /** How people reach this server: a name, and a port where it is not the usual one. */
  get host(): string {
    return URL.canParse(this.#externalUrl) ? new URL(this.#externalUrl).host : "";
  }

  /** The address below which a grant is used: `acknowledge`, `voice`, `status`. */
  linkOf(place: string, grant: Grant): string {
    return this.addressOf(place, this.tokenOf(grant));
  }

  addressOf(place: string, token: string): string {
    return `${this.#externalUrl}/oncall/${place}/${token}`;
  }

  tokenOf(grant: Grant): string {
    const { incident, user, message, expiresAtMs } = grant;
    const text = JSON.stringify([incident, user, message, expiresAtMs]);
    const payload = encodeBase64url(new TextEncoder().encode(text));
    return `${payload}.${this.signatureOf(`grant ${payload}`)}`;
  }

  /** What a token grants; undefined when it is not ours or has expired. */
  open(token: string, nowMs: number): Grant | undefined {
    const [payload = "", signature = ""] = token.split(".", 2);
    const given = decodeBase64url(signature);
    const wanted = this.#sign(`grant ${payload}`);
    if (given === undefined || !areEqualBytes(wanted, given)) return undefined;
    const grant = decodeGrant(decodeBase64url(payload));
    return grant !== undefined && grant.expiresAtMs > nowMs ? grant : undefined;
  }

  /** The part of an address that keeps a calendar secret; it does not expire. */
  calendarKey(name: string): string {
    return this.signatureOf(`calendar ${name}`).slice(0, 27);
  }

  /** What only this installation can say of a text; the text begins with what it is for. */
  signatureOf(text: string): string {
    return encodeBase64url(this.#sign(text));
  }

  #sign(text: string): Uint8Array {
    return hmac(sha256, this.#key, new TextEncoder().encode(text));
  }
}
