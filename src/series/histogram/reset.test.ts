import assert from "node:assert/strict";
import { test } from "node:test";
import { isReset } from "./reset.ts";
import { parseHistogram } from "./testing.ts";

const rows: readonly (readonly [why: string, previous: string, current: string, reset: boolean])[] =
  [
    ["nothing has changed", "count:3 buckets:[1 2]", "count:3 buckets:[1 2]", false],
    ["everything has grown", "count:3 buckets:[1 2]", "count:6 buckets:[2 3 1]", false],
    ["the count has fallen", "count:3 buckets:[1 2]", "count:2 buckets:[1 2]", true],
    ["a bucket has fallen", "count:3 buckets:[1 2]", "count:4 buckets:[3 1]", true],
    ["a populated bucket is gone", "count:3 buckets:[1 2]", "count:4 buckets:[4]", true],
    ["an empty bucket is gone", "count:1 buckets:[1 0]", "count:4 buckets:[4]", false],
    ["all buckets are gone", "count:1 buckets:[1]", "count:4", true],
    ["a negative bucket has fallen", "count:3 n_buckets:[3]", "count:4 n_buckets:[2 2]", true],
    ["the zero bucket has fallen", "count:3 z_bucket:3", "count:3 z_bucket:2 buckets:[1]", true],
    ["the resolution is finer", "count:1 buckets:[1]", "schema:1 count:2 buckets:[2]", true],
    [
      "the resolution is coarser",
      "schema:1 count:3 buckets:[1 1 1]",
      "count:3 buckets:[1 2]",
      false,
    ],
    ["it is coarser, and less", "schema:1 count:3 buckets:[1 1 1]", "count:4 buckets:[3 1]", true],
    ["the zero bucket is narrower", "z_bucket_w:0.5", "z_bucket_w:0.25", true],
    [
      "the zero bucket has swallowed a bucket",
      "count:3 z_bucket_w:0.25 z_bucket:1 offset:-1 buckets:[1 1]",
      "count:3 z_bucket_w:0.5 z_bucket:2 buckets:[1]",
      false,
    ],
    [
      "the zero bucket has swallowed a bucket and forgotten it",
      "count:3 z_bucket_w:0.25 z_bucket:1 offset:-1 buckets:[1 1]",
      "count:4 z_bucket_w:0.5 z_bucket:1 buckets:[3]",
      true,
    ],
    [
      "the zero bucket ends inside what was a populated bucket",
      "count:1 z_bucket_w:0.25 buckets:[1]",
      "count:2 z_bucket_w:0.6 z_bucket:2",
      true,
    ],
    [
      "buckets in both zero buckets are not looked at",
      "count:3 z_bucket_w:1 z_bucket:1 buckets:[5 2]",
      "count:4 z_bucket_w:1 z_bucket:1 offset:1 buckets:[3]",
      false,
    ],
    [
      "the kind has changed",
      "count:1 buckets:[1]",
      "schema:-53 count:1 custom_values:[1] buckets:[1]",
      true,
    ],
    [
      "it changed back",
      "schema:-53 count:1 custom_values:[1] buckets:[1]",
      "count:1 buckets:[1]",
      true,
    ],
    [
      "custom buckets have grown",
      "schema:-53 count:3 custom_values:[1 2] buckets:[1 2]",
      "schema:-53 count:4 custom_values:[1 2] buckets:[2 2]",
      false,
    ],
    [
      "a custom bucket has fallen",
      "schema:-53 count:3 custom_values:[1 2] buckets:[1 2]",
      "schema:-53 count:4 custom_values:[1 2] buckets:[3 1]",
      true,
    ],
    [
      "bounds have come and nothing fell between those that stayed",
      "schema:-53 count:3 custom_values:[2] buckets:[3]",
      "schema:-53 count:3 custom_values:[1 2] buckets:[1 2]",
      false,
    ],
    [
      "bounds have come and less is below one that stayed",
      "schema:-53 count:3 custom_values:[2] buckets:[3]",
      "schema:-53 count:4 custom_values:[1 2] buckets:[1 1 2]",
      true,
    ],
    ["it says so", "count:1", "count:9 counter_reset_hint:reset", true],
    ["it says not", "count:9", "count:1 counter_reset_hint:not_reset", false],
    ["it is a gauge that has fallen", "count:9", "count:1 counter_reset_hint:gauge", true],
  ];

for (const [why, previous, current, reset] of rows) {
  test(`${reset ? "a reset" : "no reset"}: ${why}`, () => {
    assert.equal(isReset(parseHistogram(current), parseHistogram(previous)), reset);
  });
}
