import assert from "node:assert/strict";
import { test } from "node:test";
import { wakePoint } from "./wake-layout.ts";

const range = { from: "2026-01-01T10:00:00Z", until: "2026-01-10T09:00:00Z" };

// When somebody was woken by their clock, and where in ten days that is.
const rows: readonly (readonly [wallTime: string, want: string])[] = [
  ["2026-01-01T00:00", "0.05 0.00"],
  ["2026-01-01T12:00", "0.05 0.50"],
  ["2026-01-06T03:00", "0.55 0.13"],
  ["2026-01-10T23:59", "0.95 1.00"],
  ["2025-12-31T23:00", "0.00 0.96"],
];

for (const [wallTime, want] of rows) {
  test(`${wallTime} is at ${want}`, () => {
    const { x, y } = wakePoint(wallTime, range);
    assert.equal(`${x.toFixed(2)} ${y.toFixed(2)}`, want);
  });
}
