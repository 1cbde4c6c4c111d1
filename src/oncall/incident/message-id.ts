import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { ContactMethod } from "../roster.ts";

export interface MessagePlace {
  readonly incident: string;
  readonly step: number;
  readonly round: number;
  readonly user: string;
  readonly rule: number;
}

/** The id of a message: whoever plans it, however often, gives it the same. */
export function messageId({ incident, step, round, user, rule }: MessagePlace): string {
  return idOf([incident, step, round, user, rule]);
}

/** The id of the message that tells somebody of a ticket. */
export function ticketId(incident: string, user: string, { id, address }: ContactMethod): string {
  return idOf(["ticket", incident, user, id, address]);
}

/** The id of the message that verifies a contact method; another address is another message. */
export function verificationId(user: string, { id, address }: ContactMethod): string {
  return idOf(["verification", user, id, address]);
}

/** What a browser is called among a user's contact methods; the same one subscribes only once. */
export function contactIdOf(endpoint: string): string {
  return `browser-${idOf(["browser", endpoint]).slice(0, 8)}`;
}

function idOf(parts: readonly (string | number)[]): string {
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(parts)))).slice(0, 32);
}
