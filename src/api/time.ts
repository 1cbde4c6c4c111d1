/**
 * Points in time and durations, as the API writes them.
 *
 * `Time` is RFC 3339 in UTC with whole seconds, `MicroTime` the same with exactly six fractional
 * digits (clients refuse any other number), `Duration` is Go's notation: `1h2m3.5s`.
 */

import { ValueError } from "./value-error.ts";

const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const timeLayout = "2006-01-02T15:04:05Z07:00";
const microTimeLayout = "2006-01-02T15:04:05.000000Z07:00";
const microDigits = 6;

/** A point in time with all the precision that the wire can carry. */
export interface Instant {
  /** Since 1970-01-01T00:00:00Z; negative before. */
  readonly seconds: number;
  /** 0 to 999,999,999. */
  readonly nanos: number;
}

/** Milliseconds since 1970 of a `Time` or `MicroTime`; throws `ValueError`. */
export function parseTime(text: string): number {
  const { seconds, nanos } = parseInstant(text, timeLayout);
  return seconds * 1000 + Math.floor(nanos / 1_000_000);
}

/** The `Time` of milliseconds since 1970, cut to whole seconds. */
export function formatTime(epochMs: number): string {
  return `${new Date(Math.floor(epochMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The `MicroTime` of milliseconds since 1970, which may have a fraction. */
export function formatMicroTime(epochMs: number): string {
  const seconds = Math.floor(epochMs / 1000);
  const micros = Math.floor((epochMs - seconds * 1000) * 1000);
  return microTimeOf({ seconds, nanos: micros * 1000 });
}

/** Any RFC 3339 time as the `Time` that the API stores. */
export function canonicalTime(text: string): string {
  return timeOf(parseInstant(text, timeLayout));
}

/** A `MicroTime` in UTC; throws `ValueError` unless it has exactly six fractional digits. */
export function canonicalMicroTime(text: string): string {
  return microTimeOf(parseInstant(text, microTimeLayout));
}

export function timeOf(instant: Instant): string {
  return formatTime(instant.seconds * 1000);
}

export function microTimeOf(instant: Instant): string {
  const micros = Math.floor(instant.nanos / 1000);
  const whole = new Date(instant.seconds * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(micros).padStart(microDigits, "0")}Z`;
}

/** The instant that `text` names, with up to nine fractional digits. */
export function instantOf(text: string): Instant {
  return parseInstant(text, timeLayout);
}

function parseInstant(text: string, layout: string): Instant {
  const match = rfc3339.exec(text);
  if (match === null) throw badTime(text, layout);
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour, offsetMinute] =
    match;
  if (layout === microTimeLayout && fraction.length !== microDigits) throw badTime(text, layout);
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // Date.parse rolls over nothing but accepts 24:00:00; Go does not.
  if (Number.isNaN(epochMs) || hour === "24" || !isDayOfMonth(epochMs, Number(day))) {
    throw badTime(text, layout);
  }
  const offsetMinutes = sign === undefined ? 0 : Number(offsetHour) * 60 + Number(offsetMinute);
  const offsetSeconds = offsetMinutes * 60 * (sign === "-" ? -1 : 1);
  return {
    seconds: epochMs / 1000 - offsetSeconds,
    nanos: Number(fraction.padEnd(9, "0")),
  };
}

function isDayOfMonth(epochMs: number, day: number): boolean {
  return new Date(epochMs).getUTCDate() === day;
}

function badTime(text: string, layout: string): ValueError {
  const quoted = JSON.stringify(text);
  return new ValueError(`parsing time ${quoted} as "${layout}": cannot parse ${quoted} as "2006"`);
}

const nanosPer: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);
const durationNanosMax = 2n ** 63n - 1n;
const durationTextMax = 128;

/** Nanoseconds of a duration in Go's notation; throws `ValueError`. */
export function parseDurationNanos(text: string): bigint {
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  if (unsigned === "0") return 0n;
  if (unsigned === "" || text.length > durationTextMax) throw badDuration(text);
  let nanos = 0n;
  const part = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/y;
  while (part.lastIndex < unsigned.length) {
    const [, digits = "", fraction = "", unit = ""] = part.exec(unsigned) ?? [];
    if (digits === "" && fraction === "") throw badDuration(text);
    nanos += partNanos(digits, fraction, nanosPer.get(unit) ?? 0n);
  }
  if (nanos > durationNanosMax) throw badDuration(text);
  return text.startsWith("-") ? -nanos : nanos;
}

function partNanos(digits: string, fraction: string, perUnit: bigint): bigint {
  const whole = BigInt(digits) * perUnit;
  return whole + (BigInt(fraction) * perUnit) / 10n ** BigInt(fraction.length);
}

function badDuration(text: string): ValueError {
  return new ValueError(`time: invalid duration ${JSON.stringify(text)}`);
}

/** Milliseconds, with a fraction, of a duration in Go's notation; throws `ValueError`. */
export function parseDuration(text: string): number {
  return Number(parseDurationNanos(text)) / 1e6;
}

/** Go's notation for nanoseconds: `1m30s`, `1.5ms`, `0s`. */
export function formatDurationNanos(nanos: bigint): string {
  if (nanos === 0n) return "0s";
  const sign = nanos < 0n ? "-" : "";
  const size = nanos < 0n ? -nanos : nanos;
  if (size < 1_000_000_000n) return sign + subSecondText(size);
  const seconds = size / 1_000_000_000n;
  const hours = seconds / 3600n;
  const minutes = (seconds / 60n) % 60n;
  const rest = decimal((seconds % 60n) * 1_000_000_000n + (size % 1_000_000_000n), 9);
  if (hours > 0n) return `${sign}${hours}h${minutes}m${rest}s`;
  return minutes > 0n ? `${sign}${minutes}m${rest}s` : `${sign}${rest}s`;
}

function subSecondText(nanos: bigint): string {
  if (nanos < 1_000n) return `${nanos}ns`;
  return nanos < 1_000_000n ? `${decimal(nanos, 3)}µs` : `${decimal(nanos, 6)}ms`;
}

/** `value` / 10^places without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const divisor = 10n ** BigInt(places);
  const fraction = String(value % divisor)
    .padStart(places, "0")
    .replace(/0+$/, "");
  return fraction === "" ? `${value / divisor}` : `${value / divisor}.${fraction}`;
}

/** Go's notation for milliseconds. */
export function formatDuration(ms: number): string {
  return formatDurationNanos(BigInt(Math.round(ms * 1e6)));
}
