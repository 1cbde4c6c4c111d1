import assert from "node:assert/strict";
import { test } from "node:test";
import {
  findDurationMs,
  findTimeMs,
  formatDurationMs,
  formatTime,
  longerRangeMs,
  shorterRangeMs,
  stepMsOf,
} from "./time-range.ts";

test("durations are read and written", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["90m", "1h30m"],
    ["1h", "1h"],
    ["1d12h", "1d12h"],
    ["1w", "7d"],
    ["250ms", "250ms"],
    ["", "-"],
    ["5", "-"],
    ["0s", "-"],
    ["5 m", "-"],
  ];
  for (const [text, want] of rows) {
    const ms = findDurationMs(text);
    assert.equal(ms === undefined ? "-" : formatDurationMs(ms), want, text);
  }
});

test("ranges go up and down through round lengths", () => {
  const minute = 60_000;
  assert.equal(longerRangeMs(7 * minute), 15 * minute);
  assert.equal(shorterRangeMs(7 * minute), 5 * minute);
  assert.equal(shorterRangeMs(10_000), 10_000);
});

test("a step is whole seconds, and at least one", () => {
  const hour = 3_600_000;
  assert.equal(stepMsOf({ kind: "auto", density: "medium" }, hour), 14_000);
  assert.equal(stepMsOf({ kind: "auto", density: "high" }, 10_000), 1_000);
  assert.equal(stepMsOf({ kind: "fixed", stepMs: 500 }, hour), 500);
});

test("times in UTC survive being written", () => {
  const timeMs = Date.UTC(2026, 10, 22, 1, 2, 3);
  assert.equal(formatTime(timeMs, "utc"), "2026-11-22 01:02:03");
  assert.equal(findTimeMs("2026-11-22 01:02:03", "utc"), timeMs);
  assert.equal(findTimeMs("2026-11-22", "utc"), Date.UTC(2026, 10, 22));
  assert.equal(findTimeMs("yesterday", "utc"), undefined);
});
