import assert from "node:assert/strict";
import { test } from "node:test";
import { RecentValues } from "./recent-values.ts";

test("quantiles are of the last ten minutes, count and sum of all times", () => {
  const values = new RecentValues([0.01, 0.05, 0.5, 0.9, 0.99]);
  for (let value = 1; value <= 100; value++) values.add(value, value);
  assert.deepEqual(show(values, 100), "100 5050 1 5 50 90 99");
  values.add(7, 600_050);
  assert.deepEqual(show(values, 600_050), "101 5057 7 52 75 95 100");
  assert.deepEqual(show(values, 2_000_000), "101 5057 NaN NaN NaN NaN NaN");
});

test("of very many values the newest count", () => {
  const values = new RecentValues([0.01, 0.05, 0.5, 0.9, 0.99]);
  for (let value = 0; value < 10_000; value++) values.add(value, 0);
  const { count, quantiles } = values.summarize(0);
  assert.deepEqual([count, quantiles[2]?.value], [10_000, 8_975]);
});

function show(values: RecentValues, nowMs: number): string {
  const { count, sum, quantiles } = values.summarize(nowMs);
  return [count, sum, ...quantiles.map(({ value }) => value)].join(" ");
}
