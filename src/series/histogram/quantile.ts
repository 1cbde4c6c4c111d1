import { customBucketsSchema, type Histogram } from "../histogram.ts";
import { BucketCursor, hasBuckets } from "./cursor.ts";
import type { Interval } from "./interpolate.ts";

/** An estimate, and what observations of NaN, which are in no bucket, did to it. */
export interface HistogramEstimate {
  readonly value: number;
  /** "skewed": the result is too high; "unknown": it would be among the NaNs. */
  readonly nanEffect: "none" | "skewed" | "unknown";
}

/**
 * The value below which the fraction `quantile` of all observations lies: interpolated on a
 * logarithmic scale in exponential buckets, evenly in the zero bucket and in custom ones.
 */
export function histogramQuantile(quantile: number, histogram: Histogram): HistogramEstimate {
  if (quantile < 0) return estimate(Number.NEGATIVE_INFINITY);
  if (quantile > 1) return estimate(Number.POSITIVE_INFINITY);
  if (histogram.count === 0 || Number.isNaN(quantile)) return estimate(Number.NaN);
  const mayHoldNaN = Number.isNaN(histogram.sum);
  // From the nearer end, which is more exact; NaNs lie behind the upper end, so count from the lower.
  const isFromBelow = mayHoldNaN || quantile < 0.5;
  const rank = (isFromBelow ? quantile : 1 - quantile) * histogram.count;
  const cursor = new BucketCursor(histogram, isFromBelow ? "ascending" : "descending");
  const found = findRank(cursor, rank);
  const interval = naturalInterval(histogram, found.interval);
  const open = openEnd(histogram, interval);
  if (open !== undefined) return estimate(open);
  // Rounding may have counted up too far.
  const reached = Math.min(found.reached, histogram.count);
  if (reached < rank) {
    return mayHoldNaN ? { value: Number.NaN, nanEffect: "unknown" } : estimate(interval.upper);
  }
  const rankInBucket = isFromBelow ? rank - (reached - found.count) : reached - rank;
  const value = valueAt(histogram, interval, rankInBucket / found.count);
  const isSkewed = mayHoldNaN && reached + restOf(cursor) < histogram.count;
  return { value, nanEffect: isSkewed ? "skewed" : "none" };
}

function estimate(value: number): HistogramEstimate {
  return { value, nanEffect: "none" };
}

interface FoundRank {
  readonly interval: Interval;
  /** Observations in the bucket, and up to its end. */
  readonly count: number;
  readonly reached: number;
}

function findRank(cursor: BucketCursor, rank: number): FoundRank {
  let reached = 0;
  while (cursor.next()) {
    reached += cursor.count;
    if (cursor.count !== 0 && reached >= rank) break;
  }
  const { lower, upper, count } = cursor;
  return { interval: { lower, upper }, count, reached };
}

function restOf(cursor: BucketCursor): number {
  let rest = 0;
  while (cursor.next()) rest += cursor.count;
  return rest;
}

/** The zero bucket has only one side where all other buckets are on one side. */
export function naturalInterval(histogram: Histogram, interval: Interval): Interval {
  if (histogram.schema === customBucketsSchema) return interval;
  const { lower, upper } = interval;
  if (lower > 0 || upper < 0) return interval;
  const hasNegative = hasBuckets(histogram.negative);
  const hasPositive = hasBuckets(histogram.positive);
  if (hasPositive && !hasNegative) return { lower: 0, upper };
  return hasNegative && !hasPositive ? { lower, upper: 0 } : interval;
}

/** The finite end of a custom bucket without another one, which then is the answer. */
function openEnd(histogram: Histogram, { lower, upper }: Interval): number | undefined {
  if (histogram.schema !== customBucketsSchema) return undefined;
  if (lower === Number.NEGATIVE_INFINITY) return upper <= 0 ? upper : undefined;
  return upper === Number.POSITIVE_INFINITY ? lower : undefined;
}

function valueAt(histogram: Histogram, interval: Interval, fraction: number): number {
  const isCustom = histogram.schema === customBucketsSchema;
  const { upper } = interval;
  // The first custom bucket begins at zero when it ends above it.
  const lower = interval.lower === Number.NEGATIVE_INFINITY && isCustom ? 0 : interval.lower;
  if (isCustom || (lower <= 0 && upper >= 0)) return lower + (upper - lower) * fraction;
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  if (lower > 0) return 2 ** (logLower + (logUpper - logLower) * fraction);
  return -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}
