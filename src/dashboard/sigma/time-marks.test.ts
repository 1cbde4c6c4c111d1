import assert from "node:assert/strict";
import { test } from "node:test";
import { busiest, dayTicks, placeOf } from "./time-marks.ts";

const axis = { startMs: 1_000, endMs: 2_000 };
const places: readonly (readonly [from: number, to: number, left: number, width: number])[] = [
  [1_000, 2_000, 0, 100],
  [1_500, 1_600, 50, 10],
  [900, 1_100, 0, 10],
  [1_900, 2_500, 90, 10],
  [1_250, 1_250, 25, 0],
];

for (const [startMs, endMs, left, width] of places) {
  test(`from ${startMs} to ${endMs} is at ${left} %, ${width} % wide`, () => {
    const placed = placeOf({ startMs, endMs }, axis);
    assert.deepEqual([placed.left.toFixed(6), placed.width.toFixed(6)].map(Number), [left, width]);
  });
}

test("ticks are at midnights: each of a few days, every seventh of many", () => {
  const startMs = Date.UTC(2026, 10, 1, 12);
  const texts = (days: number) =>
    dayTicks({ startMs, endMs: startMs + days * 86_400_000 }, "utc").map(({ text }) => text);
  assert.deepEqual(texts(2), ["11-02", "11-03"]);
  assert.deepEqual(texts(28), ["11-02", "11-09", "11-16", "11-23"]);
});

test("the busiest shift is found wherever it begins", () => {
  const hours = (...starts: readonly number[]) => starts.map((startMs) => ({ startMs }));
  assert.equal(busiest([], 12), 0);
  assert.equal(busiest(hours(0, 13, 26), 12), 1);
  assert.equal(busiest(hours(30, 0, 8, 11, 12), 12), 3);
});
