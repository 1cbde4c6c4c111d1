import assert from "node:assert/strict";
import { test } from "node:test";
import { agoText, durationText, sinceText } from "./ago.ts";

test("lengths of time are told in one or two units", () => {
  const rows: readonly (readonly [number, string])[] = [
    [0.0032, "3.2ms"],
    [12.34, "12.3s"],
    [303, "5m 3s"],
    [7_620, "2h 7m"],
    [273_600, "3d 4h"],
  ];
  for (const [seconds, want] of rows) assert.equal(durationText(seconds), want);
});

test("a time that never was is never", () => {
  assert.equal(agoText("0001-01-01T00:00:00Z", 5_000), "never");
  assert.equal(agoText("1970-01-01T00:00:01Z", 5_000), "4.0s ago");
});

test("to people seconds are now", () => {
  assert.equal(sinceText("1970-01-01T00:00:01Z", 60_000), "just now");
  assert.equal(sinceText("1970-01-01T00:00:01Z", 64_000), "1m 3s ago");
});
