import assert from "node:assert/strict";
import { test } from "node:test";
import { bucketRows, formatHistogram, formatHistogramNotation } from "./format.ts";
import { parseHistogram } from "./testing.ts";

const shown: readonly (readonly [notation: string, text: string])[] = [
  ["", "{count:0, sum:0}"],
  ["count:1e+06 sum:0.5", "{count:1e+06, sum:0.5}"],
  [
    "count:12 sum:NaN z_bucket:2 z_bucket_w:0.001 buckets:[1 0 3] n_buckets:[1.5 2]",
    "{count:12, sum:NaN, [-2,-1):2, [-1,-0.5):1.5, [-0.001,0.001]:2, (0.5,1]:1, (2,4]:3}",
  ],
  [
    "schema:-53 custom_values:[1 2] buckets:[1 2 3]",
    "{count:0, sum:0, [-Inf,1]:1, (1,2]:2, (2,+Inf]:3}",
  ],
  ["count:2 z_bucket_w:0.75 buckets:[2]", "{count:2, sum:0, (0.75,1]:2}"],
];

for (const [notation, text] of shown) {
  test(`{{${notation}}} is shown as ${text}`, () => {
    assert.equal(formatHistogram(parseHistogram(notation)), text);
  });
}

const notations: readonly string[] = [
  "{{}}",
  "{{schema:-1 count:4 sum:-5.5 z_bucket:1 z_bucket_w:0.5 offset:-2 buckets:[1 0 2.5]}}",
  "{{n_offset:3 n_buckets:[1 2]}}",
  "{{schema:-53 count:+Inf custom_values:[0.1 1e+07] counter_reset_hint:gauge buckets:[1]}}",
  "{{counter_reset_hint:not_reset}}",
  "{{counter_reset_hint:reset}}",
];

for (const notation of notations) {
  test(`${notation} is read and written`, () => {
    assert.equal(formatHistogramNotation(parseHistogram(notation)), notation);
  });
}

test("rows of the HTTP API say which ends belong to a bucket", () => {
  const rows = bucketRows(
    parseHistogram("z_bucket:3 z_bucket_w:0.25 buckets:[12 0 21] n_buckets:[1]"),
  );
  assert.deepEqual(
    rows.map((row) => [row.boundaries, row.lower, row.upper, row.count].join(" ")),
    ["1 -1 -0.5 1", "3 -0.25 0.25 3", "0 0.5 1 12", "0 2 4 21"],
  );
});
