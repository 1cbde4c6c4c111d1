import assert from "node:assert/strict";
import { test } from "node:test";
import { exponentialBuckets } from "./meters.ts";

test("bounds grow by a factor, with upstream's rounding", () => {
  assert.deepEqual(exponentialBuckets(1, 2, 5), [1, 2, 4, 8, 16]);
  // By multiplying again and again, which shows in the label of the second.
  assert.deepEqual(
    exponentialBuckets(10e-7, 10, 3),
    [0.000001, 0.000009999999999999999, 0.00009999999999999999],
  );
});
