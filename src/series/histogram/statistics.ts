import { customBucketsSchema, type Histogram } from "../histogram.ts";
import { BucketCursor } from "./cursor.ts";
import { addExactly } from "./kahan.ts";

/** The mean of the observations; NaN when there are none. */
export function histogramAverage(histogram: Histogram): number {
  return histogram.sum / histogram.count;
}

/** The estimated population variance: every observation is taken to lie in the middle of its bucket. */
export function histogramVariance(histogram: Histogram): number {
  const mean = histogramAverage(histogram);
  const cursor = new BucketCursor(histogram, "ascending");
  const sum = new Float64Array(1);
  const error = new Float64Array(1);
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    const delta = middleOf(histogram, cursor) - mean;
    addExactly(sum, error, 0, cursor.count * delta * delta);
  }
  return ((sum[0] ?? 0) + (error[0] ?? 0)) / histogram.count;
}

function middleOf(histogram: Histogram, { lower, upper }: BucketCursor): number {
  if (histogram.schema === customBucketsSchema) return (lower + upper) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const geometric = Math.sqrt(upper * lower);
  return upper < 0 ? -geometric : geometric;
}
