import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHistogramNotation } from "./format.ts";
import { parseHistogram } from "./testing.ts";
import { trimHistogram } from "./trim.ts";

// Buckets (0.5,1]:2 (1,2]:4 (2,4]:2, mirrored, and a zero bucket.
const both = "count:18 z_bucket:2 z_bucket_w:0.1 buckets:[2 4 2] n_buckets:[2 4 2]";
const positive = "count:6 sum:9 z_bucket:2 z_bucket_w:0.5 offset:1 buckets:[4]";
const custom = "schema:-53 count:8 sum:40 custom_values:[5 10] buckets:[2 4 2]";

const rows: readonly (readonly [histogram: string, operation: string, want: string])[] = [
  [both, "</ Inf", both],
  [both, ">/ -Inf", both],
  [both, "</ 5", both],
  [both, "</ -Inf", "z_bucket_w:0.1"],
  [both, ">/ 5", "z_bucket_w:0.1"],
  [both, "</ -1", "count:6 sum:-11.3 z_bucket_w:0.1 n_offset:1 n_buckets:[4 2]"],
  [both, ">/ 1", "count:6 sum:11.3 z_bucket_w:0.1 offset:1 buckets:[4 2]"],
  [both, ">/ 2", "count:2 sum:5.66 z_bucket_w:0.1 offset:2 buckets:[2]"],
  // The limit is the middle of the bucket (1,2] on the logarithmic scale.
  [both, ">/ 1.4142135623730951", "count:4 sum:9.02 z_bucket_w:0.1 offset:1 buckets:[2 2]"],
  [both, "</ -1.4142135623730951", "count:4 sum:-9.02 z_bucket_w:0.1 n_offset:1 n_buckets:[2 2]"],
  [both, ">/ 0", "count:9 sum:12.8 z_bucket:1 z_bucket_w:0.1 buckets:[2 4 2]"],
  [both, "</ 0.05", "count:9.5 sum:-12.8 z_bucket:1.5 z_bucket_w:0.1 n_buckets:[2 4 2]"],
  // All others are positive: the zero bucket is taken to begin at zero.
  [positive, ">/ 0.25", "count:5 sum:6.03 z_bucket:1 z_bucket_w:0.5 offset:1 buckets:[4]"],
  [positive, ">/ 0", positive],
  [positive, "</ 0", "z_bucket_w:0.5"],
  [custom, "</ 10", "schema:-53 count:6 sum:35 custom_values:[5 10] buckets:[2 4]"],
  [custom, "</ 7.5", "schema:-53 count:4 sum:17.5 custom_values:[5 10] buckets:[2 2]"],
  [custom, "</ 2.5", "schema:-53 count:1 sum:1.25 custom_values:[5 10] buckets:[1]"],
  [custom, "</ -1", "schema:-53 custom_values:[5 10]"],
  [custom, ">/ 2.5", "schema:-53 count:7 sum:53.75 custom_values:[5 10] buckets:[1 4 2]"],
  [custom, ">/ 12", "schema:-53 count:2 sum:24 custom_values:[5 10] offset:2 buckets:[2]"],
  [custom, "</ 12", "schema:-53 count:6 sum:35 custom_values:[5 10] buckets:[2 4]"],
  ["z_bucket:2 count:2", "</ 0", ""],
  ["z_bucket:2 count:2", ">/ 0", "count:2 z_bucket:2"],
  [
    "schema:-53 count:2 custom_values:[-1] buckets:[1 1]",
    "</ -2",
    "schema:-53 count:1 sum:-2 custom_values:[-1] buckets:[1]",
  ],
  [
    "schema:-53 count:2 custom_values:[-1] buckets:[1 1]",
    ">/ -2",
    "schema:-53 count:1 sum:-1 custom_values:[-1] offset:1 buckets:[1]",
  ],
  [
    "count:NaN sum:NaN z_bucket:NaN z_bucket_w:0.1",
    ">/ 1",
    "count:NaN sum:NaN z_bucket:NaN z_bucket_w:0.1",
  ],
  ["schema:-53 count:2 custom_values:[] buckets:[2]", ">/ 1", "schema:-53 custom_values:[]"],
];

for (const [histogram, operation, want] of rows) {
  test(`{${histogram}} ${operation}`, () => {
    const [operator, limit] = operation.split(" ");
    const side = operator === "</" ? "below" : "above";
    const trimmed = trimHistogram(
      parseHistogram(histogram),
      side,
      Number(limit?.replace("Inf", "Infinity")),
    );
    const notation = formatHistogramNotation(trimmed).slice(2, -2);
    const short = notation.replaceAll(/\d+\.\d{3,}/g, (digits) => {
      return String(Number(Number(digits).toPrecision(3)));
    });
    assert.equal(short, want);
  });
}
