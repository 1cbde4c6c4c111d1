import { formatFloat } from "#base";
import { type Buckets, customBucketsSchema, type Histogram } from "../histogram.ts";
import { isExponentialSchema, schemaMax, schemaMin } from "./bounds.ts";

/**
 * What is wrong with a histogram that came from outside, in upstream's words; undefined when nothing
 * is. Integer counts must add up; those of floats need not, because of rounding.
 */
export function histogramProblem(histogram: Histogram): string | undefined {
  return schemaProblem(histogram) ?? countProblem(histogram);
}

function schemaProblem(histogram: Histogram): string | undefined {
  if (histogram.schema === customBucketsSchema) return customProblem(histogram);
  if (isExponentialSchema(histogram.schema)) return exponentialProblem(histogram);
  return (
    `histogram has an invalid schema, which must be between ${schemaMin} and ${schemaMax} ` +
    `for exponential buckets, or ${customBucketsSchema} for custom buckets, got schema ${histogram.schema}`
  );
}

function customProblem(histogram: Histogram): string | undefined {
  const { customValues, positive, negative } = histogram;
  const problem = boundsProblem(customValues) ?? spansProblem(positive, 0);
  if (problem !== undefined) return `custom buckets: ${problem}`;
  const covered = sumOf(positive.spanOffsets) + sumOf(positive.spanLengths);
  if (covered > customValues.length + 1) {
    return `custom buckets: only ${customValues.length} custom bounds defined which is insufficient to cover total span length of ${covered}: histogram custom bounds are too few`;
  }
  if (histogram.zeroCount !== 0) return "custom buckets: must have zero count of 0";
  if (histogram.zeroThreshold !== 0) return "custom buckets: must have zero threshold of 0";
  if (negative.spanOffsets.length > 0) return "custom buckets: must not have negative spans";
  if (negative.bucketCounts.length > 0) return "custom buckets: must not have negative buckets";
  return undefined;
}

function boundsProblem(bounds: Float64Array): string | undefined {
  let previous = Number.NEGATIVE_INFINITY;
  for (const [at, bound] of bounds.entries()) {
    if (Number.isNaN(bound)) return "histogram custom bounds must not be NaN";
    if (at > 0 && bound <= previous) {
      return `previous bound is ${fixed(previous)} and current is ${fixed(bound)}: histogram custom bounds must be in strictly increasing order`;
    }
    previous = bound;
  }
  if (previous !== Number.POSITIVE_INFINITY) return undefined;
  return "last +Inf bound must not be explicitly defined: histogram custom bounds must be finite";
}

function exponentialProblem(histogram: Histogram): string | undefined {
  const { positive, negative, zeroCount } = histogram;
  const spans =
    sideProblem("positive", spansProblem(positive, 1)) ??
    sideProblem("negative", spansProblem(negative, 1)) ??
    sideProblem("negative", bucketsProblem(negative));
  if (spans !== undefined) return spans;
  if (zeroCount < 0) {
    return `zero bucket has observation count of ${formatFloat(zeroCount, "g")}: ${negativeBucket}`;
  }
  if (histogram.customValues.length === 0) return undefined;
  return "histogram with exponential schema must not have custom bounds";
}

const negativeBucket = "histogram has a bucket whose observation count is negative";

function sideProblem(side: string, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${side} side: ${problem}`;
}

/** Only spans before `firstGap` may have a negative offset, which is then an index. */
function spansProblem(buckets: Buckets, firstGap: number): string | undefined {
  const { spanOffsets, spanLengths, bucketCounts } = buckets;
  const negative = spanOffsets.findIndex((offset, at) => at >= firstGap && offset < 0);
  if (negative >= 0) {
    return `span number ${negative + 1} with offset ${spanOffsets[negative]}: histogram has a span whose offset is negative`;
  }
  const needed = sumOf(spanLengths);
  if (needed === bucketCounts.length) return undefined;
  return `spans need ${needed} buckets, have ${bucketCounts.length} buckets: histogram spans specify different number of buckets than provided`;
}

function bucketsProblem(buckets: Buckets): string | undefined {
  const at = buckets.bucketCounts.findIndex((count) => count < 0);
  if (at < 0) return undefined;
  const count = formatFloat(buckets.bucketCounts[at] ?? 0, "g");
  return `bucket number ${at + 1} has observation count of ${count}: ${negativeBucket}`;
}

function countProblem(histogram: Histogram): string | undefined {
  const { count, positive } = histogram;
  if (count < 0) {
    return `observation count is  ${formatFloat(count, "g")}: histogram's observation count is negative`;
  }
  return sideProblem("positive", bucketsProblem(positive)) ?? totalProblem(histogram);
}

function totalProblem(histogram: Histogram): string | undefined {
  const { count, counts, sum, positive, negative, zeroCount } = histogram;
  if (counts === "float") return undefined;
  const found = sumOf(negative.bucketCounts) + sumOf(positive.bucketCounts) + zeroCount;
  const facts = `${found} observations found in buckets, but the Count field is ${count}`;
  // Observations of NaN are counted but are in no bucket.
  if (Number.isNaN(sum)) {
    if (found <= count) return undefined;
    return `${facts}: histogram's observation count should be at least the number of observations found in the buckets`;
  }
  if (found === count) return undefined;
  return `${facts}: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)`;
}

function sumOf(values: Float64Array | Int32Array | Uint32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Go's `%f`. */
function fixed(value: number): string {
  return Number.isFinite(value) ? value.toFixed(6) : formatFloat(value, "f");
}
