import assert from "node:assert/strict";
import { test } from "node:test";
import { planRetention, type Retention } from "./plan-retention.ts";

// Blocks are named by the hour at which they end, each of 10 bytes; "!" marks one as deletable.
const cases: readonly (readonly [string, string, Partial<Retention>, string])[] = [
  ["keeps all without limits", "2 4 6", {}, ""],
  ["removes what ended too long before the newest", "2 4 6 8", { durationMs: 4 }, "2 4"],
  ["never removes the newest", "8", { durationMs: 1 }, ""],
  ["removes the oldest beyond a size, the head counted", "2 4 6", { bytesMax: 30 }, "2"],
  ["removes even the newest when the size is too small", "2 4", { bytesMax: 14 }, "2 4"],
  ["goes by percent before bytes", "2 4 6", { bytesMax: 1, percentMax: 30 }, "2"],
  ["removes what is marked", "2 4! 6", {}, "4"],
  ["removes by time and by size", "2 4 6 8", { durationMs: 6, bytesMax: 30 }, "2 4"],
];

for (const [why, blocks, retention, want] of cases) {
  test(`${why}: of [${blocks}] removes [${want}]`, () => {
    const stored = blocks.split(" ").map(storedOf);
    const limits = { durationMs: 0, bytesMax: 0, percentMax: 0, ...retention };
    const plan = planRetention(stored, limits, { headBytes: 5, diskBytes: 100 });
    assert.equal([...plan.remove].sort().join(" "), want);
  });
}

function storedOf(text: string): Parameters<typeof planRetention>[0][number] {
  const maxMs = Number.parseInt(text, 10);
  const stats = {
    numSamples: 1,
    numFloatSamples: 1,
    numHistogramSamples: 0,
    numSeries: 1,
    numChunks: 1,
    numTombstones: 0,
  };
  const compaction = {
    level: 1,
    sources: [],
    parents: [],
    failed: false,
    deletable: text.endsWith("!"),
    hints: [],
  };
  return { bytes: 10, meta: { ulid: `${maxMs}`, minMs: maxMs - 2, maxMs, stats, compaction } };
}
