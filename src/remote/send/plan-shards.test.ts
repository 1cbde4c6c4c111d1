import assert from "node:assert/strict";
import { test } from "node:test";
import { planShards } from "./plan-shards.ts";

// current shards, samples in and out a second, seconds of sending a second, delay, wanted shards.
const rows: readonly (readonly [string, number, number, number, number, number, number])[] = [
  ["keeps what keeps up", 2, 1_000, 1_000, 2, 0, 2],
  ["keeps what nearly keeps up", 2, 1_000, 1_000, 2.4, 0, 2],
  ["grows when sending is slower than what comes", 1, 4_000, 1_000, 1, 0, 4],
  ["grows to catch up", 1, 1_000, 1_000, 1, 60, 4],
  ["shrinks when little comes", 10, 100, 100, 0.5, 0, 1],
  ["does not shrink while samples are late", 10, 10, 1_000, 10, 60, 10],
  ["has a most", 10, 100_000, 1_000, 10, 0, 50],
  ["changes nothing before anything was sent", 3, 1_000, 0, 0, 100, 3],
];

for (const [why, current, samplesIn, samplesOut, sending, delay, want] of rows) {
  test(`shards: ${why}`, () => {
    const load = {
      samplesInPerSecond: samplesIn,
      samplesOutPerSecond: samplesOut,
      keptShare: 1,
      sendingSecondsPerSecond: sending,
      delaySeconds: delay,
    };
    assert.equal(planShards(current, load, { min: 1, max: 50 }), want);
  });
}
