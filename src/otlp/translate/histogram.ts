/** Points of histograms as native histograms. */
import { bucketsAt, customBucketsSchema, type Histogram, noBuckets } from "#series";
import type { ExponentialBuckets, ExponentialPoint, HistogramPoint } from "../metrics.ts";

/** The coarsest and the finest schema that is stored. */
const schemaMin = -4;
const schemaMax = 8;
/** The protocol has zero buckets without saying how wide they are. */
const zeroThreshold = 1e-128;
/** Far beyond what doubles can hold at any scale. */
const bucketIndexMax = 2 ** 30;

/** A point that no native histogram can hold. */
class HistogramError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "HistogramError";
  }
}

/** Points finer than anything stored lose resolution; those that are coarser are refused. */
export function exponentialHistogram(
  point: ExponentialPoint,
  temporality: "delta" | "cumulative",
): Histogram {
  if (point.scale < schemaMin) {
    throw new HistogramError(
      `cannot convert exponential to native histogram. Scale must be >= ${schemaMin}, was ${point.scale}`,
    );
  }
  const schema = Math.min(point.scale, schemaMax);
  const width = 2 ** (point.scale - schema);
  return {
    schema,
    ...countsOf(point, temporality),
    zeroThreshold,
    zeroCount: point.zeroCount,
    positive: scaledBuckets(point.positive, width),
    negative: scaledBuckets(point.negative, width),
    customValues: new Float64Array(0),
  };
}

/** A histogram with bounds of its own, as one native histogram. */
export function customHistogram(
  point: HistogramPoint,
  temporality: "delta" | "cumulative",
): Histogram {
  const indexes = point.bucketCounts.flatMap((count, index) => (count === 0 ? [] : [index]));
  const counts = indexes.map((index) => point.bucketCounts[index] ?? 0);
  return {
    schema: customBucketsSchema,
    ...countsOf(point, temporality),
    zeroThreshold: 0,
    zeroCount: 0,
    positive: bucketsAt(Int32Array.from(indexes), Float64Array.from(counts)),
    negative: noBuckets,
    customValues: Float64Array.from(point.bounds),
  };
}

function countsOf(
  { count, sum = 0 }: HistogramPoint | ExponentialPoint,
  temporality: "delta" | "cumulative",
) {
  // Whether a counter was reset is for the store to find out; what is no counter is a gauge.
  const counterResetHint = temporality === "delta" ? "gauge" : "unknown";
  return { counts: "integer", counterResetHint, count, sum } as const;
}

/** Joins `width` buckets to one. Indexes here are those of upper bounds, there of lower ones. */
function scaledBuckets(
  { offset, counts }: ExponentialBuckets,
  width: number,
): Histogram["positive"] {
  const indexes: number[] = [];
  const joined: number[] = [];
  for (const [at, count] of counts.entries()) {
    if (count === 0) continue;
    const index = Math.floor((offset + at) / width) + 1;
    if (Math.abs(index) > bucketIndexMax) throw new HistogramError("bucket offset out of range");
    const last = joined.length - 1;
    if (indexes[last] === index) joined[last] = (joined[last] ?? 0) + count;
    else {
      indexes.push(index);
      joined.push(count);
    }
  }
  return bucketsAt(Int32Array.from(indexes), Float64Array.from(joined));
}
