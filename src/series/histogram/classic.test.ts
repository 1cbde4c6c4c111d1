import assert from "node:assert/strict";
import { test } from "node:test";
import { ClassicHistogram, ClassicHistogramError, classicBuckets } from "./classic.ts";
import { formatHistogramNotation } from "./format.ts";
import { parseHistogram } from "./testing.ts";

// Series as bound=count, and "count" and "sum"; then the native histogram.
const conversions: readonly (readonly [series: string, want: string])[] = [
  ["", "integer {{schema:-53 custom_values:[] buckets:[0]}}"],
  [
    "1=2 5=3 Inf=7 count=7 sum=20",
    "integer {{schema:-53 count:7 sum:20 custom_values:[1 5] buckets:[2 1 4]}}",
  ],
  [
    "5=3 Inf=7 1=2 5=9 sum=20",
    "integer {{schema:-53 count:7 sum:20 custom_values:[1 5] buckets:[2 1 4]}}",
  ],
  ["1=2 count=5", "integer {{schema:-53 count:5 custom_values:[1] buckets:[2 3]}}"],
  ["1=2", "integer {{schema:-53 count:2 custom_values:[1] buckets:[2]}}"],
  ["count=3 sum=1", "integer {{schema:-53 count:3 sum:1 custom_values:[] buckets:[3]}}"],
  ["1=0.5 Inf=1 count=1", "float {{schema:-53 count:1 custom_values:[1] buckets:[0.5 0.5]}}"],
  [
    "1=1 2=1 3=1 4=1 5=4 count=4",
    "integer {{schema:-53 count:4 custom_values:[1 2 3 4 5] buckets:[1 0 0 0 3]}}",
  ],
  ["-1=1 Inf=1 sum=NaN", "integer {{schema:-53 count:1 sum:NaN custom_values:[-1] buckets:[1]}}"],
];

for (const [series, want] of conversions) {
  test(`classic [${series}] is ${want}`, () => {
    const histogram = classicOf(series.split(" ")).toHistogram();
    assert.equal(
      `${histogram.counts} ${formatHistogramNotation(histogram)}`,
      want.replace(" buckets:[0]", ""),
    );
  });
}

const refusals: readonly (readonly [series: string, message: string])[] = [
  ["NaN=1", "bucket boundary must not be NaN"],
  ["1=-1", "bucket count must be non-negative: le=1, count=-1"],
  ["count=-1", "count must be non-negative: count=-1"],
  ["1=2 2=1", "count is not cumulative: 1 < 2"],
  ["2=2 1=3", "count is not cumulative: 3 > 2"],
  ["Inf=2 count=3", "count mismatch: count=3 != le=+Inf count=2"],
];

for (const [series, message] of refusals) {
  test(`classic [${series}] is refused: ${message}`, () => {
    assert.throws(
      () => classicOf(series.split(" ")).toHistogram(),
      new ClassicHistogramError(message),
    );
  });
}

test("custom buckets are classic ones again", () => {
  const histogram = parseHistogram("schema:-53 custom_values:[1 2 5] buckets:[1 0 3 2]");
  assert.deepEqual(classicBuckets(histogram), [
    { upper: 1, cumulativeCount: 1 },
    { upper: 2, cumulativeCount: 1 },
    { upper: 5, cumulativeCount: 4 },
    { upper: Number.POSITIVE_INFINITY, cumulativeCount: 6 },
  ]);
});

function classicOf(series: readonly string[]): ClassicHistogram {
  const classic = new ClassicHistogram();
  for (const one of series.filter((text) => text !== "")) {
    const [name = "", value = ""] = one.split("=");
    if (name === "count") classic.setCount(Number(value));
    else if (name === "sum") classic.setSum(Number(value));
    else classic.setBucket(Number(name.replace("Inf", "Infinity")), Number(value));
  }
  return classic;
}
