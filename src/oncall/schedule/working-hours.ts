/** When people work: Monday to Friday from eight to six by their own clock, but not on holidays. */
import type { TimeZone } from "#base";
import {
  dateOf,
  dayMs,
  hourMs,
  momentOf,
  startOfDay,
  wallTimeAt,
  weekdayOf,
} from "./wall-clock.ts";

export interface WorkingDays {
  readonly zone: TimeZone;
  /** Days off, as `2026-12-25`. */
  readonly holidays: ReadonlySet<string>;
}

const fromMs = 8 * hourMs;
const untilMs = 18 * hourMs;
/** Nobody has more days off in a row. */
const daysAheadMax = 60;

export function isWorkingTime(days: WorkingDays, atMs: number): boolean {
  const wallMs = wallTimeAt(days.zone, atMs);
  const timeOfDay = wallMs - startOfDay(wallMs);
  return isWorkday(days, wallMs) && timeOfDay >= fromMs && timeOfDay < untilMs;
}

/** The moment itself when it is one of work, else when work begins next. */
export function nextWorkingTime(days: WorkingDays, atMs: number): number {
  if (isWorkingTime(days, atMs)) return atMs;
  const todayMs = startOfDay(wallTimeAt(days.zone, atMs));
  for (let ahead = 0; ahead <= daysAheadMax; ahead++) {
    const wallMs = todayMs + ahead * dayMs;
    const beginMs = momentOf(days.zone, wallMs + fromMs);
    if (beginMs > atMs && isWorkday(days, wallMs)) return beginMs;
  }
  return atMs;
}

function isWorkday({ holidays }: WorkingDays, wallMs: number): boolean {
  const weekday = weekdayOf(wallMs);
  return weekday >= 1 && weekday <= 5 && !holidays.has(dateOf(wallMs));
}
