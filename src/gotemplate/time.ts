/** Go's `time.Time`, as templates use it: its parts, arithmetic, and layouts such as `15:04`. */
import { type TimeZone, utc } from "#base";
import { goDuration, nanosecondsOf } from "./duration.ts";
import { functionOf, type GoFunction, type GoStruct, type GoValue, stringOf } from "./value.ts";

const nanosecondsPerMillisecond = 1_000_000n;
const nanosecondsPerSecond = 1_000_000_000n;
/** The beginning of year 1, where Go's times begin. */
const zeroTime = -62_135_596_800n * nanosecondsPerSecond;

/** A moment, seen from a time zone; `typeName` tells whether it is a pointer to one. */
export function goTime(
  unixNanoseconds: bigint,
  typeName: "time.Time" | "*time.Time" = "time.Time",
  zone: TimeZone = utc,
): GoStruct {
  const text = formatTime(unixNanoseconds, "2006-01-02 15:04:05.999999999 -0700 MST", zone);
  return {
    kind: "struct",
    typeName,
    fields: new Map(),
    methods: new Map([
      ...partMethods(unixNanoseconds, zone),
      ...arithmeticMethods(unixNanoseconds, zone),
    ]),
    text,
    hidden: unixNanoseconds,
  };
}

function partMethods(
  nanoseconds: bigint,
  zone: TimeZone,
): readonly (readonly [string, GoFunction])[] {
  const date = localDateOf(nanoseconds, zone).date;
  const part = (name: string, value: GoValue) => [name, functionOf([], () => value)] as const;
  return [
    part("Year", BigInt(date.getUTCFullYear())),
    part("Month", named("time.Month", monthNames[date.getUTCMonth()] ?? "")),
    part("Day", BigInt(date.getUTCDate())),
    part("YearDay", BigInt(dayOfYear(date))),
    part("Weekday", named("time.Weekday", weekdayNames[date.getUTCDay()] ?? "")),
    part("Hour", BigInt(date.getUTCHours())),
    part("Minute", BigInt(date.getUTCMinutes())),
    part("Second", BigInt(date.getUTCSeconds())),
    part("Nanosecond", fractionOf(nanoseconds)),
    part("Unix", floorDivided(nanoseconds, nanosecondsPerSecond)),
    part("UnixMilli", floorDivided(nanoseconds, nanosecondsPerMillisecond)),
    part("UnixMicro", floorDivided(nanoseconds, 1_000n)),
    part("UnixNano", nanoseconds),
    part("IsZero", nanoseconds === zeroTime),
    part("String", formatTime(nanoseconds, "2006-01-02 15:04:05.999999999 -0700 MST", zone)),
    ["UTC", functionOf([], () => goTime(nanoseconds))],
    ["Format", functionOf(["string"], (layout) => formatTime(nanoseconds, stringOf(layout), zone))],
  ];
}

function arithmeticMethods(
  nanoseconds: bigint,
  zone: TimeZone,
): readonly (readonly [string, GoFunction])[] {
  const at = (moment: bigint) => goTime(moment, "time.Time", zone);
  return [
    ["Add", functionOf(["time.Duration"], (span) => at(nanoseconds + nanosecondsOf(span)))],
    ["Sub", functionOf(["time.Time"], (time) => goDuration(nanoseconds - nanosecondsOf(time)))],
    ["After", functionOf(["time.Time"], (time) => nanoseconds > nanosecondsOf(time))],
    ["Before", functionOf(["time.Time"], (time) => nanoseconds < nanosecondsOf(time))],
    ["Equal", functionOf(["time.Time"], (time) => nanoseconds === nanosecondsOf(time))],
    [
      "AddDate",
      functionOf(["int", "int", "int"], (years, months, days) =>
        at(withDateAdded(nanoseconds, [Number(years), Number(months), Number(days)])),
      ),
    ],
    [
      "Truncate",
      functionOf(["time.Duration"], (unit) => {
        const size = nanosecondsOf(unit);
        return at(size <= 0n ? nanoseconds : floorDivided(nanoseconds, size) * size);
      }),
    ],
  ];
}

function withDateAdded(nanoseconds: bigint, [years, months, days]: readonly number[]): bigint {
  const date = dateOf(nanoseconds);
  date.setUTCFullYear(
    date.getUTCFullYear() + (years ?? 0),
    date.getUTCMonth() + (months ?? 0),
    date.getUTCDate() + (days ?? 0),
  );
  const withinMillisecond =
    nanoseconds - floorMilliseconds(nanoseconds) * nanosecondsPerMillisecond;
  return BigInt(date.getTime()) * nanosecondsPerMillisecond + withinMillisecond;
}

/** The moment written as the layout writes Go's reference time, 2006-01-02 15:04:05 -0700. */
export function formatTime(unixNanoseconds: bigint, layout: string, zone: TimeZone = utc): string {
  const { date, offsetMs } = localDateOf(unixNanoseconds, zone);
  return layout.replace(layoutPattern, (element) => {
    if (/^[.,][09]+$/.test(element)) return fractionText(unixNanoseconds, element);
    if (/^[-Z]07/.test(element)) return offsetText(offsetMs, element);
    if (element === "MST") return zoneName(zone, Number(floorMilliseconds(unixNanoseconds)));
    return layoutElements.get(element)?.(date) ?? element;
  });
}

const layoutPattern =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|__2|002|_2(?!006)|0[1-6]|15|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?![0-9])|[1-5]/g;

const monthNames = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const layoutElements: ReadonlyMap<string, (date: Date) => string> = new Map([
  ["January", (date: Date) => monthNames[date.getUTCMonth()] ?? ""],
  ["Jan", (date: Date) => (monthNames[date.getUTCMonth()] ?? "").slice(0, 3)],
  ["Monday", (date: Date) => weekdayNames[date.getUTCDay()] ?? ""],
  ["Mon", (date: Date) => (weekdayNames[date.getUTCDay()] ?? "").slice(0, 3)],
  ["2006", (date: Date) => digits(date.getUTCFullYear(), 4)],
  ["06", (date: Date) => digits(date.getUTCFullYear() % 100, 2)],
  ["01", (date: Date) => digits(date.getUTCMonth() + 1, 2)],
  ["1", (date: Date) => digits(date.getUTCMonth() + 1, 1)],
  ["02", (date: Date) => digits(date.getUTCDate(), 2)],
  ["_2", (date: Date) => String(date.getUTCDate()).padStart(2)],
  ["2", (date: Date) => digits(date.getUTCDate(), 1)],
  ["002", (date: Date) => digits(dayOfYear(date), 3)],
  ["__2", (date: Date) => String(dayOfYear(date)).padStart(3)],
  ["15", (date: Date) => digits(date.getUTCHours(), 2)],
  ["03", (date: Date) => digits(twelveHour(date), 2)],
  ["3", (date: Date) => digits(twelveHour(date), 1)],
  ["04", (date: Date) => digits(date.getUTCMinutes(), 2)],
  ["4", (date: Date) => digits(date.getUTCMinutes(), 1)],
  ["05", (date: Date) => digits(date.getUTCSeconds(), 2)],
  ["5", (date: Date) => digits(date.getUTCSeconds(), 1)],
  ["PM", (date: Date) => (date.getUTCHours() >= 12 ? "PM" : "AM")],
  ["pm", (date: Date) => (date.getUTCHours() >= 12 ? "pm" : "am")],
]);

/** How far local time is ahead, in the form of the element; one with a `Z` says so of UTC. */
function offsetText(offsetMs: number, element: string): string {
  if (offsetMs === 0 && element.startsWith("Z")) return "Z";
  const seconds = Math.trunc(Math.abs(offsetMs) / 1000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const count = element.replaceAll(":", "").length / 2;
  const shown = parts.slice(0, Math.floor(count)).map((part) => digits(part, 2));
  return `${offsetMs < 0 ? "-" : "+"}${shown.join(element.includes(":") ? ":" : "")}`;
}

/** `CET`; where the zone has no such name, how far it is ahead. */
function zoneName(zone: TimeZone, epochMs: number): string {
  const offsetMs = zone.offsetMsAt(epochMs);
  const isWholeHour = offsetMs % 3_600_000 === 0;
  return zone.nameAt?.(epochMs) ?? offsetText(offsetMs, isWholeHour ? "-07" : "-0700");
}

/** `.000` is always so many digits; `.999` leaves out the zeros at the end, and itself if all are. */
function fractionText(nanoseconds: bigint, element: string): string {
  const all = fractionOf(nanoseconds).toString().padStart(9, "0");
  const kept = all.slice(0, element.length - 1).padEnd(element.length - 1, "0");
  const shown = element.includes("9") ? kept.replace(/0+$/, "") : kept;
  return shown === "" ? "" : `${element[0] ?? "."}${shown}`;
}

function named(typeName: string, text: string): GoStruct {
  return { kind: "struct", typeName, fields: new Map(), methods: new Map(), text };
}

/** A date whose parts in UTC are those of local time. */
function localDateOf(unixNanoseconds: bigint, zone: TimeZone) {
  const epochMs = Number(floorMilliseconds(unixNanoseconds));
  const offsetMs = zone.offsetMsAt(epochMs);
  return { date: new Date(epochMs + offsetMs), offsetMs };
}

function dateOf(unixNanoseconds: bigint): Date {
  return new Date(Number(floorMilliseconds(unixNanoseconds)));
}

function floorMilliseconds(nanoseconds: bigint): bigint {
  return floorDivided(nanoseconds, nanosecondsPerMillisecond);
}

function fractionOf(nanoseconds: bigint): bigint {
  return nanoseconds - floorDivided(nanoseconds, nanosecondsPerSecond) * nanosecondsPerSecond;
}

function floorDivided(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

function dayOfYear(date: Date): number {
  const startMs = Date.UTC(date.getUTCFullYear(), 0, 1);
  return Math.floor((date.getTime() - startMs) / 86_400_000) + 1;
}

function twelveHour(date: Date): number {
  return date.getUTCHours() % 12 || 12;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
