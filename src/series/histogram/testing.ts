import { assert } from "#base";
import type { CounterResetHint, Histogram } from "../histogram.ts";
import { type HistogramParts, histogramOf } from "./build.ts";

const fields: ReadonlyMap<string, keyof HistogramParts> = new Map([
  ["schema", "schema"],
  ["sum", "sum"],
  ["count", "count"],
  ["z_bucket", "zeroCount"],
  ["z_bucket_w", "zeroThreshold"],
  ["custom_values", "customValues"],
  ["buckets", "buckets"],
  ["offset", "offset"],
  ["n_buckets", "negativeBuckets"],
  ["n_offset", "negativeOffset"],
]);

const hints: ReadonlyMap<string, CounterResetHint> = new Map([
  ["unknown", "unknown"],
  ["reset", "reset"],
  ["not_reset", "notReset"],
  ["gauge", "gauge"],
]);

/** Reads the notation that `formatHistogramNotation` writes, with or without its braces. */
export function parseHistogram(notation: string): Histogram {
  const parts = new Map<string, unknown>();
  for (const [, name = "", value = ""] of notation.matchAll(/(\w+):(\[[^\]]*\]|[^\s}]+)/g)) {
    if (name === "counter_reset_hint") {
      parts.set("counterResetHint", hints.get(value));
      continue;
    }
    const field = fields.get(name);
    assert(field !== undefined, `the notation has a field ${name}`);
    parts.set(field, value.startsWith("[") ? numbersOf(value.slice(1, -1)) : numberOf(value));
  }
  return histogramOf(Object.fromEntries(parts));
}

function numbersOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(" ").map(numberOf);
}

function numberOf(text: string): number {
  return text.endsWith("Inf") ? Number(text.replace("Inf", "Infinity")) : Number(text);
}
