import { assert } from "#base";
import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { equalBounds, isKnownSchema, schemaMax } from "./bounds.ts";
import { coarserBuckets, compactBuckets, equalBuckets } from "./buckets.ts";

/** Without empty buckets, but for gaps of at most `emptyMax` buckets between others. */
export function compactHistogram(histogram: Histogram, emptyMax = 0): Histogram {
  const positive = compactBuckets(histogram.positive, emptyMax);
  const negative = compactBuckets(histogram.negative, emptyMax);
  if (positive === histogram.positive && negative === histogram.negative) return histogram;
  return { ...histogram, positive, negative };
}

/** The histogram in a lower (or its own) exponential schema, which has fewer and wider buckets. */
export function reduceResolution(histogram: Histogram, schema: number): Histogram {
  const steps = histogram.schema - schema;
  if (steps === 0) return histogram;
  assert(histogram.schema !== customBucketsSchema, "custom buckets have no resolution");
  assert(steps > 0 && schema !== customBucketsSchema, "resolution is only ever lost");
  return {
    ...histogram,
    schema,
    positive: coarserBuckets(histogram.positive, steps),
    negative: coarserBuckets(histogram.negative, steps),
  };
}

/**
 * A received histogram in a schema that is stored: finer ones than the finest are reduced to it.
 * Undefined when the schema is known to nobody, or when spans and buckets do not fit together.
 */
export function supportedHistogram(histogram: Histogram): Histogram | undefined {
  if (!isKnownSchema(histogram.schema)) return undefined;
  if (histogram.schema <= schemaMax) return histogram;
  const { positive, negative } = histogram;
  if (!hasFittingSpans(positive) || !hasFittingSpans(negative)) return undefined;
  return reduceResolution(histogram, schemaMax);
}

function hasFittingSpans({ spanLengths, bucketCounts }: Buckets): boolean {
  return spanLengths.reduce((total, length) => total + length, 0) === bucketCounts.length;
}

/**
 * Whether both hold the same numbers in the same buckets. NaN equals itself; the counter reset hint
 * and whether counts came as integers are not compared.
 */
export function equalHistograms(left: Histogram, right: Histogram): boolean {
  if (left.schema !== right.schema || left.zeroThreshold !== right.zeroThreshold) return false;
  if (!Object.is(left.count, right.count) || !Object.is(left.sum, right.sum)) return false;
  if (!Object.is(left.zeroCount, right.zeroCount)) return false;
  if (left.schema === customBucketsSchema && !equalBounds(left.customValues, right.customValues)) {
    return false;
  }
  return equalBuckets(left.negative, right.negative) && equalBuckets(left.positive, right.positive);
}

/** The same numbers, counted as floats. */
export function floatHistogram(histogram: Histogram): Histogram {
  return histogram.counts === "float" ? histogram : { ...histogram, counts: "float" };
}
