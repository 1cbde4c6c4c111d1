import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { equalBounds, exponentialBound, sharedBounds } from "./bounds.ts";
import { bucketIndexes, coarserBuckets, hasSameSpans } from "./buckets.ts";
import { reboundTerms } from "./terms.ts";
import { widenedZeroBucket } from "./zero-bucket.ts";

/**
 * Whether a counter was reset between `previous` and `current`: some count has fallen, or something
 * else has changed that only a restart can change. A hint that says so is believed without looking.
 */
export function isReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterResetHint === "reset") return true;
  if (current.counterResetHint === "notReset") return false;
  if (current.count < previous.count) return true;
  if (current.schema === customBucketsSchema) return isCustomReset(current, previous);
  // Resolution and zero bucket of a running counter change in one direction only.
  if (current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  return isExponentialReset(current, previous);
}

function isCustomReset(current: Histogram, previous: Histogram): boolean {
  if (previous.schema !== customBucketsSchema) return true;
  if (equalBounds(current.customValues, previous.customValues)) {
    return hasFallen(current.positive, previous.positive);
  }
  const bounds = sharedBounds(current.customValues, previous.customValues);
  return hasFallen(rebound(current, bounds), rebound(previous, bounds));
}

function rebound(histogram: Histogram, bounds: Float64Array): Buckets {
  const terms = { buckets: histogram.positive, errors: new Float64Array(0) };
  return reboundTerms(terms, histogram.customValues, bounds).buckets;
}

function isExponentialReset(current: Histogram, previous: Histogram): boolean {
  const { schema, zeroThreshold } = current;
  const errors = new Float64Array(0);
  const zero = widenedZeroBucket(
    {
      schema: previous.schema,
      zero: { threshold: previous.zeroThreshold, count: previous.zeroCount, error: 0 },
      positive: { buckets: previous.positive, errors },
      negative: { buckets: previous.negative, errors },
    },
    zeroThreshold,
  );
  // A zero bucket never grows into the middle of a populated bucket.
  if (zero.threshold !== zeroThreshold || current.zeroCount < zero.count) return true;
  const steps = previous.schema - schema;
  return [
    [current.positive, previous.positive] as const,
    [current.negative, previous.negative] as const,
  ].some(([now, before]) => {
    const coarser = coarserBuckets(before, steps);
    const isInside = startsInside(now, current) || startsInside(coarser, current);
    return hasFallen(now, coarser, isInside ? firstIndexOutside(current) : undefined);
  });
}

/** Whether the first bucket lies in the zero bucket, where its observations are counted. */
function startsInside(buckets: Buckets, { schema, zeroThreshold }: Histogram): boolean {
  const first = buckets.spanOffsets[0];
  return first !== undefined && exponentialBound(schema, first) <= zeroThreshold;
}

/** The index of the first bucket that reaches out of the zero bucket. */
function firstIndexOutside({ schema, zeroThreshold }: Histogram): number {
  if (zeroThreshold >= Number.MAX_VALUE) return Number.POSITIVE_INFINITY;
  let index = Math.floor(Math.log2(zeroThreshold) * 2 ** schema) - 1;
  while (exponentialBound(schema, index) <= zeroThreshold) index++;
  return index;
}

/** Whether a count from index `first` on is lower than before; a bucket that is gone counts as 0. */
function hasFallen(current: Buckets, previous: Buckets, first = Number.NEGATIVE_INFINITY): boolean {
  const before = previous.bucketCounts;
  const now = current.bucketCounts;
  if (first === Number.NEGATIVE_INFINITY && hasSameSpans(current, previous)) {
    return before.some((count, at) => (now[at] ?? 0) < count);
  }
  const indexes = bucketIndexes(current);
  let at = 0;
  return bucketIndexes(previous).some((index, beforeAt) => {
    if (index < first) return false;
    while ((indexes[at] ?? Number.POSITIVE_INFINITY) < index) at++;
    const count = before[beforeAt] ?? 0;
    return indexes[at] === index ? (now[at] ?? 0) < count : count !== 0;
  });
}
