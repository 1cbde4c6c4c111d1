import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { bucketIndexes, compactBuckets } from "./buckets.ts";
import { bucketInterval, fractionBelow, type Interval, type Spread } from "./interpolate.ts";

/** Which observations remain: those below the limit (`</`) or those above it (`>/`). */
export type TrimSide = "below" | "above";

/**
 * The histogram without the observations on the other side of `limit`. In the bucket that holds the
 * limit they are estimated by interpolation. As soon as anything is gone, the sum is an estimate from
 * the middle of each bucket.
 */
export function trimHistogram(histogram: Histogram, side: TrimSide, limit: number): Histogram {
  const trim = { side, limit };
  const positive = trimmedSide(histogram, 1, trim);
  const negative = trimmedSide(histogram, -1, trim);
  // A difference may leave less than nothing near zero, which stays and is not counted.
  const zero = histogram.zeroCount > 0 ? keptOfZero(histogram, trim) : nothing;
  const zeroCount = histogram.zeroCount > 0 ? zero.count : histogram.zeroCount;
  const parts = [positive.kept, negative.kept, zero];
  // An earlier trimming by NaN leaves NaN here, which is no change.
  const isZeroTrimmed = !Object.is(zeroCount, histogram.zeroCount);
  if (!isZeroTrimmed && !positive.isTrimmed && !negative.isTrimmed) return histogram;
  return {
    ...histogram,
    counts: "float",
    count: parts.reduce((total, part) => total + part.count, 0),
    sum: parts.reduce((total, part) => total + part.sum, 0),
    zeroCount,
    positive: compactBuckets(positive.buckets),
    negative: compactBuckets(negative.buckets),
  };
}

interface Trim {
  readonly side: TrimSide;
  readonly limit: number;
}

/** How many observations remain, and their estimated sum. */
interface Kept {
  readonly count: number;
  readonly sum: number;
}

const nothing: Kept = { count: 0, sum: 0 };

interface TrimmedSide {
  readonly buckets: Buckets;
  readonly kept: Kept;
  readonly isTrimmed: boolean;
}

function trimmedSide(histogram: Histogram, sign: 1 | -1, trim: Trim): TrimmedSide {
  const buckets = sign > 0 ? histogram.positive : histogram.negative;
  const spread = histogram.schema === customBucketsSchema ? "linear" : "exponential";
  const bucketCounts = buckets.bucketCounts.slice();
  const indexes = bucketIndexes(buckets);
  let count = 0;
  let sum = 0;
  for (const [at, present] of bucketCounts.entries()) {
    if (present === 0) continue;
    const interval = bucketInterval(histogram, sign, indexes[at] ?? 0);
    const kept = keptOf({ ...interval, count: present, spread }, trim);
    bucketCounts[at] = kept.count;
    count += kept.count;
    sum += kept.sum;
  }
  const isTrimmed = bucketCounts.some((kept, at) => !Object.is(kept, buckets.bucketCounts[at]));
  return { buckets: { ...buckets, bucketCounts }, kept: { count, sum }, isTrimmed };
}

interface Bucket extends Interval {
  readonly count: number;
  readonly spread: Spread;
}

function keptOf(bucket: Bucket, trim: Trim): Kept {
  const { lower, upper, count, spread } = bucket;
  const { side, limit } = trim;
  const isKept = side === "below" ? upper <= limit : lower >= limit;
  if (isKept) return { count, sum: count * midpoint(bucket, spread) };
  const isCut = side === "below" ? lower < limit : upper > limit;
  if (!isCut) return nothing;
  if (!Number.isFinite(lower) || !Number.isFinite(upper)) return keptOfInfinite(bucket, trim);
  const below = count * fractionBelow(bucket, limit, spread);
  const remaining = side === "below" ? below : count - below;
  const interval = side === "below" ? { lower, upper: limit } : { lower: limit, upper };
  return { count: remaining, sum: remaining * midpoint(interval, spread) };
}

/** Nobody knows how observations lie in a bucket without end: mostly all or nothing of it remains. */
function keptOfInfinite(bucket: Bucket, trim: Trim): Kept {
  const { lower, upper, count } = bucket;
  const { side, limit } = trim;
  if (lower !== Number.NEGATIVE_INFINITY) {
    return side === "below" ? nothing : { count, sum: count * limit };
  }
  if (upper <= 0) return side === "below" ? { count, sum: count * limit } : nothing;
  // The first custom bucket is taken to begin at zero, as that of a classic histogram is.
  if (upper === Number.POSITIVE_INFINITY || limit < 0) return nothing;
  const below = count * (limit / upper);
  if (side === "below") return { count: below, sum: (below * limit) / 2 };
  return { count: count - below, sum: ((count - below) * (limit + upper)) / 2 };
}

function midpoint({ lower, upper }: Interval, spread: Spread): number {
  if (!Number.isFinite(lower)) {
    if (!Number.isFinite(upper)) return 0;
    return upper > 0 ? upper / 2 : upper;
  }
  if (!Number.isFinite(upper)) return lower;
  if (spread === "linear") return (lower + upper) / 2;
  const geometric = Math.sqrt(Math.abs(lower * upper));
  return upper > 0 ? geometric : -geometric;
}

function keptOfZero(histogram: Histogram, trim: Trim): Kept {
  const { zeroCount, zeroThreshold } = histogram;
  const hasPositive = isPopulated(histogram.positive);
  const hasNegative = isPopulated(histogram.negative);
  // Where all others have one sign, observations near zero are taken to have it, too.
  const lower = hasPositive && !hasNegative ? 0 : -zeroThreshold;
  const upper = hasNegative && !hasPositive ? 0 : zeroThreshold;
  const { side, limit } = trim;
  if (limit <= lower || limit >= upper) {
    const isWhole = side === "below" ? limit > lower : limit <= lower;
    return isWhole ? { count: zeroCount, sum: (zeroCount * (lower + upper)) / 2 } : nothing;
  }
  const keptLower = side === "below" ? lower : limit;
  const keptUpper = side === "below" ? limit : upper;
  const count = (zeroCount * (keptUpper - keptLower)) / (upper - lower);
  return { count, sum: (count * (keptLower + keptUpper)) / 2 };
}

function isPopulated(buckets: Buckets): boolean {
  return buckets.bucketCounts.some((count) => count !== 0);
}
