import { formatFloat } from "#base";
import { customBucketsSchema, type Histogram, noBuckets } from "../histogram.ts";
import { customBound } from "./bounds.ts";
import { bucketIndexes, bucketsAt, compactBuckets } from "./buckets.ts";

/** Why the series of a classic histogram do not make a native one, in upstream's words. */
export class ClassicHistogramError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ClassicHistogramError";
  }
}

/**
 * Collects the series of one classic histogram, in any order, and makes a native histogram with custom
 * buckets of them. Every method throws `ClassicHistogramError` for numbers that make no histogram.
 */
export class ClassicHistogram {
  /** Upper bounds, ascending, and the cumulative count of each. */
  readonly #bounds: number[] = [];
  readonly #counts: number[] = [];
  #count: number | undefined;
  #sum = 0;

  /** A `_bucket` series: how many observations are at most `bound`. Repeated bounds are ignored. */
  setBucket(bound: number, count: number): void {
    if (Number.isNaN(bound)) throw refusal("bucket boundary must not be NaN");
    if (count < 0) {
      throw refusal(
        `bucket count must be non-negative: le=${general(bound)}, count=${general(count)}`,
      );
    }
    const at = this.#placeOf(bound);
    if (this.#bounds[at] === bound) return;
    const before = this.#counts[at - 1] ?? 0;
    const after = this.#counts[at] ?? Number.POSITIVE_INFINITY;
    if (count < before) throw notCumulative(count, "<", before);
    if (count > after) throw notCumulative(count, ">", after);
    this.#bounds.splice(at, 0, bound);
    this.#counts.splice(at, 0, count);
  }

  setCount(count: number): void {
    if (count < 0) throw refusal(`count must be non-negative: count=${general(count)}`);
    this.#count = count;
  }

  setSum(sum: number): void {
    this.#sum = sum;
  }

  /** Counts are integers when all that were given are. */
  toHistogram(): Histogram {
    const count = this.#count ?? this.#counts.at(-1) ?? 0;
    const bounds = this.#bounds.filter((bound) => bound !== Number.POSITIVE_INFINITY);
    const cumulative = [...this.#counts];
    if (bounds.length === this.#bounds.length) cumulative.push(count);
    const last = cumulative.at(-1) ?? 0;
    if (count !== last) {
      throw refusal(`count mismatch: count=${general(count)} != le=+Inf count=${general(last)}`);
    }
    const areIntegers = cumulative.every(Number.isInteger);
    const counts = cumulative.map((value, at) => value - (cumulative[at - 1] ?? 0));
    const indexes = Int32Array.from(counts.keys());
    const positive = bucketsAt(indexes, Float64Array.from(counts));
    return {
      schema: customBucketsSchema,
      counts: areIntegers ? "integer" : "float",
      counterResetHint: "unknown",
      zeroThreshold: 0,
      zeroCount: 0,
      count,
      sum: this.#sum,
      // Integers are stored as differences, to which a few empty buckets cost less than a new span.
      positive: compactBuckets(positive, areIntegers ? 2 : 0),
      negative: noBuckets,
      customValues: Float64Array.from(bounds),
    };
  }

  #placeOf(bound: number): number {
    let at = this.#bounds.length;
    // Nearly always in order: the place is the end.
    while (at > 0 && (this.#bounds[at - 1] ?? 0) >= bound) at--;
    return at;
  }
}

function refusal(message: string): ClassicHistogramError {
  return new ClassicHistogramError(message);
}

function notCumulative(count: number, order: "<" | ">", other: number): ClassicHistogramError {
  return refusal(`count is not cumulative: ${general(count)} ${order} ${general(other)}`);
}

function general(value: number): string {
  return formatFloat(value, "g");
}

/** One `_bucket` series of a classic histogram. */
export interface ClassicBucket {
  readonly upper: number;
  /** Observations up to `upper`. */
  readonly cumulativeCount: number;
}

/** The buckets of a classic histogram that has the custom buckets of `histogram`; the last is +Inf. */
export function classicBuckets(histogram: Histogram): readonly ClassicBucket[] {
  const { customValues, positive } = histogram;
  const counts = new Float64Array(customValues.length + 1);
  for (const [at, index] of bucketIndexes(positive).entries()) {
    counts[index] = positive.bucketCounts[at] ?? 0;
  }
  let cumulativeCount = 0;
  return Array.from(counts, (count, index) => {
    cumulativeCount += count;
    return { upper: customBound(customValues, index), cumulativeCount };
  });
}
