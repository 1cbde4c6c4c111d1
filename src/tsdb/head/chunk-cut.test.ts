import assert from "node:assert/strict";
import { test } from "node:test";
import { predictCutMs, rangeEndMs } from "./chunk-cut.ts";

test("ranges are aligned to 1970, before it too", () => {
  assert.deepEqual(
    [0, 1, 99, 100, -1, -100].map((timeMs) => rangeEndMs(timeMs, 100)),
    [100, 100, 100, 200, 0, 0],
  );
});

// From, last, end of range, how full: when the next chunk begins.
const cases: readonly (readonly [number, number, number, number, number])[] = [
  [0, 0, 1000, 4, 4],
  [100, 200, 1000, 4, 550],
  [0, 240, 1000, 4, 1000],
  [0, 124, 1000, 4, 500],
  [500, 1000, 1000, 4, 1000],
  [0, 99, 1000, 10, 1000],
];

for (const [fromMs, lastMs, endMs, ratio, want] of cases) {
  test(`a chunk from ${fromMs} to ${lastMs}, 1/${ratio} full, ends at ${want} of ${endMs}`, () => {
    assert.equal(predictCutMs(fromMs, lastMs, endMs, ratio), want);
  });
}
