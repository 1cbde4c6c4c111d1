/**
 * Wall clocks of time zones, as the browser knows them. A wall time is what the clock on the wall
 * shows, read as if it were UTC, so that a day is always a day long.
 */

export interface Zone {
  readonly name: string;
  readonly offsetMsAt: (atMs: number) => number;
}

const dayMs = 86_400_000;

/** The zone of this name; UTC when the browser knows none. */
export function zoneNamed(name: string): Zone {
  try {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    return { name, offsetMsAt: (atMs) => offsetBy(format, atMs) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { name: "UTC", offsetMsAt: () => 0 };
  }
}

/** Where this browser is. */
export function ownZoneName(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function offsetBy(format: Intl.DateTimeFormat, atMs: number): number {
  const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  const date = Date.UTC(read("year"), read("month") - 1, read("day"));
  const seconds = (read("hour") * 60 + read("minute")) * 60 + read("second");
  return date + seconds * 1_000 - Math.floor(atMs / 1_000) * 1_000;
}

export function wallTimeAt(zone: Zone, atMs: number): number {
  return atMs + zone.offsetMsAt(atMs);
}

/** The first moment with this wall time; one that the clock skips is as far behind the change. */
function momentOf(zone: Zone, wallMs: number): number {
  const before = wallMs - zone.offsetMsAt(wallMs - dayMs);
  if (wallTimeAt(zone, before) === wallMs) return before;
  const after = wallMs - zone.offsetMsAt(wallMs + dayMs);
  return wallTimeAt(zone, after) === wallMs ? after : Math.max(before, after);
}

/** The midnight that began the day. */
export function startOfDay(zone: Zone, atMs: number): number {
  return momentOf(zone, Math.floor(wallTimeAt(zone, atMs) / dayMs) * dayMs);
}

/** So many days later by the wall clock. */
export function daysLater(zone: Zone, atMs: number, days: number): number {
  return momentOf(zone, wallTimeAt(zone, atMs) + days * dayMs);
}

/** Monday is 0. */
export function weekdayOf(zone: Zone, atMs: number): number {
  // The epoch was a Thursday.
  return (((Math.floor(wallTimeAt(zone, atMs) / dayMs) + 3) % 7) + 7) % 7;
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Mon 5 Jan`. */
export function dayText(zone: Zone, atMs: number): string {
  const wall = new Date(wallTimeAt(zone, atMs));
  return `${weekdays[weekdayOf(zone, atMs)]} ${wall.getUTCDate()} ${months[wall.getUTCMonth()]}`;
}

/** `09:00`. */
export function clockText(zone: Zone, atMs: number): string {
  return new Date(wallTimeAt(zone, atMs)).toISOString().slice(11, 16);
}

/** `Mon 5 Jan 09:00`. */
export function momentText(zone: Zone, atMs: number): string {
  return `${dayText(zone, atMs)} ${clockText(zone, atMs)}`;
}

/** `2026-01-05T09:00`: what a field for a date and a time holds. */
export function fieldText(zone: Zone, atMs: number): string {
  return new Date(wallTimeAt(zone, atMs)).toISOString().slice(0, 16);
}

/** The moment that such a field holds; undefined when it is empty. */
export function findMoment(zone: Zone, text: string): number | undefined {
  const wallMs = Date.parse(`${text}Z`);
  return Number.isNaN(wallMs) ? undefined : momentOf(zone, wallMs);
}
