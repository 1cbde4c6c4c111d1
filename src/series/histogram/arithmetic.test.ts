import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Histogram } from "../histogram.ts";
import {
  type AddedHistograms,
  addHistograms,
  divideHistogram,
  multiplyHistogram,
  subtractHistograms,
} from "./arithmetic.ts";
import { exponentialBound } from "./bounds.ts";
import { bucketIndexes } from "./buckets.ts";
import { histogramOf } from "./build.ts";
import { formatHistogramNotation } from "./format.ts";
import { HistogramMean } from "./mean.ts";
import { compactHistogram } from "./shape.ts";
import { HistogramSum } from "./sum.ts";
import { parseHistogram } from "./testing.ts";

// Two histograms and their sum; behind it "!" and what else happened.
const sums: readonly (readonly [why: string, left: string, right: string, want: string])[] = [
  ["nothing to nothing", "", "", ""],
  ["something to nothing", "", "count:3 sum:2 buckets:[1 2]", "count:3 sum:2 buckets:[1 2]"],
  [
    "the same buckets",
    "count:4 sum:5 z_bucket:1 z_bucket_w:0.1 buckets:[1 2] n_buckets:[3]",
    "count:2 sum:1 z_bucket:2 z_bucket_w:0.1 buckets:[4 1] n_buckets:[1]",
    "count:6 sum:6 z_bucket:3 z_bucket_w:0.1 buckets:[5 3] n_buckets:[4]",
  ],
  [
    "buckets before, between and behind",
    "count:3 offset:2 buckets:[1 0 2]",
    "count:4 offset:-1 buckets:[1 0 0 0 2 0 0 1]",
    "count:7 offset:-1 buckets:[1 0 0 1 2 2 0 1]",
  ],
  [
    "a higher resolution on the right",
    "count:2 buckets:[1 1]",
    "schema:1 count:5 offset:-1 buckets:[1 1 1 1 1]",
    "count:7 buckets:[3 3 1]",
  ],
  [
    "a higher resolution on the left",
    "schema:2 count:4 n_offset:1 n_buckets:[1 1 1 1]",
    "count:1 n_buckets:[1]",
    "count:5 n_buckets:[1 4]",
  ],
  [
    "a wider zero bucket on the right that takes buckets of the left",
    "count:10 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 3] n_offset:-1 n_buckets:[1 3]",
    "count:2 z_bucket:2 z_bucket_w:0.5",
    "count:12 z_bucket:6 z_bucket_w:0.5 buckets:[3] n_buckets:[3]",
  ],
  [
    "a wider zero bucket on the left that takes buckets of the right",
    "count:2 z_bucket:2 z_bucket_w:0.5",
    "count:9 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 3] n_offset:-1 n_buckets:[3]",
    "count:11 z_bucket:8 z_bucket_w:0.5 buckets:[3]",
  ],
  [
    "a zero bucket that ends inside a populated bucket",
    "count:5 z_bucket:2 z_bucket_w:0.6",
    "count:6 offset:0 buckets:[2 4]",
    "count:11 z_bucket:4 z_bucket_w:1 offset:1 buckets:[4]",
  ],
  [
    "zero buckets that push each other outwards",
    "count:4 z_bucket:1 z_bucket_w:0.3 n_offset:1 n_buckets:[3]",
    "count:6 z_bucket:1 z_bucket_w:1.5 buckets:[2 0 3]",
    "count:10 z_bucket:7 z_bucket_w:2 offset:2 buckets:[3]",
  ],
  [
    "custom buckets with the same bounds",
    "schema:-53 count:3 sum:4 custom_values:[1 2 3] buckets:[1 2]",
    "schema:-53 count:3 sum:5 custom_values:[1 2 3] offset:1 buckets:[1 0 2]",
    "schema:-53 count:6 sum:9 custom_values:[1 2 3] buckets:[1 3 0 2]",
  ],
  [
    "custom buckets with some bounds in common",
    "schema:-53 count:10 custom_values:[1 2 3 5] buckets:[1 2 3 4]",
    "schema:-53 count:6 custom_values:[2 4 5] buckets:[1 2 1 2]",
    "schema:-53 count:16 custom_values:[2 5] buckets:[4 10 2] !bounds",
  ],
  [
    "custom buckets without a bound in common",
    "schema:-53 count:3 custom_values:[1 2] buckets:[1 2]",
    "schema:-53 count:2 custom_values:[3] buckets:[2]",
    "schema:-53 count:5 custom_values:[] buckets:[5] !bounds",
  ],
  ["different kinds", "schema:0 count:1", "schema:-53 count:1 custom_values:[1]", "!incompatible"],
  ["a gauge", "counter_reset_hint:gauge", "counter_reset_hint:reset", "counter_reset_hint:gauge"],
  [
    "to a gauge",
    "counter_reset_hint:reset",
    "counter_reset_hint:gauge",
    "counter_reset_hint:gauge",
  ],
  [
    "two resets",
    "counter_reset_hint:reset",
    "counter_reset_hint:reset",
    "counter_reset_hint:reset",
  ],
  ["a hint to none", "counter_reset_hint:unknown", "counter_reset_hint:reset", ""],
  ["hints that disagree", "counter_reset_hint:not_reset", "counter_reset_hint:reset", "!hints"],
];

for (const [why, left, right, want] of sums) {
  test(`addition reconciles ${why}`, () => {
    const [leftHistogram, rightHistogram] = [parseHistogram(left), parseHistogram(right)];
    assert.equal(show(addHistograms(leftHistogram, rightHistogram)), want);
    // What was added is as it was.
    assert.deepEqual(
      [leftHistogram, rightHistogram],
      [parseHistogram(left), parseHistogram(right)],
    );
  });
}

const differences: readonly (readonly [left: string, right: string, want: string])[] = [
  [
    "count:6 sum:6 z_bucket:3 buckets:[5 3] n_buckets:[4]",
    "count:2 sum:1 z_bucket:2 buckets:[4 1] n_buckets:[1]",
    "count:4 sum:5 z_bucket:1 buckets:[1 2] n_buckets:[3]",
  ],
  ["count:1 buckets:[1]", "count:1 offset:2 buckets:[1]", "buckets:[1 0 -1]"],
  ["schema:1 count:3 buckets:[1 1 1]", "count:1 buckets:[1]", "count:2 offset:1 buckets:[2]"],
  [
    "schema:-53 count:9 custom_values:[1 2 3] buckets:[2 3 4]",
    "schema:-53 count:3 custom_values:[2 3] buckets:[1 2]",
    "schema:-53 count:6 custom_values:[2 3] buckets:[4 2] !bounds",
  ],
];

for (const [left, right, want] of differences) {
  test(`{${left}} - {${right}}`, () => {
    assert.equal(show(subtractHistograms(parseHistogram(left), parseHistogram(right))), want);
  });
}

const scaled: readonly (readonly [operator: "*" | "/", operand: number, want: string])[] = [
  ["*", 2, "count:12 sum:20 z_bucket:4 buckets:[2 4] n_buckets:[2]"],
  ["*", -1, "count:-6 sum:-10 z_bucket:-2 counter_reset_hint:gauge buckets:[-1 -2] n_buckets:[-1]"],
  ["*", 0, ""],
  ["/", 2, "count:3 sum:5 z_bucket:1 buckets:[0.5 1] n_buckets:[0.5]"],
  [
    "/",
    -2,
    "count:-3 sum:-5 z_bucket:-1 counter_reset_hint:gauge buckets:[-0.5 -1] n_buckets:[-0.5]",
  ],
  ["/", 0, "count:+Inf sum:+Inf z_bucket:+Inf"],
];

for (const [operator, operand, want] of scaled) {
  test(`a histogram ${operator} ${operand}`, () => {
    const histogram = parseHistogram("count:6 sum:10 z_bucket:2 buckets:[1 2] n_buckets:[1]");
    const change = operator === "*" ? multiplyHistogram : divideHistogram;
    assert.equal(notation(change(histogram, operand)), want);
  });
}

test("a sum keeps what rounding would lose", () => {
  const sum = new HistogramSum(
    parseHistogram("count:1e100 sum:1e100 z_bucket:1e100 buckets:[1e100]"),
  );
  sum.add(parseHistogram("count:1 sum:1 z_bucket:1 buckets:[1]"));
  sum.add(parseHistogram("schema:1 count:1 sum:1 z_bucket:1 buckets:[1]"));
  sum.subtract(parseHistogram("count:1e100 sum:1e100 z_bucket:1e100 buckets:[1e100]"));
  assert.equal(notation(sum.total()), "count:2 sum:2 z_bucket:2 buckets:[2]");
  assert.equal(notation(sum.sum()), "");
});

test("a sum that was handed out does not change any more", () => {
  const sum = new HistogramSum(parseHistogram("count:1 buckets:[1]"));
  const early = sum.sum();
  const copy = sum.copy();
  sum.add(parseHistogram("count:1 buckets:[1]"));
  assert.equal(notation(early), "count:1 buckets:[1]");
  assert.equal(notation(copy.total()), "count:1 buckets:[1]");
});

test("a mean divides the sum", () => {
  const mean = new HistogramMean(parseHistogram("count:2 sum:1 buckets:[2]"));
  mean.add(parseHistogram("count:4 sum:2 buckets:[1 3]"));
  mean.add(parseHistogram("count:0 sum:0"));
  assert.equal(notation(mean.total()), "count:2 sum:1 buckets:[1 1]");
  assert.equal(notation(mean.total()), "count:2 sum:1 buckets:[1 1]");
});

test("a mean survives a sum beyond the largest number", () => {
  const mean = new HistogramMean(parseHistogram("count:1e308 sum:1 buckets:[1e308]"));
  mean.add(parseHistogram("count:1e308 sum:2 buckets:[1e308]"));
  mean.add(parseHistogram("count:1e308 sum:3 buckets:[1e308]"));
  const { count, sum } = mean.total();
  assert.ok(Math.abs(count / 1e308 - 1) < 1e-15);
  assert.ok(Math.abs(sum - 2) < 1e-15);
});

test("addition ends for thresholds of NaN", () => {
  const odd = histogramOf({ zeroThreshold: Number.NaN });
  assert.equal(addHistograms(odd, histogramOf({ zeroThreshold: 1 })).histogram?.count, 0);
});

interface Sample {
  readonly schema: number;
  readonly counts: readonly (readonly [index: number, count: number])[];
}

test("addition agrees with counting bucket by bucket", () => {
  const sample = fc.record({
    schema: fc.integer({ min: -2, max: 3 }),
    counts: fc.array(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.nat({ max: 5 })), {
      maxLength: 8,
    }),
  });
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (samples) => {
      const [first, ...rest] = samples.map(histogramFrom);
      if (first === undefined) return;
      const sum = new HistogramSum(first);
      for (const added of rest) sum.add(added);
      assert.deepEqual(countsByBound(compactHistogram(sum.total())), naiveSum(samples));
    }),
    { numRuns: 500, seed: 3 },
  );
});

function histogramFrom({ schema, counts }: Sample): Histogram {
  const buckets = Array.from({ length: 25 }, () => 0);
  for (const [index, count] of counts) buckets[index + 12] = (buckets[index + 12] ?? 0) + count;
  return histogramOf({
    schema,
    buckets,
    offset: -12,
    negativeBuckets: buckets,
    negativeOffset: -12,
  });
}

/** Each count moves to the lowest bound of the coarsest schema that is not below its own. */
function naiveSum(samples: readonly Sample[]): Readonly<Record<string, number>> {
  const schema = Math.min(...samples.map((sample) => sample.schema));
  const sum = new Map<number, number>();
  for (const { schema: own, counts } of samples) {
    for (const [index, count] of counts) {
      const bound = exponentialBound(own, index);
      let coarse = -100;
      while (exponentialBound(schema, coarse) < bound) coarse++;
      const key = exponentialBound(schema, coarse);
      sum.set(key, (sum.get(key) ?? 0) + count);
    }
  }
  return sorted([...sum].filter(([, count]) => count > 0));
}

function countsByBound({
  schema,
  positive,
  negative,
}: Histogram): Readonly<Record<string, number>> {
  assert.deepEqual(positive, negative);
  const indexes = [...bucketIndexes(positive)];
  const counts = indexes.map((index, at) => {
    return [exponentialBound(schema, index), positive.bucketCounts[at] ?? 0] as const;
  });
  return sorted(counts);
}

function sorted(pairs: readonly (readonly [number, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...pairs].sort(([left], [right]) => left - right));
}

function show(added: AddedHistograms): string {
  const { histogram, isIncompatible, hasResetCollision, hasReconciledBounds } = added;
  const notes = [
    isIncompatible ? "!incompatible" : "",
    hasResetCollision ? "!hints" : "",
    hasReconciledBounds ? "!bounds" : "",
  ];
  const shown = histogram === undefined ? "" : notation(histogram);
  return [shown, ...notes].filter((part) => part !== "").join(" ");
}

function notation(histogram: Histogram): string {
  return formatHistogramNotation(histogram).slice(2, -2);
}
