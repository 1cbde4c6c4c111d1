/**
 * Wall clocks of time zones. A wall time is what the clock on the wall shows, read as if it were UTC:
 * milliseconds in which a day is always a day long. Hand-overs are wall times, so that nine in the
 * morning stays nine in the morning when the clocks change.
 */
import type { TimeZone } from "#base";

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** What the wall clock shows at a moment. */
export function wallTimeAt(zone: TimeZone, atMs: number): number {
  return atMs + zone.offsetMsAt(atMs);
}

/**
 * The first moment at which the wall clock shows `wallMs` or later. So a time that occurs twice is
 * its first occurrence, and one that is skipped is the moment of the change. Never goes back when
 * `wallMs` goes forward.
 */
export function momentOf(zone: TimeZone, wallMs: number): number {
  // No zone changes twice in two days, so one of these two is the offset at that wall time.
  const before = zone.offsetMsAt(wallMs - zone.offsetMsAt(wallMs) - dayMs);
  const after = zone.offsetMsAt(wallMs - zone.offsetMsAt(wallMs) + dayMs);
  const early = wallMs - before;
  if (zone.offsetMsAt(early) === before) return early;
  const late = wallMs - after;
  if (zone.offsetMsAt(late) === after) return late;
  return changeBetween(zone, late, early);
}

/** The first moment in (`fromMs`, `untilMs`] with the offset that `untilMs` has. */
function changeBetween(zone: TimeZone, fromMs: number, untilMs: number): number {
  const offsetMs = zone.offsetMsAt(untilMs);
  let [without, having] = [fromMs, untilMs];
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2);
    if (zone.offsetMsAt(middle) === offsetMs) having = middle;
    else without = middle;
  }
  return having;
}

/** The wall time of the midnight that begins the day. */
export function startOfDay(wallMs: number): number {
  return Math.floor(wallMs / dayMs) * dayMs;
}

/** Sunday is 0. */
export function weekdayOf(wallMs: number): number {
  // The epoch was a Thursday.
  return (((Math.floor(wallMs / dayMs) + 4) % 7) + 7) % 7;
}

/** `2026-03-29`. */
export function dateOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

const wallTimePattern = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/** Reads `2026-01-05`, `2026-01-05 09:00` or `2026-01-05T09:00:00`; undefined for anything else. */
export function parseWallTime(text: string): number | undefined {
  const found = wallTimePattern.exec(text);
  if (found === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  // What does not exist (the 31st of June) would be read as another day.
  const isReal = new Date(wallMs).toISOString().slice(0, 10) === text.slice(0, 10);
  return isReal && hour < 24 && minute < 60 && second < 60 ? wallMs : undefined;
}
