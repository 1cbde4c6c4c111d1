import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { customBound, exponentialBound } from "./bounds.ts";
import { bucketIndexes } from "./buckets.ts";

export type BucketOrder = "ascending" | "descending";

/**
 * Walks all buckets of a histogram, by the numbers they hold: negative ones, the zero bucket (when
 * something is in it), positive ones; or the other way round. The fields describe the bucket where it
 * stands, so that a walk creates nothing for each bucket.
 *
 *     const cursor = new BucketCursor(histogram, "ascending");
 *     while (cursor.next()) total += cursor.count;
 */
export class BucketCursor {
  lower = 0;
  upper = 0;
  isLowerInclusive = false;
  isUpperInclusive = false;
  count = 0;
  readonly #histogram: Histogram;
  readonly #step: 1 | -1;
  readonly #negative: Int32Array;
  readonly #positive: Int32Array;
  readonly #zeroBuckets: 0 | 1;
  /** Counts from the lowest bucket on. */
  #position: number;

  constructor(histogram: Histogram, order: BucketOrder) {
    this.#histogram = histogram;
    this.#negative = bucketIndexes(histogram.negative);
    this.#positive = bucketIndexes(histogram.positive);
    this.#zeroBuckets = histogram.zeroCount > 0 ? 1 : 0;
    this.#step = order === "ascending" ? 1 : -1;
    this.#position = order === "ascending" ? -1 : this.#bucketCount;
  }

  /** Moves to the next bucket; false behind the last. */
  next(): boolean {
    const position = this.#position + this.#step;
    if (position < 0 || position >= this.#bucketCount) return false;
    this.#position = position;
    const fromZero = position - this.#negative.length;
    if (fromZero < 0) this.#showNegative(-fromZero - 1);
    else if (fromZero < this.#zeroBuckets) this.#showZero();
    else this.#showPositive(fromZero - this.#zeroBuckets);
    return true;
  }

  get #bucketCount(): number {
    return this.#negative.length + this.#zeroBuckets + this.#positive.length;
  }

  #showNegative(at: number): void {
    const { schema, negative, zeroThreshold } = this.#histogram;
    const index = this.#negative[at] ?? 0;
    this.lower = -exponentialBound(schema, index);
    // The bucket next to zero may reach into the zero bucket; there its observations are counted.
    this.upper = Math.min(-exponentialBound(schema, index - 1), -zeroThreshold);
    this.isLowerInclusive = true;
    this.isUpperInclusive = false;
    this.count = negative.bucketCounts[at] ?? 0;
  }

  #showZero(): void {
    this.lower = -this.#histogram.zeroThreshold;
    this.upper = this.#histogram.zeroThreshold;
    this.isLowerInclusive = true;
    this.isUpperInclusive = true;
    this.count = this.#histogram.zeroCount;
  }

  #showPositive(at: number): void {
    const { schema, positive, customValues, zeroThreshold } = this.#histogram;
    const index = this.#positive[at] ?? 0;
    this.count = positive.bucketCounts[at] ?? 0;
    this.isUpperInclusive = true;
    if (schema === customBucketsSchema) {
      this.lower = customBound(customValues, index - 1);
      this.upper = customBound(customValues, index);
      this.isLowerInclusive = index === 0;
      return;
    }
    this.lower = Math.max(exponentialBound(schema, index - 1), zeroThreshold);
    this.upper = exponentialBound(schema, index);
    this.isLowerInclusive = false;
  }
}

/** Whether buckets of this sign exist, be they empty. */
export function hasBuckets(buckets: Buckets): boolean {
  return buckets.bucketCounts.length > 0;
}
