import { customBucketsSchema, type Histogram } from "../histogram.ts";
import { BucketCursor } from "./cursor.ts";
import { fractionBelow, type Interval } from "./interpolate.ts";
import { type HistogramEstimate, naturalInterval } from "./quantile.ts";

/**
 * The fraction of all observations between `lower` and `upper`, the inverse of the quantile. It is
 * "skewed" by observations of NaN, which are between no two numbers.
 */
export function histogramFraction(
  lower: number,
  upper: number,
  histogram: Histogram,
): HistogramEstimate {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: Number.NaN, nanEffect: "none" };
  }
  if (lower >= upper) return { value: 0, nanEffect: "none" };
  const ranks = ranksOf(histogram, lower, upper);
  const mayHoldNaN = Number.isNaN(histogram.sum);
  const count = mayHoldNaN ? ranks.total : histogram.count;
  const rankOf = (rank: number | undefined) => Math.min(rank ?? count, count);
  return {
    value: (rankOf(ranks.upper) - rankOf(ranks.lower)) / histogram.count,
    nanEffect: mayHoldNaN && count < histogram.count ? "skewed" : "none",
  };
}

interface Ranks {
  /** How many observations lie below each limit; undefined where all do. */
  readonly lower: number | undefined;
  readonly upper: number | undefined;
  /** Observations in all buckets. */
  readonly total: number;
}

function ranksOf(histogram: Histogram, lower: number, upper: number): Ranks {
  const cursor = new BucketCursor(histogram, "ascending");
  let lowerRank: number | undefined;
  let upperRank: number | undefined;
  let total = 0;
  while (cursor.next()) {
    const bucket = {
      interval: naturalBucket(histogram, cursor),
      before: total,
      count: cursor.count,
    };
    lowerRank ??= rankIn(histogram, bucket, lower);
    upperRank ??= rankIn(histogram, bucket, upper);
    total += cursor.count;
  }
  return { lower: lowerRank, upper: upperRank, total };
}

/** The bucket around zero begins or ends there where all others are on one side, the first custom one, too. */
function naturalBucket(histogram: Histogram, { lower, upper }: BucketCursor): Interval {
  const startsAtZero = histogram.schema === customBucketsSchema && lower <= 0 && upper >= 0;
  if (startsAtZero) return { lower: 0, upper };
  return naturalInterval(histogram, { lower, upper });
}

interface RankedBucket {
  readonly interval: Interval;
  readonly before: number;
  readonly count: number;
}

/** How many observations lie below `limit`, when it is in this bucket or before it. */
function rankIn(histogram: Histogram, bucket: RankedBucket, limit: number): number | undefined {
  const { interval, before, count } = bucket;
  const { lower, upper } = interval;
  if (lower >= limit) return before;
  if (upper <= limit) return undefined;
  if (histogram.schema === customBucketsSchema) {
    // Nothing is known about how far down the first bucket goes: all of it counts.
    if (lower === Number.NEGATIVE_INFINITY) return count;
    return before + count * fractionBelow(interval, limit, "linear");
  }
  const spread = lower <= 0 && upper >= 0 ? "linear" : "exponential";
  return before + count * fractionBelow(interval, limit, spread);
}
