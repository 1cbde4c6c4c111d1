import assert from "node:assert/strict";
import { test } from "node:test";
import { formatHumanDuration } from "./human-duration.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

const rows: readonly (readonly [number, string])[] = [
  [-2 * second, "<invalid>"],
  [-1 * second, "0s"],
  [0, "0s"],
  [999, "0s"],
  [119 * second, "119s"],
  [120 * second, "2m"],
  [2 * minute + second, "2m1s"],
  [9 * minute + 59 * second, "9m59s"],
  [10 * minute + 59 * second, "10m"],
  [3 * hour - second, "179m"],
  [3 * hour, "3h"],
  [3 * hour + 5 * minute, "3h5m"],
  [8 * hour + 5 * minute, "8h"],
  [48 * hour - second, "47h"],
  [2 * day, "2d"],
  [2 * day + 3 * hour, "2d3h"],
  [8 * day + 3 * hour, "8d"],
  [2 * year - hour, "729d"],
  [2 * year, "2y"],
  [2 * year + 23 * hour, "2y"],
  [3 * year + 20 * day, "3y20d"],
  [8 * year + 20 * day, "8y"],
];
for (const [durationMs, text] of rows) {
  test(`${durationMs} ms are ${text}`, () => {
    assert.equal(formatHumanDuration(durationMs), text);
  });
}
