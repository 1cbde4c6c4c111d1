/**
 * Schedules in the notation of cron, by the rules of the Go package robfig/cron (v3,
 * `ParseStandard`), which clients are used to. All pure.
 */

import type { TimeZone } from "#base";
import { parseDuration } from "./time.ts";
import { ValueError } from "./value-error.ts";

export interface Schedule {
  /** The first moment after `afterMs` that is due; undefined when there is none for five years. */
  next(afterMs: number): number | undefined;
}

/** The values of one field that match. */
interface Matches {
  readonly values: ReadonlySet<number>;
  /** Written as `*` or `?`, which matters for the two kinds of days. */
  readonly isOpen: boolean;
}

interface FieldRule {
  readonly first: number;
  readonly last: number;
  /** Names of values, from `first` on. */
  readonly names?: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const minuteRule: FieldRule = { first: 0, last: 59 };
const hourRule: FieldRule = { first: 0, last: 23 };
const dayRule: FieldRule = { first: 1, last: 31 };
const monthRule: FieldRule = { first: 1, last: 12, names: months };
const weekdayRule: FieldRule = { first: 0, last: 6, names: weekdays };

const named: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const scheduleCharsMax = 1_024;

/** Throws `ValueError` for text that is no schedule. */
export function parseSchedule(text: string, zone: TimeZone): Schedule {
  if (text === "") throw new ValueError("empty spec string");
  if (text.length > scheduleCharsMax) throw new ValueError("schedule is too long");
  if (!text.startsWith("@")) return fieldSchedule(text, zone);
  if (text.startsWith("@every ")) return everySchedule(text);
  const fields = Object.hasOwn(named, text) ? named[text] : undefined;
  if (fields === undefined) throw new ValueError(`unrecognized descriptor: ${text}`);
  return fieldSchedule(fields, zone);
}

function everySchedule(text: string): Schedule {
  const duration = text.slice("@every ".length);
  let stepMs: number;
  try {
    stepMs = Math.max(1_000, Math.floor(parseDuration(duration) / 1_000) * 1_000);
  } catch (error) {
    throw new ValueError(`failed to parse duration ${text}: ${messageOf(error)}`);
  }
  return { next: (afterMs) => Math.floor(afterMs / 1_000) * 1_000 + stepMs };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** How far ahead a moment is looked for, as upstream: long enough for a 29 February. */
const daysAheadMax = 5 * 366;

function fieldSchedule(text: string, zone: TimeZone): Schedule {
  const fields = text.split(/\s+/).filter((field) => field !== "");
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  if (fields.length !== 5) {
    const found = `found ${fields.length}: [${fields.join(" ")}]`;
    throw new ValueError(`expected exactly 5 fields, ${found}`);
  }
  const times = minutesOfDay(parseField(minute, minuteRule), parseField(hour, hourRule));
  const isDue = dateMatcher(
    parseField(day, dayRule),
    parseField(month, monthRule),
    parseField(weekday, weekdayRule),
  );
  return {
    next(afterMs) {
      const localMs = afterMs + zone.offsetMsAt(afterMs);
      const today = Math.floor(localMs / dayMs);
      for (let date = today; date <= today + daysAheadMax; date++) {
        const foundMs = isDue(date)
          ? firstOfDay(date * dayMs, times, { zone, afterMs })
          : undefined;
        if (foundMs !== undefined) return foundMs;
      }
      return undefined;
    },
  };
}

/** Minutes since midnight, in order. */
function minutesOfDay(minutes: Matches, hours: Matches): readonly number[] {
  const times = [...hours.values].flatMap((hour) =>
    [...minutes.values].map((minute) => hour * 60 + minute),
  );
  return times.sort((left, right) => left - right);
}

/**
 * When both kinds of days are restricted, either is enough; otherwise both must match. Dates are
 * counted in days since 1970-01-01.
 */
function dateMatcher(days: Matches, monthsDue: Matches, weekdaysDue: Matches) {
  return (date: number): boolean => {
    const calendar = new Date(date * dayMs);
    if (!monthsDue.values.has(calendar.getUTCMonth() + 1)) return false;
    const isDay = days.values.has(calendar.getUTCDate());
    const isWeekday = weekdaysDue.values.has(calendar.getUTCDay());
    return days.isOpen || weekdaysDue.isOpen ? isDay && isWeekday : isDay || isWeekday;
  };
}

/**
 * The first moment of a local day when the clock shows one of `times`. Where clocks are turned there
 * are two offsets: a time that is skipped is not due, one that comes twice is due twice.
 */
function firstOfDay(
  midnightMs: number,
  times: readonly number[],
  { zone, afterMs }: { readonly zone: TimeZone; readonly afterMs: number },
): number | undefined {
  const around = [midnightMs - dayMs, midnightMs + 2 * dayMs];
  const offsets = new Set(around.map((atMs) => zone.offsetMsAt(atMs)));
  const moments = [...offsets].map((offsetMs) =>
    times
      .map((minutes) => midnightMs + minutes * minuteMs - offsetMs)
      .find((atMs) => atMs > afterMs && zone.offsetMsAt(atMs) === offsetMs),
  );
  const found = moments.filter((atMs) => atMs !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

function parseField(text: string, rule: FieldRule): Matches {
  const parts = text.split(",").filter((part) => part !== "");
  const ranges = parts.map((part) => parseRange(part, rule));
  return {
    values: new Set(ranges.flatMap(({ values }) => [...values])),
    isOpen: ranges.some(({ isOpen }) => isOpen),
  };
}

/** `*`, `5`, `mon-fri`, each perhaps with a step: `/15`. A single value with a step has no end. */
function parseRange(text: string, rule: FieldRule): Matches {
  const [range = "", stepText, ...moreSteps] = text.split("/");
  if (moreSteps.length > 0) throw new ValueError(`too many slashes: ${text}`);
  const [firstText = "", lastText, ...moreHyphens] = range.split("-");
  if (moreHyphens.length > 0) throw new ValueError(`too many hyphens: ${text}`);

  const isStar = firstText === "*" || firstText === "?";
  const first = isStar ? rule.first : parseValue(firstText, rule);
  const last = isStar ? rule.last : lastText === undefined ? first : parseValue(lastText, rule);
  const step = stepText === undefined ? 1 : parseNumber(stepText);
  const isSingle = !isStar && lastText === undefined;
  const end = isSingle && stepText !== undefined ? rule.last : last;
  checkRange({ text, first, end, step }, rule);

  const values = new Set<number>();
  for (let value = first; value <= end; value += step) values.add(value);
  return { values, isOpen: isStar && step === 1 };
}

function checkRange(
  range: {
    readonly text: string;
    readonly first: number;
    readonly end: number;
    readonly step: number;
  },
  rule: FieldRule,
): void {
  const { text, first, end, step } = range;
  if (first < rule.first) {
    throw new ValueError(`beginning of range (${first}) below minimum (${rule.first}): ${text}`);
  }
  if (end > rule.last) {
    throw new ValueError(`end of range (${end}) above maximum (${rule.last}): ${text}`);
  }
  if (first > end) {
    throw new ValueError(`beginning of range (${first}) beyond end of range (${end}): ${text}`);
  }
  if (step === 0) throw new ValueError(`step of range should be a positive number: ${text}`);
}

function parseValue(text: string, { names = [], first }: FieldRule): number {
  const position = names.indexOf(text.toLowerCase());
  return position < 0 ? parseNumber(text) : position + first;
}

function parseNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new ValueError(
      `failed to parse int from ${text}: strconv.Atoi: parsing "${text}": invalid syntax`,
    );
  }
  return Number(text);
}
