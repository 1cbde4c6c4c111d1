import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export interface MessagePlace {
  readonly incident: string;
  readonly step: number;
  readonly round: number;
  readonly user: string;
  readonly rule: number;
}

/** The id of a message: whoever plans it, however often, gives it the same. */
export function messageId({ incident, step, round, user, rule }: MessagePlace): string {
  const place = JSON.stringify([incident, step, round, user, rule]);
  return bytesToHex(sha256(utf8ToBytes(place))).slice(0, 32);
}
