import assert from "node:assert/strict";
import { test } from "node:test";
import { type Buckets, type Histogram, noBuckets } from "../histogram.ts";
import { histogramOf } from "./build.ts";
import {
  compactHistogram,
  equalHistograms,
  reduceResolution,
  supportedHistogram,
} from "./shape.ts";

// Spans, each as offset:counts. Zeros are empty buckets.
const compactions: readonly (readonly [before: string, emptyMax: number, after: string])[] = [
  ["", 0, ""],
  ["0:1,2", 0, "0:1,2"],
  ["0:0,1,2,0", 0, "1:1,2"],
  ["0:1,0,2", 0, "0:1 1:2"],
  ["-3:1,0,0,2 2:0,3", 0, "-3:1 2:2 3:3"],
  ["1:1 0:2", 0, "1:1,2"],
  ["1: 2:1,2 3: 1:4", 0, "3:1,2 4:4"],
  ["0:0,0 3:0", 0, ""],
  ["0:1,0,2", 1, "0:1,0,2"],
  ["0:1 1:2", 1, "0:1,0,2"],
  ["0:1 2:2", 1, "0:1 2:2"],
  ["0:1,0,0,2 1:3", 1, "0:1 2:2,0,3"],
  ["0:0,1 2:2,0", 2, "1:1,0,0,2"],
  ["2:1 7:2 9:0", Number.POSITIVE_INFINITY, "2:1,0,0,0,0,0,0,0,2"],
];

for (const [before, emptyMax, after] of compactions) {
  test(`[${before}] compacted with gaps of ${emptyMax} is [${after}]`, () => {
    const compacted = compactHistogram(histogramWith(before), emptyMax);
    assert.equal(showBuckets(compacted.positive), after);
    assert.deepEqual(compacted.positive, compacted.negative);
  });
}

test("what is compact already is given back", () => {
  const histogram = histogramWith("0:1 2:3");
  assert.equal(compactHistogram(histogram), histogram);
});

const reductions: readonly (readonly [
  schema: number,
  before: string,
  target: number,
  after: string,
])[] = [
  [0, "0:1,2", 0, "0:1,2"],
  [1, "-1:1,2,3,4", 0, "0:3,7"],
  [2, "1:1,1,1,1,1", 0, "1:4,1"],
  [2, "-6:1 3:1,1 9:4", 0, "-1:1,2 2:4"],
  [0, "0:1,2,3", -1, "0:1,5"],
  [0, "1:1,0 20:5", -2, "1:1 4:5"],
  [8, "-1000:1,1 998:2 0:3", 7, "-500:1,1 498:2,3"],
];

for (const [schema, before, target, after] of reductions) {
  test(`[${before}] of schema ${schema} is [${after}] in schema ${target}`, () => {
    const reduced = reduceResolution({ ...histogramWith(before), schema }, target);
    assert.equal(reduced.schema, target);
    assert.equal(showBuckets(reduced.positive), after);
  });
}

test("schemas finer than any stored one are brought down, coarser and unknown ones refused", () => {
  const received = { ...histogramWith("1:1,1,1,1,1"), schema: 10 };
  assert.equal(showBuckets(supportedHistogram(received)?.positive ?? noBuckets), "1:4,1");
  assert.equal(supportedHistogram({ ...received, schema: 53 }), undefined);
  assert.equal(supportedHistogram({ ...received, schema: -10 }), undefined);
  assert.equal(supportedHistogram({ ...received, schema: -53 })?.schema, -53);
});

const equalities: readonly (readonly [left: Histogram, right: Histogram, isEqual: boolean])[] = [
  [histogramWith("0:1,2"), histogramWith("0:1 0:2"), true],
  [histogramWith("0:1,2"), histogramWith("-1: 1:1,2 4:"), true],
  [histogramWith("0:1,2"), histogramWith("1:1,2"), false],
  [histogramWith("0:1,2"), histogramWith("0:1,3"), false],
  [histogramWith("0:1,0"), histogramWith("0:1"), false],
  [histogramOf({ sum: Number.NaN }), histogramOf({ sum: Number.NaN }), true],
  [histogramOf({ sum: 0 }), histogramOf({ sum: -0 }), false],
  [histogramOf({ zeroCount: 1 }), histogramOf({}), false],
  [histogramOf({ zeroThreshold: 1 }), histogramOf({}), false],
  [histogramOf({ counterResetHint: "gauge" }), histogramOf({ counts: "integer" }), true],
  [histogramOf({ schema: 1 }), histogramOf({ schema: 2 }), false],
  [custom([1, 2]), custom([1, 2]), true],
  [custom([1, 2]), custom([1, 3]), false],
];

for (const [at, [left, right, isEqual]] of equalities.entries()) {
  test(`pair ${at} is ${isEqual ? "" : "not "}the same histogram`, () => {
    assert.equal(equalHistograms(left, right), isEqual);
    assert.equal(equalHistograms(right, left), isEqual);
  });
}

function custom(customValues: readonly number[]): Histogram {
  return histogramOf({ schema: -53, customValues });
}

function histogramWith(spans: string): Histogram {
  const buckets = parseBuckets(spans);
  return { ...histogramOf({}), positive: buckets, negative: buckets };
}

function parseBuckets(text: string): Buckets {
  const spans = text === "" ? [] : text.split(" ").map((span) => span.split(":"));
  const counts = spans.map(([, list = ""]) => (list === "" ? [] : list.split(",").map(Number)));
  return {
    spanOffsets: Int32Array.from(spans, ([offset]) => Number(offset)),
    spanLengths: Uint32Array.from(counts, (list) => list.length),
    bucketCounts: Float64Array.from(counts.flat()),
  };
}

function showBuckets({ spanOffsets, spanLengths, bucketCounts }: Buckets): string {
  let position = 0;
  const spans = Array.from(spanOffsets, (offset, span) => {
    const start = position;
    position += spanLengths[span] ?? 0;
    return `${offset}:${bucketCounts.subarray(start, position).join(",")}`;
  });
  return spans.join(" ");
}
