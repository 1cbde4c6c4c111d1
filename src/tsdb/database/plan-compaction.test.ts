import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockMeta } from "../block/meta.ts";
import { compactionRangesMs, findOverlaps, planCompaction } from "./plan-compaction.ts";

// A block is "from-to", with marks: "f" its compaction failed, "t9" tombstones of 10 series,
// "s" made of stale series. Ranges: 20, 60, 180.
const cases: readonly (readonly [string, string, string])[] = [
  ["leaves few blocks alone", "0-20", ""],
  ["leaves the newest block alone", "0-20 20-40 40-60", ""],
  ["fills a range", "0-20 20-40 40-60 60-80", "0-20 20-40 40-60"],
  ["joins a run with a gap once nothing can come between", "0-20 40-60 60-80 80-100", "0-20 40-60"],
  ["does not join across ranges", "40-60 60-80 80-100", ""],
  ["does not try again what failed", "0-20 20-40f 40-60 60-80", ""],
  ["grows joined blocks", "0-60 60-120 120-180 180-200", "0-60 60-120 120-180"],
  [
    "takes small ones before large ones",
    "0-60 60-120 120-140 140-160 160-180 180-200",
    "120-140 140-160 160-180",
  ],
  ["joins what overlaps, the newest too", "0-20 20-40 30-50", "20-40 30-50"],
  ["joins a chain of overlaps", "0-20 10-30 25-45 60-80", "0-20 10-30 25-45"],
  ["takes one chain at a time", "0-20 10-30 40-60 50-70", "0-20 10-30"],
  ["joins what lies within", "0-60 20-40", "0-60 20-40"],
  ["cleans a large block", "0-60t1 60-120 120-140", "0-60t1"],
  ["leaves a large block behind a small one", "0-60t1 60-80 80-100", ""],
  ["does not clean a small block", "0-20t9 60-80", ""],
  ["cleans a small block that has nothing left", "0-20t10 60-80", "0-20t10"],
  ["does not mix in blocks of stale series", "0-20 20-40s 40-60 60-80", "0-20 40-60"],
  ["skips blocks that fit no range", "10-25 60-80 80-100 100-120 120-140", "60-80 80-100 100-120"],
  ["works before 1970", "-60--40 -40--20 -20-0 0-20", "-60--40 -40--20 -20-0"],
];

for (const [why, blocks, want] of cases) {
  test(`${why}: of [${blocks}] joins [${want}]`, () => {
    const plan = planCompaction(blocks.split(" ").map(blockOf), [20, 60, 180]);
    assert.equal(plan.map((meta) => meta.ulid).join(" "), want);
  });
}

test("ranges grow threefold up to the largest", () => {
  assert.deepEqual(compactionRangesMs(2, 60), [2, 6, 18, 54]);
});

test("overlaps are told", () => {
  const blocks = "0-20 10-30 30-40".split(" ").map(blockOf);
  assert.deepEqual(
    findOverlaps(blocks).map((meta) => meta.ulid),
    ["0-20", "10-30"],
  );
});

function blockOf(text: string): BlockMeta {
  const [, min, max, marks = ""] = /^(-?\d+)-(-?\d+)(.*)$/.exec(text) ?? [];
  const numTombstones = Number(/t(\d+)/.exec(marks)?.[1] ?? 0);
  return {
    ulid: text,
    minMs: Number(min),
    maxMs: Number(max),
    stats: {
      numSamples: 1,
      numFloatSamples: 1,
      numHistogramSamples: 0,
      numSeries: 10,
      numChunks: 1,
      numTombstones,
    },
    compaction: {
      level: 1,
      sources: [],
      parents: [],
      failed: marks.includes("f"),
      deletable: false,
      hints: marks.includes("s") ? ["from-stale-series"] : [],
    },
  };
}
