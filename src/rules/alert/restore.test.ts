import assert from "node:assert/strict";
import { test } from "node:test";
import { restoredActiveAtMs } from "./restore.ts";

const minute = 60_000;

// All in minutes: active since, down at, back at; and since when it counts as active then.
for (const [why, forMinutes, since, down, back, want] of [
  ["an alert that was firing keeps its start", 30, 10, 50, 60, 10],
  ["one that was pending goes on as if nothing had been", 60, 10, 30, 50, 30],
  ["one that was nearly due waits for the grace period", 30, 10, 35, 50, 30],
] as const) {
  test(`${why}: for ${forMinutes}m, active since ${since}, down from ${down} to ${back}`, () => {
    const stored = { timestampMs: down * minute, activeAtSeconds: since * 60 };
    const timing = { forMs: forMinutes * minute, gracePeriodMs: 10 * minute, nowMs: back * minute };
    assert.equal(restoredActiveAtMs(stored, timing) / minute, want);
  });
}
