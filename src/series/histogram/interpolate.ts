import { customBucketsSchema, type Histogram } from "../histogram.ts";
import { customBound, exponentialBound } from "./bounds.ts";

/** The numbers of one bucket. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** The numbers of the bucket `index` of one sign, as the schema alone gives them. */
export function bucketInterval(histogram: Histogram, sign: 1 | -1, index: number): Interval {
  const { schema, customValues } = histogram;
  if (schema === customBucketsSchema) {
    return { lower: customBound(customValues, index - 1), upper: customBound(customValues, index) };
  }
  const near = sign * exponentialBound(schema, index - 1);
  const far = sign * exponentialBound(schema, index);
  return sign > 0 ? { lower: near, upper: far } : { lower: far, upper: near };
}

/**
 * Which part of a bucket's observations lies below `value`, which is inside it and its bounds finite:
 * spread evenly ("linear": custom buckets and the zero bucket) or evenly on a logarithmic scale, on
 * which exponential buckets are equally wide.
 */
export function fractionBelow(interval: Interval, value: number, spread: Spread): number {
  const { lower, upper } = interval;
  if (spread === "linear") return (value - lower) / (upper - lower);
  const logLower = Math.log2(Math.abs(lower));
  const logUpper = Math.log2(Math.abs(upper));
  const logValue = Math.log2(Math.abs(value));
  if (value > 0) return (logValue - logLower) / (logUpper - logLower);
  return 1 - (logValue - logUpper) / (logLower - logUpper);
}

export type Spread = "linear" | "exponential";
