import assert from "node:assert/strict";
import { test } from "node:test";
import { historyDefaults, planCompaction } from "./history.ts";

const hourMs = 3_600_000;
const marks = [
  { atMs: 0, revision: 10 },
  { atMs: hourMs, revision: 20 },
  { atMs: 24 * hourMs, revision: 30 },
];

const cases: readonly (readonly [
  why: string,
  atMs: number,
  bytes: number,
  want: number | undefined,
])[] = [
  ["keeps a day", 24 * hourMs - 1, 0, undefined],
  ["forgets what is older than a day", 24 * hourMs, 0, 10],
  ["forgets up to the newest revision that is old enough", 25 * hourMs, 0, 20],
  ["keeps five minutes of a store that is large", 24 * hourMs + 1, 2 ** 31, 20],
];

for (const [why, atMs, bytes, want] of cases) {
  test(`history ${why}`, () => {
    assert.equal(planCompaction(marks, { atMs, bytes }, historyDefaults), want);
  });
}
