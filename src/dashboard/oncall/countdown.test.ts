import assert from "node:assert/strict";
import { test } from "node:test";
import { countdownText } from "./countdown.ts";

const rows: readonly (readonly [leftMs: number, want: string])[] = [
  [192_000, "3:12"],
  [191_001, "3:12"],
  [9_000, "0:09"],
  [0, "0:00"],
  [-5_000, "0:00"],
  [3_600_000, "1:00:00"],
  [5_025_000, "1:23:45"],
  [187_200_000, "2 d 4 h"],
];

for (const [leftMs, want] of rows) {
  test(`${leftMs} ms are ${want}`, () => {
    assert.equal(countdownText(leftMs), want);
  });
}
