import assert from "node:assert/strict";
import { test } from "node:test";
import { mapConcurrent } from "./concurrent.ts";

test("results stand in the order of the items, and no more than the limit is under way", async () => {
  let underWay = 0;
  let most = 0;
  const doubled = await mapConcurrent([5, 1, 4, 2, 3], 2, async (item) => {
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    underWay--;
    return item * 2;
  });
  assert.deepEqual([doubled, most], [[10, 2, 8, 4, 6], 2]);
});

test("after a failure nothing new is begun", async () => {
  const begun: number[] = [];
  const act = async (item: number) => {
    begun.push(item);
    await Promise.resolve();
    if (item === 2) throw new Error("two");
  };
  await assert.rejects(mapConcurrent([1, 2, 3, 4, 5, 6], 2, act), /two/);
  assert.deepEqual(begun.slice(0, 2), [1, 2]);
  assert.ok(begun.length < 6);
});
