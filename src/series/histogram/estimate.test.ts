import assert from "node:assert/strict";
import { test } from "node:test";
import { histogramFraction } from "./fraction.ts";
import { type HistogramEstimate, histogramQuantile } from "./quantile.ts";
import { histogramAverage, histogramVariance } from "./statistics.ts";
import { parseHistogram } from "./testing.ts";

// Buckets (0.5,1]:1 (1,2]:2 (2,4]:1.
const single = "sum:5 count:4 buckets:[1 2 1]";
const negative = "sum:-5 count:4 n_buckets:[1 2 1]";
const both =
  "count:10 sum:0 z_bucket:2 z_bucket_w:0.5 offset:1 buckets:[4] n_offset:1 n_buckets:[4]";
const zeroFirst = "count:4 sum:4 z_bucket:2 z_bucket_w:0.5 offset:1 buckets:[2]";
const zeroLast = "count:4 sum:-4 z_bucket:2 z_bucket_w:0.5 n_offset:1 n_buckets:[2]";
const custom = "schema:-53 count:8 sum:40 custom_values:[5 10] buckets:[2 4 2]";
const belowZero = "schema:-53 count:4 sum:-9 custom_values:[-5 10] buckets:[2 2]";
const withNaN = "count:6 sum:NaN buckets:[1 2 1]";

const quantiles: readonly (readonly [histogram: string, quantile: number, want: string])[] = [
  [single, -0.1, "-Infinity"],
  [single, 1.1, "Infinity"],
  [single, Number.NaN, "NaN"],
  ["", 0.5, "NaN"],
  [single, 0, "0.5"],
  [single, 0.25, "1"],
  [single, 0.5, "1.4142"],
  [single, 0.75, "2"],
  [single, 1, "4"],
  [negative, 0, "-4"],
  [negative, 0.5, "-1.4142"],
  [negative, 1, "-0.5"],
  [both, 0.5, "0"],
  [both, 0.45, "-0.25"],
  [both, 0.2, "-1.4142"],
  [both, 0.8, "1.4142"],
  [zeroFirst, 0.25, "0.25"],
  [zeroLast, 0.75, "-0.25"],
  [custom, 0.5, "7.5"],
  [custom, 0.125, "2.5"],
  [custom, 0.9, "10"],
  [custom, 1, "10"],
  [belowZero, 0.25, "-5"],
  [withNaN, 0.1, "0.75786 skewed"],
  [withNaN, 0.9, "NaN unknown"],
  ["count:4 sum:NaN buckets:[1 2 1]", 0.5, "1.4142"],
];

for (const [histogram, quantile, want] of quantiles) {
  test(`the ${quantile}-quantile of {${histogram}} is ${want}`, () => {
    assert.equal(show(histogramQuantile(quantile, parseHistogram(histogram))), want);
  });
}

const infinity = Number.POSITIVE_INFINITY;
const fractions: readonly (readonly [
  histogram: string,
  lower: number,
  upper: number,
  want: string,
])[] = [
  [single, -infinity, infinity, "1"],
  [single, 1, 2, "0.5"],
  [single, 2, 1, "0"],
  [single, 2, 2, "0"],
  [single, Number.NaN, 1, "NaN"],
  ["", 0, 1, "NaN"],
  [single, 1, Math.SQRT2, "0.25"],
  [single, 3, infinity, "0.10376"],
  [negative, -2, -1, "0.5"],
  [negative, -infinity, -Math.SQRT2, "0.5"],
  [both, -0.25, 0.25, "0.1"],
  [zeroFirst, 0, 0.25, "0.25"],
  [zeroLast, -0.25, infinity, "0.25"],
  [custom, 0, 7.5, "0.5"],
  [custom, -infinity, 10, "0.75"],
  [custom, 10, infinity, "0.25"],
  [withNaN, -infinity, infinity, "0.66667 skewed"],
];

for (const [histogram, lower, upper, want] of fractions) {
  test(`the fraction of {${histogram}} between ${lower} and ${upper} is ${want}`, () => {
    assert.equal(show(histogramFraction(lower, upper, parseHistogram(histogram))), want);
  });
}

const statistics: readonly (readonly [histogram: string, average: number, variance: number])[] = [
  [single, 1.25, 0.71],
  [negative, -1.25, 0.71],
  ["count:2 sum:0 z_bucket:2 z_bucket_w:1", 0, 0],
  ["schema:-53 count:2 sum:4 custom_values:[1 3] offset:1 buckets:[2]", 2, 0],
  ["", Number.NaN, Number.NaN],
];

for (const [histogram, average, variance] of statistics) {
  test(`{${histogram}} has the mean ${average} and the variance ${variance}`, () => {
    const parsed = parseHistogram(histogram);
    const found = Number(histogramVariance(parsed).toFixed(4));
    assert.deepEqual([histogramAverage(parsed), found], [average, variance]);
  });
}

function show({ value, nanEffect }: HistogramEstimate): string {
  const rounded = Number.isFinite(value) ? Number(value.toPrecision(5)) + 0 : value;
  return nanEffect === "none" ? String(rounded) : `${rounded} ${nanEffect}`;
}
