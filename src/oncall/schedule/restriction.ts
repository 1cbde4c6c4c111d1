/** Times of the week to which a layer is restricted: nights, week-ends, business hours. */
import type { TimeZone } from "#base";
import {
  dateOf,
  dayMs,
  minuteMs,
  momentOf,
  startOfDay,
  wallTimeAt,
  weekdayOf,
} from "./wall-clock.ts";

export interface Restriction {
  /** Sunday is 0; the days on which it begins. */
  readonly weekdays: readonly number[];
  /** Minutes since midnight. */
  readonly fromMinute: number;
  /** Not included; one that is not after `fromMinute` is on the next day. 1440 is midnight. */
  readonly untilMinute: number;
}

export interface Span {
  readonly fromMs: number;
  /** The end is not included. */
  readonly untilMs: number;
}

/** When a restriction lets its layer be, as far as it overlaps with a range; holidays begin none. */
export function restrictedSpans(
  restriction: Restriction,
  zone: TimeZone,
  range: Span,
  holidays: ReadonlySet<string>,
): readonly Span[] {
  const spans: Span[] = [];
  const lastDay = startOfDay(wallTimeAt(zone, range.untilMs));
  // One that began on the day before may last until today.
  let day = startOfDay(wallTimeAt(zone, range.fromMs)) - dayMs;
  for (; day <= lastDay; day += dayMs) {
    if (!restriction.weekdays.includes(weekdayOf(day)) || holidays.has(dateOf(day))) continue;
    const span = spanOf(restriction, zone, day);
    if (span.untilMs > range.fromMs && span.fromMs < range.untilMs) spans.push(span);
  }
  return spans;
}

function spanOf({ fromMinute, untilMinute }: Restriction, zone: TimeZone, day: number): Span {
  const isOvernight = untilMinute <= fromMinute;
  return {
    fromMs: momentOf(zone, day + fromMinute * minuteMs),
    untilMs: momentOf(zone, day + untilMinute * minuteMs + (isOvernight ? dayMs : 0)),
  };
}

export function isInside({ fromMs, untilMs }: Span, atMs: number): boolean {
  return atMs >= fromMs && atMs < untilMs;
}
