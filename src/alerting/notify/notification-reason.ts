import type { LogEntry } from "./notification-log.ts";

/** Why a group is told of, in upstream's words; templates know it as `.NotificationReason`. */
export type NotificationReason =
  | "first notification"
  | "new alerts in group"
  | "all alerts resolved"
  | "some alerts resolved"
  | "repeat interval elapsed"
  /** Where nobody is told: what is only shown. */
  | "unknown";

export interface GroupState {
  /** What the log knows alerts by. */
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

/**
 * Why a group has to be told of, given what was told last; undefined when nothing is new. An end is
 * worth a notification also where ends are not sent: it is noted, so that the same alert is new when
 * it comes again.
 */
export function notificationReason(
  entry: LogEntry | undefined,
  group: GroupState,
  options: {
    readonly nowMs: number;
    readonly repeatIntervalMs: number;
    readonly sendsResolved: boolean;
  },
): NotificationReason | undefined {
  if (entry === undefined) return group.firing.size > 0 ? "first notification" : undefined;
  if (!isSubset(group.firing, entry.firing)) {
    return entry.firing.length === 0 ? "first notification" : "new alerts in group";
  }
  // Everything is over: told once, to those who were told that something fired.
  if (group.firing.size === 0) return entry.firing.length > 0 ? "all alerts resolved" : undefined;
  if (options.sendsResolved && !isSubset(group.resolved, entry.resolved)) {
    return "some alerts resolved";
  }
  const isDue = entry.timestampMs < options.nowMs - options.repeatIntervalMs;
  return isDue ? "repeat interval elapsed" : undefined;
}

function isSubset(part: ReadonlySet<string>, whole: readonly string[]): boolean {
  const known = new Set(whole);
  for (const hash of part) if (!known.has(hash)) return false;
  return true;
}
