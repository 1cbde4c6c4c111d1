import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, shortNumber, stackedValues, timeTicks } from "./graph-columns.ts";

const metric = { __name__: "up" };

test("values stand at their steps, and gaps stay gaps", () => {
  const range = { startMs: 10_000, endMs: 14_000, stepMs: 1_000 };
  const items = [
    { metric, values: [[10, "1"] as const, [12, "3"] as const, [13, "+Inf"] as const] },
  ];
  const { times, series } = columnsOf(items, range);
  assert.deepEqual(times, [10, 11, 12, 13, 14]);
  assert.deepEqual(series, [{ labels: metric, values: [1, null, 3, null, null] }]);
});

test("stacked series stand on those before them", () => {
  const series = [
    { labels: metric, values: [1, null, 2] },
    { labels: metric, values: [10, 10, null] },
  ];
  assert.deepEqual(stackedValues(series), [
    [1, 0, 2],
    [11, 10, 2],
  ]);
});

test("numbers are short", () => {
  const rows: readonly (readonly [number, string])[] = [
    [0, "0"],
    [12, "12"],
    [1234, "1.234k"],
    [-2_500_000, "-2.5M"],
    [0.2, "0.2"],
    [0.0042, "4.2m"],
    [0.000_002, "2µ"],
    [1e-9, "1.00e-9"],
  ];
  for (const [value, want] of rows) assert.equal(shortNumber(value), want);
});

test("ticks tell the time of day, and the date where a day begins", () => {
  const midnight = Date.UTC(2026, 10, 22) / 1_000;
  const ticks = [midnight - 3_600, midnight, midnight + 3_600];
  assert.deepEqual(timeTicks(ticks, 3_600, "utc"), [
    "23:00\n2026-11-21",
    "00:00\n2026-11-22",
    "01:00",
  ]);
  assert.deepEqual(timeTicks([midnight, midnight + 10], 10, "utc"), [
    "00:00:00\n2026-11-22",
    "00:00:10",
  ]);
});
