import assert from "node:assert/strict";
import { test } from "node:test";
import { isStaleAt } from "#series";
import { FloatBatch } from "./float-batch.ts";

test("every row of a batch keeps what was added, however far it grows", () => {
  const batch = new FloatBatch();
  for (let row = 0; row < 1_000; row++) {
    if (row % 7 === 3) batch.addStale(row, row * 10);
    else batch.add(row, row * 10, row + 0.5, row % 5 === 0 ? row : 0);
  }
  for (let row = 0; row < 1_000; row++) {
    assert.deepEqual([batch.refs[row], batch.timestampsMs[row]], [row, row * 10]);
    if (row % 7 === 3) assert.ok(isStaleAt(batch.values, row), `row ${row} is stale`);
    else assert.equal(batch.values[row], row + 0.5);
    const start = row % 7 !== 3 && row % 5 === 0 ? row : 0;
    assert.equal(batch.startTimestampsMs?.[row], start);
  }
});
