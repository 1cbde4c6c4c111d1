import assert from "node:assert/strict";
import { test } from "node:test";
import { slowStart } from "./slow-start.ts";

test("batches double until all is done", async () => {
  const batches: number[][] = [];
  let current: number[] = [];
  await slowStart(numbers(10), async (index) => {
    if (current.length === 0) batches.push(current);
    current.push(index);
    await Promise.resolve();
    current = [];
  });
  assert.deepEqual(batches, [[0], [1, 2], [3, 4, 5, 6], [7, 8, 9]]);
});

test("a refusal ends the work with its batch", async () => {
  const tried: number[] = [];
  const failing = slowStart(numbers(100), async (index) => {
    tried.push(index);
    if (index === 1) throw new Error("refused");
  });
  await assert.rejects(failing, /refused/);
  assert.deepEqual(tried, [0, 1, 2]);
});

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
