import assert from "node:assert/strict";
import { test } from "node:test";
import type { Buckets, Histogram } from "../histogram.ts";
import { histogramOf } from "./build.ts";
import { histogramProblem } from "./validate.ts";

const integer = histogramOf({
  counts: "integer",
  count: 12,
  zeroCount: 2,
  zeroThreshold: 0.001,
  sum: 19.4,
  buckets: [1, 2, 1, 1],
  negativeBuckets: [1, 2, 1, 1],
});
const custom = histogramOf({
  counts: "integer",
  schema: -53,
  count: 4,
  sum: 5,
  customValues: [1, 2, 5],
  buckets: [2, 2],
});

const problems: readonly (readonly [histogram: Histogram, problem: string])[] = [
  [integer, "none"],
  [custom, "none"],
  [{ ...integer, counts: "float", count: 11.9 }, "none"],
  [{ ...integer, count: 13, sum: Number.NaN }, "none"],
  [
    { ...integer, count: 13 },
    "12 observations found in buckets, but the Count field is 13: histogram's observation count should equal the number of observations found in the buckets (in absence of NaN)",
  ],
  [
    { ...integer, count: 11, sum: Number.NaN },
    "12 observations found in buckets, but the Count field is 11: histogram's observation count should be at least the number of observations found in the buckets",
  ],
  [
    { ...integer, schema: 9 },
    "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema 9",
  ],
  [
    { ...integer, negative: bucketsOf([-1, -1], [1, 3], [1, 1, 1, 2]) },
    "negative side: span number 2 with offset -1: histogram has a span whose offset is negative",
  ],
  [
    { ...integer, positive: bucketsOf([0, 1], [1, 4], [1, 1, 1, 2]) },
    "positive side: spans need 5 buckets, have 4 buckets: histogram spans specify different number of buckets than provided",
  ],
  [
    { ...integer, negative: bucketsOf([0], [4], [1, 3, -1, 2]) },
    "negative side: bucket number 3 has observation count of -1: histogram has a bucket whose observation count is negative",
  ],
  [
    { ...integer, positive: bucketsOf([0], [4], [1, 3, 3, -0.5]) },
    "positive side: bucket number 4 has observation count of -0.5: histogram has a bucket whose observation count is negative",
  ],
  [
    { ...integer, counts: "float", zeroCount: -1 },
    "zero bucket has observation count of -1: histogram has a bucket whose observation count is negative",
  ],
  [
    { ...integer, counts: "float", count: -2 },
    "observation count is  -2: histogram's observation count is negative",
  ],
  [
    { ...integer, customValues: Float64Array.of(1) },
    "histogram with exponential schema must not have custom bounds",
  ],
  [
    { ...custom, customValues: Float64Array.of(1, Number.NaN, 2) },
    "custom buckets: histogram custom bounds must not be NaN",
  ],
  [
    { ...custom, customValues: Float64Array.of(1, 1) },
    "custom buckets: previous bound is 1.000000 and current is 1.000000: histogram custom bounds must be in strictly increasing order",
  ],
  [
    { ...custom, customValues: Float64Array.of(1, Number.POSITIVE_INFINITY) },
    "custom buckets: last +Inf bound must not be explicitly defined: histogram custom bounds must be finite",
  ],
  [
    { ...custom, positive: bucketsOf([-1], [2], [2, 2]) },
    "custom buckets: span number 1 with offset -1: histogram has a span whose offset is negative",
  ],
  [
    { ...custom, positive: bucketsOf([1], [4], [1, 1, 1, 1]) },
    "custom buckets: only 3 custom bounds defined which is insufficient to cover total span length of 5: histogram custom bounds are too few",
  ],
  [{ ...custom, zeroCount: 1 }, "custom buckets: must have zero count of 0"],
  [{ ...custom, zeroThreshold: 1 }, "custom buckets: must have zero threshold of 0"],
  [{ ...custom, negative: custom.positive }, "custom buckets: must not have negative spans"],
];

for (const [at, [histogram, problem]] of problems.entries()) {
  test(`histogram ${at}: ${problem}`, () => {
    assert.equal(histogramProblem(histogram) ?? "none", problem);
  });
}

function bucketsOf(
  offsets: readonly number[],
  lengths: readonly number[],
  counts: readonly number[],
): Buckets {
  return {
    spanOffsets: Int32Array.from(offsets),
    spanLengths: Uint32Array.from(lengths),
    bucketCounts: Float64Array.from(counts),
  };
}
