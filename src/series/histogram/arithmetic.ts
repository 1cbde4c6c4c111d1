import type { Histogram } from "../histogram.ts";
import { noBuckets } from "../histogram.ts";
import { mapCounts } from "./buckets.ts";
import { type AdditionOutcome, HistogramSum } from "./sum.ts";

/** A sum or difference; undefined when exponential buckets met custom ones. */
export interface AddedHistograms extends AdditionOutcome {
  readonly histogram: Histogram | undefined;
}

/** Adds two histograms. Buckets may come out empty: compact what is to be kept. */
export function addHistograms(left: Histogram, right: Histogram): AddedHistograms {
  const sum = new HistogramSum(left);
  return added(sum, sum.add(right));
}

/** Subtracts bucket by bucket. The result of the operator `-` must also be marked as a gauge. */
export function subtractHistograms(left: Histogram, right: Histogram): AddedHistograms {
  const sum = new HistogramSum(left);
  return added(sum, sum.subtract(right));
}

function added(sum: HistogramSum, outcome: AdditionOutcome): AddedHistograms {
  return { ...outcome, histogram: outcome.isIncompatible ? undefined : sum.sum() };
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
