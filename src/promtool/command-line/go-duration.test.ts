import assert from "node:assert/strict";
import { test } from "node:test";
import { formatGoDuration, parseGoDuration } from "./go-duration.ts";

for (const [text, want] of [
  ["0", 0],
  ["5m", 300_000],
  ["1h30m", 5_400_000],
  ["1.5h", 5_400_000],
  [".5s", 500],
  ["250ms", 250],
  ["-2s", -2_000],
  ["1500us", 1.5],
] as const) {
  test(`${text} is ${want} ms`, () => assert.equal(parseGoDuration(text), want));
}

for (const [text, want] of [
  ["", 'time: invalid duration ""'],
  ["5", 'time: missing unit in duration "5"'],
  ["1d", 'time: unknown unit "d" in duration "1d"'],
  ["h", 'time: invalid duration "h"'],
  ["1h-2m", 'time: unknown unit "h-" in duration "1h-2m"'],
  ["9999999h", 'time: invalid duration "9999999h"'],
] as const) {
  test(`"${text}" is no duration`, () => {
    assert.throws(() => parseGoDuration(text), { message: want });
  });
}

for (const [ms, want] of [
  [0, "0s"],
  [1, "1ms"],
  [1_500, "1.5s"],
  [100_001, "1m40.001s"],
  [7_200_000, "2h0m0s"],
  [-60_000, "-1m0s"],
] as const) {
  test(`${ms} ms are shown as ${want}`, () => assert.equal(formatGoDuration(ms), want));
}
