import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { customBound, exponentialBound } from "./bounds.ts";
import { bucketIndexes } from "./buckets.ts";

export type BucketOrder = "ascending" | "descending";

/** Whether the zero bucket is visited; after differences it may hold less than nothing, or NaN. */
type ZeroBucketVisit = "if populated" | "unless zero";

/**
 * Walks all buckets of a histogram, by the numbers they hold: negative ones, the zero bucket (when
 * something is in it), positive ones; or the other way round. The properties describe the bucket where
 * it stands, so that a walk creates nothing for each bucket, and bounds are computed for those only
 * that somebody asks about.
 *
 *     const cursor = new BucketCursor(histogram, "ascending");
 *     while (cursor.next()) total += cursor.count;
 */
export class BucketCursor {
  count = 0;
  readonly #histogram: Histogram;
  readonly #step: 1 | -1;
  readonly #negative: Int32Array;
  readonly #positive: Int32Array;
  readonly #zeroBuckets: 0 | 1;
  /** Counts from the lowest bucket on. */
  #position: number;
  #side: "none" | "negative" | "zero" | "positive" = "none";
  #index = 0;

  constructor(
    histogram: Histogram,
    order: BucketOrder,
    zeroBucket: ZeroBucketVisit = "if populated",
  ) {
    this.#histogram = histogram;
    this.#negative = bucketIndexes(histogram.negative);
    this.#positive = bucketIndexes(histogram.positive);
    const { zeroCount } = histogram;
    const hasZero = zeroBucket === "unless zero" ? zeroCount !== 0 : zeroCount > 0;
    this.#zeroBuckets = hasZero ? 1 : 0;
    this.#step = order === "ascending" ? 1 : -1;
    this.#position = order === "ascending" ? -1 : this.#bucketCount;
  }

  /** Moves to the next bucket; false behind the last, where it then stays. */
  next(): boolean {
    const position = this.#position + this.#step;
    if (position < 0 || position >= this.#bucketCount) return false;
    this.#position = position;
    const { negative, positive, zeroCount } = this.#histogram;
    const fromZero = position - this.#negative.length;
    if (fromZero < 0) {
      this.#side = "negative";
      this.#index = this.#negative[-fromZero - 1] ?? 0;
      this.count = negative.bucketCounts[-fromZero - 1] ?? 0;
    } else if (fromZero < this.#zeroBuckets) {
      this.#side = "zero";
      this.count = zeroCount;
    } else {
      this.#side = "positive";
      this.#index = this.#positive[fromZero - this.#zeroBuckets] ?? 0;
      this.count = positive.bucketCounts[fromZero - this.#zeroBuckets] ?? 0;
    }
    return true;
  }

  /** The lower bound; 0 before the first bucket. */
  get lower(): number {
    const { schema, customValues, zeroThreshold } = this.#histogram;
    switch (this.#side) {
      case "none":
        return 0;
      case "negative":
        return -exponentialBound(schema, this.#index);
      case "zero":
        return -zeroThreshold;
      case "positive":
        if (schema === customBucketsSchema) return customBound(customValues, this.#index - 1);
        // The bucket next to zero may reach into the zero bucket; there its observations are counted.
        return Math.max(exponentialBound(schema, this.#index - 1), zeroThreshold);
    }
  }

  /** The upper bound; 0 before the first bucket. */
  get upper(): number {
    const { schema, customValues, zeroThreshold } = this.#histogram;
    switch (this.#side) {
      case "none":
        return 0;
      case "negative":
        return Math.min(-exponentialBound(schema, this.#index - 1), -zeroThreshold);
      case "zero":
        return zeroThreshold;
      case "positive":
        if (schema === customBucketsSchema) return customBound(customValues, this.#index);
        return exponentialBound(schema, this.#index);
    }
  }

  get isLowerInclusive(): boolean {
    if (this.#side !== "positive") return true;
    return this.#histogram.schema === customBucketsSchema && this.#index === 0;
  }

  get isUpperInclusive(): boolean {
    return this.#side !== "negative";
  }

  get #bucketCount(): number {
    return this.#negative.length + this.#zeroBuckets + this.#positive.length;
  }
}

/** Whether buckets of this sign exist, be they empty. */
export function hasBuckets(buckets: Buckets): boolean {
  return buckets.bucketCounts.length > 0;
}
