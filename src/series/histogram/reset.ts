import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { equalBounds, exponentialBound, sharedBounds } from "./bounds.ts";
import { bucketIndexes, coarserBuckets, hasSameSpans } from "./buckets.ts";
import { isOutsideZero, reboundTerms } from "./terms.ts";
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
  return (
    hasSideFallen(current.positive, coarserBuckets(previous.positive, steps), current) ||
    hasSideFallen(current.negative, coarserBuckets(previous.negative, steps), current)
  );
}

/** Buckets inside the zero bucket do not count: their observations are counted there. */
function hasSideFallen(now: Buckets, before: Buckets, current: Histogram): boolean {
  const isOutside = isOutsideZero(now, current) && isOutsideZero(before, current);
  return hasFallen(now, before, isOutside ? undefined : firstIndexOutside(current));
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
    for (let at = 0; at < before.length; at++) {
      if ((now[at] ?? 0) < (before[at] ?? 0)) return true;
    }
    return false;
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
