import assert from "node:assert/strict";
import { test } from "node:test";
import { pushPullMs, suspicionLeftMs, suspicionMs, transmitsMax } from "./scaling.ts";

// Of memberlist's own tests.
test("times and counts grow with the cluster as upstream's do", () => {
  assert.deepEqual(
    [0, 1, 9, 10, 99, 100].map((count) => transmitsMax(3, count)),
    [0, 3, 3, 6, 6, 9],
  );
  assert.deepEqual(
    [5, 10, 50, 100, 500, 1_000].map((count) => suspicionMs(3, count, 1_000)),
    [3_000, 3_000, 5_094, 6_000, 8_094, 9_000],
  );
  assert.deepEqual(
    [32, 33, 64, 65, 128].map((count) => pushPullMs(1_000, count)),
    [1_000, 2_000, 2_000, 3_000, 3_000],
  );
});

test("every confirmation shortens a suspicion, down to the least", () => {
  const limits = { minMs: 2_000, maxMs: 30_000 };
  const left = (confirmations: number, elapsedMs: number, wanted = 3) =>
    suspicionLeftMs({ confirmations, wanted }, elapsedMs, limits);
  assert.deepEqual(
    [left(0, 0), left(1, 2_000), left(2, 3_000), left(3, 4_000), left(4, 5_000)],
    [30_000, 14_000, 4_810, -2_000, -3_000],
  );
});
