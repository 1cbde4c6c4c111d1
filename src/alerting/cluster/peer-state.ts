/**
 * What several instances have in common: who was told of what, and what is silenced. Each is encoded
 * as Alertmanager encodes it, so that its instances and ours are one cluster.
 */
import type { Clock } from "#base";
import type { LogEntry, NotificationLog } from "../notify/notification-log.ts";
import type { Silence, Silences } from "../suppress/silences.ts";
import { delimited, withLength } from "./delimited.ts";
import { encodeSilence, readSilence } from "./silence-message.ts";
import { encodeTold, readTold } from "./told-message.ts";

/** One thing that every instance has, under the key by which all know it. */
export interface SharedState {
  readonly key: string;
  /** All of it. */
  encode(): Uint8Array;
  /** Takes in what another one has. Throws `ProtobufError` for what is none of it. */
  merge(bytes: Uint8Array): void;
}

/** Hears what was news, to save it and to pass it on. */
export interface SharedNews<T> {
  readonly clock: Clock;
  /** `receivedBytes` is the size of all that it came with. */
  readonly onMerged: (news: T, receivedBytes: number) => void;
}

/** The notification log as peers share it. */
export function sharedLog(
  log: NotificationLog,
  { clock, onMerged }: SharedNews<LogEntry>,
): SharedState {
  return {
    key: "nfl",
    encode: () => joined([...log.list()].map(encodeLogChange)),
    merge: (bytes) => {
      for (const reader of delimited(bytes)) {
        const entry = readTold(reader);
        if (entry === undefined || entry.expiresAtMs < clock.nowMs()) continue;
        if (log.merge(entry)) onMerged(entry, bytes.length);
      }
    },
  };
}

/** Silences as peers share them, each for so long after its end. */
export function sharedSilences(
  silences: Silences,
  { clock, onMerged }: SharedNews<Silence>,
  retentionMs: number,
): SharedState {
  return {
    key: "sil",
    encode: () => joined(silences.list().map((one) => encodeSilenceChange(one, retentionMs))),
    merge: (bytes) => {
      for (const reader of delimited(bytes)) {
        const found = readSilence(reader);
        if (found === undefined || found.expiresAtMs < clock.nowMs()) continue;
        if (silences.merge(found.silence)) onMerged(found.silence, bytes.length);
      }
    },
  };
}

/** What peers are told of a notification. */
export function encodeLogChange(entry: LogEntry): Uint8Array {
  return withLength(encodeTold(entry));
}

/** What peers are told of a silence. */
export function encodeSilenceChange(silence: Silence, retentionMs: number): Uint8Array {
  return withLength(encodeSilence({ silence, expiresAtMs: silence.endsAtMs + retentionMs }));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
