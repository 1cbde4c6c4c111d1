/** Reading the parameters of the HTTP API: times, durations, limits, series selectors. */
import { DurationError, type LabelMatcher, parseDuration } from "#series";
import { parseMetricSelector, PromqlError } from "#promql";
import { ApiError, invalidParameter } from "./api-error.ts";

/** The widest range of times that can be named, in milliseconds: all whole numbers are exact. */
export const minTimeMs = Number.MIN_SAFE_INTEGER;
export const maxTimeMs = Number.MAX_SAFE_INTEGER;
/** Upstream's durations are 64 bits of nanoseconds. */
const durationMsMax = 2 ** 63 / 1e6;
const minTimeText = "-292273086-05-16T16:47:06Z";
const maxTimeText = "292277025-08-18T07:12:54.999999999Z";

/** RFC 3339, as Go reads it: a `T`, seconds, any fraction, and a zone. */
const rfc3339 = /^\d{4}-\d\d-(\d\d)T(\d\d):\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const decimal = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+)?$/;

/** A number as Go reads it: digits may be set apart by `_`. Undefined when it is none. */
function findNumber(text: string): number | undefined {
  if (!decimal.test(text)) return undefined;
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}

/** A Unix time in seconds or RFC 3339, as milliseconds; undefined when it is neither. */
function findTimeMs(text: string): number | undefined {
  const seconds = findNumber(text);
  if (seconds !== undefined) return millisecondsOf(seconds);
  if (text === minTimeText) return minTimeMs;
  if (text === maxTimeText) return maxTimeMs;
  const [, day, hour] = rfc3339.exec(text) ?? [];
  if (day === undefined || hour === undefined || hour === "24") return undefined;
  // The clock time of that place; days that the month does not have become others.
  const placeMs = Date.parse(text.slice(0, 10));
  if (new Date(placeMs).getUTCDate() !== Number(day)) return undefined;
  const timeMs = Date.parse(text.replace(",", "."));
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Rounds the fraction alone, as upstream does: 1.0005 is written with a little less than half. */
function millisecondsOf(seconds: number): number {
  const whole = Math.trunc(seconds);
  const fraction = (seconds - whole) * 1000;
  return whole * 1000 + Math.sign(fraction) * Math.round(Math.abs(fraction));
}

/** The time of a parameter that must be there. */
export function readTimeMs(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? "";
  const timeMs = findTimeMs(text);
  if (timeMs !== undefined) return timeMs;
  throw invalidParameter(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
}

/** The time of a parameter, `fallbackMs` when it is absent. */
export function readTimeMsOr(form: URLSearchParams, name: string, fallbackMs: number): number {
  const text = form.get(name) ?? "";
  if (text === "") return fallbackMs;
  const timeMs = findTimeMs(text);
  if (timeMs !== undefined) return timeMs;
  const problem = `cannot parse ${JSON.stringify(text)} to a valid timestamp`;
  throw invalidParameter(name, `invalid time value for '${name}': ${problem}`);
}

/** Seconds or a duration such as `5m`, in milliseconds; undefined when the parameter is absent. */
export function findDurationMs(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? "";
  return text === "" ? undefined : readDurationMs(form, name);
}

/** As `findDurationMs`, but the parameter has to be there. */
export function readDurationMs(form: URLSearchParams, name: string): number {
  const duration = parseDurationMs(form.get(name) ?? "");
  if (typeof duration === "number") return duration;
  throw invalidParameter(name, duration.problem);
}

/** In milliseconds, or what is wrong with it. */
export function parseDurationMs(text: string): number | { readonly problem: string } {
  const seconds = findNumber(text);
  const ms = seconds === undefined ? findDuration(text) : seconds * 1000;
  if (ms !== undefined && Math.abs(ms) <= durationMsMax) return ms;
  const problem = `cannot parse ${JSON.stringify(text)} to a valid duration`;
  return { problem: ms === undefined ? problem : `${problem}. It overflows int64` };
}

function findDuration(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch (error) {
    // The parameter's refusal says the same in the API's words.
    if (error instanceof DurationError) return undefined;
    throw error;
  }
}

/** How many results are asked for at most; 0 is no limit. */
export function readLimit(form: URLSearchParams, name = "limit"): number {
  const text = form.get(name) ?? "";
  if (text === "") return 0;
  const limit = findInteger(text);
  if (limit === undefined) {
    const problem = /^[+-]?\d+$/.test(text) ? "value out of range" : "invalid syntax";
    throw invalidParameter(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: ${problem}`);
  }
  if (limit < 0) throw invalidParameter(name, "limit must be non-negative");
  return limit;
}

/** A whole number that is not needlessly large; undefined when it is none. */
export function findInteger(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A number of rows by upstream's older rules: −1 when absent or negative, which is no limit. */
export function readRowsMax(form: URLSearchParams, name: string): number {
  const text = form.get(name) ?? "";
  if (text === "") return -1;
  const rows = findInteger(text);
  if (rows === undefined) throw new ApiError("bad_data", `${name} must be a number`);
  return Math.max(-1, rows);
}

/** The series selectors of a repeated parameter. */
export function readSelectors(
  form: URLSearchParams,
  name = "match[]",
): readonly (readonly LabelMatcher[])[] {
  return form.getAll(name).map((text) => readSelector(name, text));
}

/** As `readSelectors`; some routes refuse what is wrong without naming the parameter. */
export function readBareSelectors(form: URLSearchParams): readonly (readonly LabelMatcher[])[] {
  return form.getAll("match[]").map((text) => {
    const matchers = parseOrRefuse(undefined, () => parseMetricSelector(text));
    if (!matchers.every((matcher) => matcher.matches(""))) return matchers;
    throw new ApiError("bad_data", matchesAll);
  });
}

const matchesAll = "match[] must contain at least one non-empty matcher";

/** One series selector; refused when it would match everything, as upstream refuses it. */
export function readSelector(name: string, text: string): readonly LabelMatcher[] {
  const matchers = parseOrRefuse(name, () => parseMetricSelector(text));
  if (matchers.every((matcher) => matcher.matches(""))) {
    throw invalidParameter(name, matchesAll);
  }
  return matchers;
}

/** Runs a parser; what it refuses becomes the refusal of this parameter, or of a nameless one. */
export function parseOrRefuse<T>(name: string | undefined, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // The parser's words are for whoever wrote the query.
    if (!(error instanceof PromqlError)) throw error;
    if (name !== undefined) throw invalidParameter(name, error.message, error);
    throw new ApiError("bad_data", error.message, { cause: error });
  }
}

/** `true`, `1` and the like, as Go's `strconv.ParseBool` reads them. */
export function readFlag(form: URLSearchParams, name: string): boolean {
  return ["1", "t", "T", "true", "TRUE", "True"].includes(form.get(name) ?? "");
}
