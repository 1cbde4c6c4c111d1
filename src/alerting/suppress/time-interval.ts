/**
 * Times in which a route is mute, or alone active: clock times, weekdays, days of the month, months
 * and years, each a list of ranges of which one has to hold, in a time zone.
 */
import type { TimeZone } from "#base";

/** From and to, both included. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Everything that is given has to hold; what is undefined always does. */
export interface TimeInterval {
  /** Minutes since midnight; the end is not included and may be 1440. */
  readonly times: readonly NumberRange[] | undefined;
  /** Sunday is 0. */
  readonly weekdays: readonly NumberRange[] | undefined;
  /** 1 to 31, or −1 for the last day and −31 at least for those before. */
  readonly daysOfMonth: readonly NumberRange[] | undefined;
  /** January is 1. */
  readonly months: readonly NumberRange[] | undefined;
  readonly years: readonly NumberRange[] | undefined;
  /** Undefined is UTC. */
  readonly zone: TimeZone | undefined;
}

/** Whether a moment is inside. */
export function isWithin(interval: TimeInterval, atMs: number): boolean {
  const offsetMs = interval.zone?.offsetMsAt(atMs) ?? 0;
  // The local time, read as if it were UTC: its fields are those of the calendar there.
  const local = new Date(atMs + offsetMs);
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  return (
    holds(interval.times, ({ from, to }) => minute >= from && minute < to) &&
    holds(interval.daysOfMonth, (range) => isDayWithin(range, local)) &&
    holds(interval.months, (range) => isBetween(range, local.getUTCMonth() + 1)) &&
    holds(interval.weekdays, (range) => isBetween(range, local.getUTCDay())) &&
    holds(interval.years, (range) => isBetween(range, local.getUTCFullYear()))
  );
}

function holds(
  ranges: readonly NumberRange[] | undefined,
  test: (range: NumberRange) => boolean,
): boolean {
  return ranges === undefined || ranges.some(test);
}

function isBetween({ from, to }: NumberRange, value: number): boolean {
  return value >= from && value <= to;
}

/** Days counted from the end, and beyond it, are brought into the month. */
function isDayWithin({ from, to }: NumberRange, local: Date): boolean {
  const days = new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 0)).getUTCDate();
  const dayOf = (day: number) => (day < 0 ? days + day + 1 : day);
  const [first, last] = [dayOf(from), dayOf(to)];
  // A range that lies behind the end of a short month holds on no day of it.
  if (first > days || last < 1) return false;
  return isBetween({ from: Math.max(first, 1), to: Math.min(last, days) }, local.getUTCDate());
}
