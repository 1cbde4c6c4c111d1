/** `time_intervals`: named times, in the notation of the file. */
import {
  list,
  optional,
  parsed,
  field,
  struct,
  text,
  type ValueOf,
  type YamlType,
} from "#promconfig";
import type { TimeZones } from "#base";
import type { NumberRange, TimeInterval } from "../suppress/time-interval.ts";

const clockTime = parsed<number>({
  goType: "string",
  zero: 0,
  parse: parseClockTime,
  format: formatClockTime,
  isEmpty: () => false,
});

const clockRangeType = struct(
  "timeinterval.TimeRange",
  { from: field("start_time", optional(clockTime)), to: field("end_time", optional(clockTime)) },
  {
    check: ({ from, to }) => {
      const isWhole = from !== undefined && to !== undefined;
      if (!isWhole) return "start and end times must both be provided";
      return from >= to ? "start time cannot be equal or greater than end time" : undefined;
    },
  },
);

const intervalParts = {
  times: field("times", list(clockRangeType)),
  weekdays: field("weekdays", list(rangeOf(parseWeekdays, weekdayName))),
  daysOfMonth: field("days_of_month", list(rangeOf(parseDaysOfMonth))),
  months: field("months", list(rangeOf(parseMonths))),
  years: field("years", list(rangeOf(parseYears))),
  location: field("location", text),
} as const;
const intervalType = struct("timeinterval.TimeInterval", intervalParts);

const namedParts = {
  name: field("name", text),
  intervals: field("time_intervals", list(intervalType)),
} as const;

/** A name and its times, any of which has to hold. */
export type NamedIntervals = ValueOf<typeof namedParts>;
export const namedIntervalsType = struct("config.TimeInterval", namedParts, {
  check: ({ name }) => (name === "" ? "missing name in time interval" : undefined),
});

/** The intervals with their zones looked up. `unknown time zone` when there is none of a name. */
export function resolveIntervals(
  { intervals }: NamedIntervals,
  zones: TimeZones,
): readonly TimeInterval[] {
  return intervals.map(({ times, weekdays, daysOfMonth, months, years, location }) => ({
    times:
      times.length === 0
        ? undefined
        : times.map(({ from = 0, to = minutesPerDay }) => ({ from, to })),
    weekdays: listed(weekdays),
    daysOfMonth: listed(daysOfMonth),
    months: listed(months),
    years: listed(years),
    zone: zoneOf(location, zones),
  }));
}

/** Why a zone cannot be used; undefined for one that can. */
export function zoneProblem({ intervals }: NamedIntervals, zones: TimeZones): string | undefined {
  for (const { location } of intervals) {
    const isKnown = namedZones.has(location) || zones.find(location) !== undefined;
    if (!isKnown) return `unknown time zone ${location}`;
  }
  return undefined;
}

const minutesPerDay = 1440;
const namedZones: ReadonlySet<string> = new Set(["", "UTC", "Local"]);

function zoneOf(location: string, zones: TimeZones) {
  if (location === "Local") return zones.local;
  return location === "" || location === "UTC" ? undefined : zones.find(location);
}

function listed(ranges: readonly NumberRange[]): readonly NumberRange[] | undefined {
  return ranges.length === 0 ? undefined : ranges;
}

function rangeOf(
  parse: (text: string) => NumberRange,
  nameOf: (value: number) => string = String,
): YamlType<NumberRange> {
  return parsed({
    goType: "string",
    zero: { from: 0, to: 0 },
    parse,
    format: ({ from, to }) => (from === to ? nameOf(from) : `${nameOf(from)}:${nameOf(to)}`),
    isEmpty: () => false,
  });
}

function parseClockTime(text: string): number {
  const [, hours = "", minutes = ""] = /^((?:[01]\d)|(?:2[0-4])):([0-5]\d)$/.exec(text) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  if (hours === "" || minute > minutesPerDay) {
    throw new Error(`couldn't parse timestamp ${text}, invalid format`);
  }
  return minute;
}

function formatClockTime(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];

function weekdayName(day: number): string {
  return weekdays[day] ?? "";
}

function parseWeekdays(text: string): NumberRange {
  const range = ends(text, (word) => {
    const day = weekdays.indexOf(word.toLowerCase());
    if (day < 0) throw new Error(`${word} is not a valid weekday`);
    return day;
  });
  if (range.from > range.to) throw new Error("start day cannot be before end day");
  return range;
}

function parseMonths(text: string): NumberRange {
  const { from, to } = ends(text, (word) => {
    const month = /^\d+$/.test(word) ? Number(word) : months.indexOf(word.toLowerCase()) + 1;
    if (month < 1 || month > 12) throw new Error(`${word} is not a valid month`);
    return month;
  });
  if (from > to) throw new Error(`end month ${to} is before start month ${from}`);
  return { from, to };
}

function parseYears(text: string): NumberRange {
  const { from, to } = ends(text, (word) => {
    if (!/^\d{1,6}$/.test(word)) throw new Error(`${word} is not a valid year`);
    return Number(word);
  });
  if (from > to) throw new Error(`end year ${to} is before start year ${from}`);
  return { from, to };
}

/** Days are counted from the first, or with a minus from the last. */
function parseDaysOfMonth(text: string): NumberRange {
  const range = ends(text, (word) => {
    const day = /^-?\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
    if (!(Math.abs(day) >= 1 && Math.abs(day) <= 31)) {
      throw new Error(`${word} is not a valid day of the month: out of range`);
    }
    return day;
  });
  const { from, to } = range;
  if (from < 0 && to > 0) throw new Error("end day must be negative if start day is negative");
  // Where one counts from the end, the shortest month decides whether there can be such days.
  const last = to < 0 && from > 0 ? 31 + to + 1 : to;
  if (from > last) throw new Error(`end day ${to} is always before start day ${from}`);
  return range;
}

/** `a:b`, or `a` for both. */
function ends(text: string, parse: (word: string) => number): NumberRange {
  const words = text.split(":");
  const [first = "", second = first] = words;
  if (words.length > 2 || first === "" || second === "") {
    throw new Error(`${text} is not a valid range`);
  }
  return { from: parse(first.trim()), to: parse(second.trim()) };
}
