import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RankHeap } from "./rank-heap.ts";

function rankOf(
  kept: "largest" | "smallest",
  size: number,
  values: readonly number[],
): readonly number[] {
  const heap = new RankHeap(size, kept);
  for (const [index, value] of values.entries()) heap.offer(value, index);
  return heap.ranked().map((index) => values[index] ?? 0);
}

test("the best are kept, best first, and NaN only where there is room for it", () => {
  const values = [3, Number.NaN, 7, -1, Infinity, 2];
  assert.deepEqual(rankOf("largest", 2, values), [Infinity, 7]);
  assert.deepEqual(rankOf("smallest", 2, values), [-1, 2]);
  assert.deepEqual(rankOf("largest", 9, values), [Infinity, 7, 3, 2, -1, Number.NaN]);
  assert.deepEqual(rankOf("smallest", 6, values), [-1, 2, 3, 7, Infinity, Number.NaN]);
  assert.deepEqual(rankOf("largest", 0, values), []);
});

test("what is kept is what sorting would put first", () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 20 }), (values, size) => {
      const sorted = values.toSorted((left, right) => right - left);
      assert.deepEqual(rankOf("largest", size, values), sorted.slice(0, size));
    }),
  );
});
