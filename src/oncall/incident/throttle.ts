/** How often one person is called or written to, at most: a storm of pages wakes nobody twice. */
import type { ContactKind } from "../roster.ts";
import { hourMs, minuteMs } from "../schedule/wall-clock.ts";
import type { LeftOut } from "./event.ts";
import type { Incident, Message } from "./incident.ts";

interface ThrottleLimit {
  readonly count: number;
  readonly perMs: number;
}

export type ThrottleLimits = Readonly<Partial<Record<ContactKind, readonly ThrottleLimit[]>>>;

/** What is loud or costs money is limited, the rest is not. */
export const throttleDefaults: ThrottleLimits = {
  voice: [
    { count: 3, perMs: 15 * minuteMs },
    { count: 7, perMs: hourMs },
  ],
  sms: [
    { count: 5, perMs: 15 * minuteMs },
    { count: 11, perMs: hourMs },
  ],
};

/** Why a message must wait for another channel; undefined when it may go out. */
export function findThrottle(
  incidents: Iterable<Incident>,
  message: Message,
  limits: ThrottleLimits,
  nowMs: number,
): LeftOut | undefined {
  const { kind } = message.contact;
  const windows = limits[kind] ?? [];
  if (windows.length === 0 || message.attemptCount > 0) return undefined;
  const startsMs: number[] = [];
  for (const incident of incidents) {
    for (const other of incident.messages.values()) {
      const isAlike = other.user === message.user && other.contact.kind === kind;
      if (isAlike && other.startedAtMs !== undefined) startsMs.push(other.startedAtMs);
    }
  }
  const full = windows.find(
    ({ count, perMs }) => startsMs.filter((startMs) => startMs > nowMs - perMs).length >= count,
  );
  if (full === undefined) return undefined;
  const minutes = full.perMs / minuteMs;
  const detail = `${full.count} ${kind} messages within ${minutes} minutes were sent already`;
  return { user: message.user, cause: "throttled", detail };
}
