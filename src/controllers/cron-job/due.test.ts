import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSchedule } from "#api";
import { utc } from "#base";
import { findDue } from "./due.ts";

// Since when, now, and what is due, all on 1 January 2026 unless they say otherwise.
const cases: readonly (readonly [string, string, string, string])[] = [
  ["*/5 * * * *", "00:00", "00:04", "nothing"],
  ["*/5 * * * *", "00:00", "00:05", "00:05"],
  ["*/5 * * * *", "00:00", "00:17", "00:15"],
  ["@every 7m", "00:01", "00:30", "00:29"],
  ["30 6-16/4 * * *", "00:00", "23:00", "14:30"],
  ["* * * * *", "00:00", "01:41", "01:41 of many"],
];

for (const [text, since, now, want] of cases) {
  test(`of "${text}" since ${since} at ${now} is due ${want}`, () => {
    const { atMs, missed } = findDue(parseSchedule(text, utc), parse(since), parse(now));
    const shown = atMs === undefined ? "nothing" : new Date(atMs).toISOString().slice(11, 16);
    assert.equal(missed === "many" ? `${shown} of many` : shown, want);
  });
}

function parse(time: string): number {
  return Date.parse(`2026-01-01T${time}:00Z`);
}
