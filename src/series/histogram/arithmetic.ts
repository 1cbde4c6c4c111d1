import { type Buckets, customBucketsSchema, type Histogram, noBuckets } from "../histogram.ts";
import { equalBounds } from "./bounds.ts";
import { hasSameSpans, mapCounts } from "./buckets.ts";
import { type AdditionOutcome, HistogramSum, joinedHint, plainOutcome } from "./sum.ts";
import { isOutsideZero } from "./terms.ts";

/** A sum or difference; undefined when exponential buckets met custom ones. */
export interface AddedHistograms extends AdditionOutcome {
  readonly histogram: Histogram | undefined;
}

/** Adds two histograms. Buckets may come out empty: compact what is to be kept. */
export function addHistograms(left: Histogram, right: Histogram): AddedHistograms {
  return combined(left, right, 1);
}

/** Subtracts bucket by bucket. The result of the operator `-` must also be marked as a gauge. */
export function subtractHistograms(left: Histogram, right: Histogram): AddedHistograms {
  return combined(left, right, -1);
}

function combined(left: Histogram, right: Histogram, sign: 1 | -1): AddedHistograms {
  if (hasSameLayout(left, right)) return combinedInPlace(left, right, sign);
  const sum = new HistogramSum(left);
  const outcome = sign > 0 ? sum.add(right) : sum.subtract(right);
  return { ...outcome, histogram: outcome.isIncompatible ? undefined : sum.sum() };
}

/** Whether nothing has to be reconciled, as is usual between histograms of one series. */
function hasSameLayout(left: Histogram, right: Histogram): boolean {
  if (left.schema !== right.schema || left.zeroThreshold !== right.zeroThreshold) return false;
  if (left.schema === customBucketsSchema && !equalBounds(left.customValues, right.customValues)) {
    return false;
  }
  if (!hasSameSpans(left.positive, right.positive)) return false;
  if (!hasSameSpans(left.negative, right.negative)) return false;
  return isOutsideZero(right.positive, right) && isOutsideZero(right.negative, right);
}

function combinedInPlace(left: Histogram, right: Histogram, sign: 1 | -1): AddedHistograms {
  const { hint, isCollision } = joinedHint(left.counterResetHint, right.counterResetHint);
  const histogram: Histogram = {
    ...left,
    counts: "float",
    counterResetHint: hint,
    zeroCount: left.zeroCount + sign * right.zeroCount,
    count: left.count + sign * right.count,
    sum: left.sum + sign * right.sum,
    positive: combinedCounts(left.positive, right.positive, sign),
    negative: combinedCounts(left.negative, right.negative, sign),
  };
  return { ...plainOutcome, hasResetCollision: isCollision, histogram };
}

function combinedCounts(left: Buckets, right: Buckets, sign: 1 | -1): Buckets {
  const { spanOffsets, spanLengths } = left;
  const bucketCounts = left.bucketCounts.slice();
  const added = right.bucketCounts;
  for (let at = 0; at < bucketCounts.length; at++) {
    bucketCounts[at] = (bucketCounts[at] ?? 0) + sign * (added[at] ?? 0);
  }
  return { spanOffsets, spanLengths, bucketCounts };
}

/** Multiplies all counts and the sum. A negative factor makes a gauge, as counters do not fall. */
export function multiplyHistogram(histogram: Histogram, factor: number): Histogram {
  const scaled = scaledHistogram(histogram, (value) => value * factor);
  return factor < 0 ? { ...scaled, counterResetHint: "gauge" } : scaled;
}

/** Divides all counts and the sum. Division by zero leaves no buckets. */
export function divideHistogram(histogram: Histogram, divisor: number): Histogram {
  const scaled = scaledHistogram(histogram, (value) => value / divisor);
  if (divisor === 0) return { ...scaled, positive: noBuckets, negative: noBuckets };
  return divisor < 0 ? { ...scaled, counterResetHint: "gauge" } : scaled;
}

function scaledHistogram(histogram: Histogram, change: (value: number) => number): Histogram {
  return {
    ...histogram,
    counts: "float",
    zeroCount: change(histogram.zeroCount),
    count: change(histogram.count),
    sum: change(histogram.sum),
    positive: mapCounts(histogram.positive, change),
    negative: mapCounts(histogram.negative, change),
  };
}
