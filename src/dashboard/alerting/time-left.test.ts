import assert from "node:assert/strict";
import { test } from "node:test";
import { timeLeft } from "./time-left.ts";

const minuteMs = 60_000;

/** Minutes from now. */
function leftOf(state: "active" | "pending" | "expired", starts: number, ends: number): string {
  const at = (minutes: number) => new Date(minutes * minuteMs).toISOString();
  const silence = { startsAt: at(starts), endsAt: at(ends), status: { state } };
  const { text, share, endsSoon } = timeLeft(silence, 0);
  return `${text} | ${share}${endsSoon ? " | soon" : ""}`;
}

const rows: readonly (readonly [silence: Parameters<typeof leftOf>, want: string])[] = [
  [["active", -30, 90], "ends in 1h 30m | 75"],
  [["active", -110, 10], "ends in 10m 0s | 8.333333333333332 | soon"],
  [["pending", 60, 180], "begins in 1h 0m, for 2h 0m | 100"],
  [["expired", -90, -30], "ended 30m 0s ago | 0"],
];

for (const [silence, want] of rows) {
  test(`${silence.join(" ")}: ${want}`, () => {
    assert.equal(leftOf(...silence), want);
  });
}
