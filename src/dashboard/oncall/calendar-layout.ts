/** Where things are in a calendar of weeks: each week a strip, along which time runs evenly. */
import {
  clockText,
  daysLater,
  dayText,
  startOfDay,
  wallTimeAt,
  weekdayOf,
  type Zone,
} from "./zoned-time.ts";

export interface Span {
  readonly fromMs: number;
  /** The end is not included. */
  readonly untilMs: number;
}

export interface Week extends Span {
  readonly days: readonly Day[];
}

interface Day extends Span {
  /** `Mon 5 Jan`. */
  readonly text: string;
  /** Parts of a hundred of the week's strip. */
  readonly left: number;
  readonly width: number;
}

/** The week that a moment is in, and those after it. */
export function weeksFrom(zone: Zone, atMs: number, count: number): readonly Week[] {
  const today = startOfDay(zone, atMs);
  const monday = daysLater(zone, today, -weekdayOf(zone, today));
  return Array.from({ length: count }, (_, index) =>
    weekOf(zone, daysLater(zone, monday, index * 7)),
  );
}

function weekOf(zone: Zone, fromMs: number): Week {
  const starts = Array.from({ length: 8 }, (_, index) => daysLater(zone, fromMs, index));
  const span = { fromMs, untilMs: starts[7] ?? fromMs };
  const days = starts.slice(0, 7).map((dayMs, index) => {
    const day = { fromMs: dayMs, untilMs: starts[index + 1] ?? dayMs };
    return { ...day, text: dayText(zone, dayMs), ...placeIn(span, day) };
  });
  return { ...span, days };
}

/** The part of a span that lies within a week, in parts of a hundred. */
export function placeIn(week: Span, { fromMs, untilMs }: Span) {
  const whole = week.untilMs - week.fromMs;
  const left = ((Math.max(fromMs, week.fromMs) - week.fromMs) / whole) * 100;
  const right = ((Math.min(untilMs, week.untilMs) - week.fromMs) / whole) * 100;
  return { left, width: Math.max(0, right - left) };
}

export function overlaps(left: Span, right: Span): boolean {
  return left.fromMs < right.untilMs && right.fromMs < left.untilMs;
}

/** What a pointer means that is this far along a week, from 0 to 1: the nearest step of the clock. */
export function momentAlong(zone: Zone, week: Span, share: number, stepMs: number): number {
  const within = Math.min(1, Math.max(0, share));
  const atMs = week.fromMs + within * (week.untilMs - week.fromMs);
  const wallMs = wallTimeAt(zone, atMs);
  return atMs + Math.round(wallMs / stepMs) * stepMs - wallMs;
}

/** What lies between where a drag began and where it is, either way; at least a step. */
export function dragged(startMs: number, endMs: number, stepMs: number): Span {
  const fromMs = Math.min(startMs, endMs);
  return { fromMs, untilMs: Math.max(startMs, endMs, fromMs + stepMs) };
}

/** `Mon 5 Jan 09:00 to 17:00`, `Mon 5 Jan 09:00 to Tue 6 Jan 09:00`. */
export function spanText(zone: Zone, { fromMs, untilMs }: Span): string {
  const [first, last] = [dayText(zone, fromMs), dayText(zone, untilMs)];
  const end = clockText(zone, untilMs);
  return `${first} ${clockText(zone, fromMs)} to ${first === last ? end : `${last} ${end}`}`;
}
