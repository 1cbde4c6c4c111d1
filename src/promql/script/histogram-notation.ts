import { type CounterResetHint, type Histogram, histogramOf } from "#series";

/** A histogram as the test language writes it: `schema:1 sum:5 count:4 buckets:[1 2 1]`. */
export interface NotedHistogram {
  readonly histogram: Histogram;
  /** Whether the counter reset hint was written, not merely left unknown. */
  readonly hasHint: boolean;
}

/** Values of a series that are not of the notation. */
export class SequenceError extends Error {
  constructor(item: string) {
    super(`${JSON.stringify(item)} is no item of a sequence of values`);
    this.name = "SequenceError";
  }
}

/** Reads what stands between double braces. Throws a `SequenceError`. */
export function parseHistogram(content: string): NotedHistogram {
  const entries = parseEntries(content);
  const hint = entries.get("counter_reset_hint");
  const histogram = histogramOf({
    schema: numberOf(entries, "schema"),
    sum: numberOf(entries, "sum"),
    count: numberOf(entries, "count"),
    zeroCount: numberOf(entries, "z_bucket"),
    zeroThreshold: numberOf(entries, "z_bucket_w"),
    customValues: numbersOf(entries, "custom_values"),
    counterResetHint: hintOf(hint ?? "unknown"),
    buckets: numbersOf(entries, "buckets"),
    offset: numberOf(entries, "offset"),
    negativeBuckets: numbersOf(entries, "n_buckets"),
    negativeOffset: numberOf(entries, "n_offset"),
  });
  return { histogram, hasHint: hint !== undefined };
}

const keys: ReadonlySet<string> = new Set([
  "schema",
  "sum",
  "count",
  "z_bucket",
  "z_bucket_w",
  "custom_values",
  "counter_reset_hint",
  "buckets",
  "offset",
  "n_buckets",
  "n_offset",
]);

function parseEntries(content: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const entry of content.match(/(?:\[[^\]]*\]|\S)+/g) ?? []) {
    const [, key = "", value = ""] = /^([a-z_]+):(.+)$/s.exec(entry) ?? [];
    if (!keys.has(key) || entries.has(key)) throw new SequenceError(entry);
    entries.set(key, value);
  }
  return entries;
}

function numberOf(entries: ReadonlyMap<string, string>, key: string): number {
  return parseNumberText(entries.get(key) ?? "0");
}

function numbersOf(entries: ReadonlyMap<string, string>, key: string): readonly number[] {
  const text = entries.get(key);
  if (text === undefined) return [];
  if (!/^\[[^\]]+\]$/.test(text)) throw new SequenceError(`${key}:${text}`);
  return text.slice(1, -1).trim().split(/\s+/).map(parseNumberText);
}

const hints: ReadonlyMap<string, CounterResetHint> = new Map([
  ["unknown", "unknown"],
  ["reset", "reset"],
  ["not_reset", "notReset"],
  ["gauge", "gauge"],
]);

function hintOf(text: string): CounterResetHint {
  const hint = hints.get(text);
  if (hint === undefined) throw new SequenceError(text);
  return hint;
}

/** A signed decimal number, `Inf` or `NaN`. Throws a `SequenceError`. */
export function parseNumberText(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(text)) return Number(text);
  throw new SequenceError(text);
}
