import { type CounterResetHint, type Histogram, noBuckets } from "../histogram.ts";
import { bucketsAt } from "./buckets.ts";

/** The fields of a histogram as a person would write them; buckets of one sign are neighbours. */
export interface HistogramParts {
  readonly schema?: number;
  readonly counts?: "integer" | "float";
  readonly sum?: number;
  readonly count?: number;
  readonly zeroCount?: number;
  readonly zeroThreshold?: number;
  /** Upper bounds; for the schema of custom buckets. */
  readonly customValues?: readonly number[];
  readonly counterResetHint?: CounterResetHint;
  /** Counts, from the bucket with index `offset` (default 0) on. */
  readonly buckets?: readonly number[];
  readonly offset?: number;
  readonly negativeBuckets?: readonly number[];
  readonly negativeOffset?: number;
}

/** Builds a float histogram (unless told otherwise); what is left out is zero or empty. */
export function histogramOf(parts: HistogramParts): Histogram {
  return {
    schema: parts.schema ?? 0,
    counts: parts.counts ?? "float",
    counterResetHint: parts.counterResetHint ?? "unknown",
    zeroThreshold: parts.zeroThreshold ?? 0,
    zeroCount: parts.zeroCount ?? 0,
    count: parts.count ?? 0,
    sum: parts.sum ?? 0,
    positive: neighbours(parts.buckets ?? [], parts.offset ?? 0),
    negative: neighbours(parts.negativeBuckets ?? [], parts.negativeOffset ?? 0),
    customValues: Float64Array.from(parts.customValues ?? []),
  };
}

function neighbours(counts: readonly number[], offset: number): Histogram["positive"] {
  if (counts.length === 0) return noBuckets;
  const indexes = Int32Array.from(counts, (_, at) => offset + at);
  return bucketsAt(indexes, Float64Array.from(counts));
}
