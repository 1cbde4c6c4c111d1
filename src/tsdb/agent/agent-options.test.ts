import assert from "node:assert/strict";
import { test } from "node:test";
import { planTruncationMs, resolveAgentOptions } from "./agent-options.ts";

const minuteMs = 60_000;

// In minutes: how often, at least and at most; given and in force.
const resolved: readonly (readonly [string, number, number, number, string])[] = [
  ["defaults stand for what is not positive", 0, -1, 0, "120 5 240"],
  ["what is given holds", 60, 10, 90, "60 10 90"],
  ["no less is kept at most than at least", 1, 50, 20, "1 50 50"],
  ["at most is no less than the time between two truncations", 120, 5, 60, "120 5 120"],
];

for (const [why, interval, min, max, want] of resolved) {
  test(`${why}: ${want}`, () => {
    const { truncateIntervalMs, keepMsMin, keepMsMax } = resolveAgentOptions({
      truncateIntervalMs: interval * minuteMs,
      keepMsMin: min * minuteMs,
      keepMsMax: max * minuteMs,
    });
    const minutes = [truncateIntervalMs, keepMsMin, keepMsMax].map((ms) => ms / minuteMs);
    assert.equal(minutes.join(" "), want);
  });
}

// It is 1,000 now; 5 at least and 240 at most are kept.
const planned: readonly (readonly [string, number, number])[] = [
  ["what all receivers have got goes after the least time", 990, 985],
  ["what nobody took stays", 800, 795],
  ["but not for longer than the most", 100, 760],
  ["without receivers the most holds, too", 0, 760],
];

for (const [why, sent, want] of planned) {
  test(`${why}: sent until ${sent}, cut at ${want}`, () => {
    const limits = { keepMsMin: 5, keepMsMax: 240 };
    assert.equal(planTruncationMs(1_000, sent, limits), want);
  });
}

test("nothing is older than the beginning of time", () => {
  assert.equal(planTruncationMs(100, 3, { keepMsMin: 5, keepMsMax: 240 }), 0);
});
