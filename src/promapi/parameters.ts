/** Reading the parameters of the HTTP API: times, durations, limits, series selectors. */
import { DurationError, type LabelMatcher, parseSignedDuration } from "#series";
import { parseMetricSelector, PromqlError } from "#promql";
import { invalidParameter } from "./api-error.ts";

/** The widest range of times that can be named, in milliseconds: all whole numbers are exact. */
export const minTimeMs = Number.MIN_SAFE_INTEGER;
export const maxTimeMs = Number.MAX_SAFE_INTEGER;
const minTimeText = "-292273086-05-16T16:47:06Z";
const maxTimeText = "292277025-08-18T07:12:54.999999999Z";

/** RFC 3339, as Go reads it: a `T`, seconds, any fraction, and a zone. */
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A Unix time in seconds or RFC 3339, as milliseconds; undefined when it is neither. */
function findTimeMs(text: string): number | undefined {
  if (decimal.test(text)) return Math.round(Number(text) * 1000);
  if (text === minTimeText) return minTimeMs;
  if (text === maxTimeText) return maxTimeMs;
  if (!rfc3339.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** The time of a parameter; `fallbackMs` when it is absent, a refusal when there is none either. */
export function readTimeMs(form: URLSearchParams, name: string, fallbackMs?: number): number {
  const text = form.get(name) ?? "";
  if (text === "" && fallbackMs !== undefined) return fallbackMs;
  const timeMs = findTimeMs(text);
  if (timeMs !== undefined) return timeMs;
  throw invalidParameter(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
}

/** Seconds or a duration such as `5m`, in milliseconds; undefined when the parameter is absent. */
export function findDurationMs(form: URLSearchParams, name: string): number | undefined {
  const text = form.get(name) ?? "";
  return text === "" ? undefined : parseDurationMs(name, text);
}

/** As `findDurationMs`, but the parameter has to be there. */
export function readDurationMs(form: URLSearchParams, name: string): number {
  return parseDurationMs(name, form.get(name) ?? "");
}

function parseDurationMs(name: string, text: string): number {
  const ms = decimal.test(text) ? Number(text) * 1000 : findDuration(text);
  if (ms !== undefined && Math.abs(ms) <= maxTimeMs) return ms;
  const problem = `cannot parse ${JSON.stringify(text)} to a valid duration`;
  throw invalidParameter(name, ms === undefined ? problem : `${problem}. It overflows int64`);
}

function findDuration(text: string): number | undefined {
  try {
    return parseSignedDuration(text);
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
  if (!/^[+-]?\d{1,15}$/.test(text)) {
    throw invalidParameter(name, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const limit = Number(text);
  if (limit < 0) throw invalidParameter(name, "limit must be non-negative");
  return limit;
}

/** The series selectors of a repeated parameter. */
export function readSelectors(
  form: URLSearchParams,
  name = "match[]",
): readonly (readonly LabelMatcher[])[] {
  return form.getAll(name).map((text) => readSelector(name, text));
}

/** One series selector; refused when it would match everything, as upstream refuses it. */
export function readSelector(name: string, text: string): readonly LabelMatcher[] {
  const matchers = parseOrRefuse(name, () => parseMetricSelector(text));
  if (matchers.every((matcher) => matcher.matches(""))) {
    throw invalidParameter(name, "match[] must contain at least one non-empty matcher");
  }
  return matchers;
}

/** Runs a parser; what it refuses about the text becomes the refusal of this parameter. */
export function parseOrRefuse<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    // The parser's words are for whoever wrote the query.
    if (!(error instanceof PromqlError)) throw error;
    throw invalidParameter(name, error.message, error);
  }
}

/** `true`, `1` and the like, as Go's `strconv.ParseBool` reads them. */
export function readFlag(form: URLSearchParams, name: string): boolean {
  return ["1", "t", "T", "true", "TRUE", "True"].includes(form.get(name) ?? "");
}
