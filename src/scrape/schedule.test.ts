import assert from "node:assert/strict";
import { test } from "node:test";
import { labelsOf } from "#series";
import { limitHistogram, schemaForFactor } from "./histogram-limit.ts";
import { alignedTimestamp, firstScrapeDelayMs, nextDueMs } from "./schedule.ts";

test("targets are spread over the interval, each at its place in absolute time", () => {
  const targets = Array.from({ length: 1_000 }, (_, index) => {
    const labels = labelsOf([["instance", `node-${index}:9100`]]);
    return { labels, url: `http://node-${index}:9100/metrics`, intervalMs: 10_000 };
  });
  const delays = targets.map((target) => firstScrapeDelayMs(target, 7, 1_000_003));
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const delay of delays) {
    const tenth = Math.floor(delay / 1_000);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  assert.ok(Math.min(...tenths) > 60 && Math.max(...tenths) < 140, tenths.join(" "));
  const [first] = targets;
  assert.ok(first !== undefined);
  const places = [1_000_003, 1_004_321, 2_000_000].map(
    (nowMs) => (nowMs + firstScrapeDelayMs(first, 7, nowMs)) % 10_000,
  );
  assert.equal(new Set(places).size, 1);
});

// When a timer of a schedule of 1,000 + n × 5,000 went off, and the timestamp of its scrape.
const timers: readonly (readonly [nowMs: number, timestampMs: number])[] = [
  [1_000, 1_000],
  [6_002, 6_000],
  [5_998, 6_000],
  [6_003, 6_003],
  [16_001, 16_000],
  [18_500, 18_500],
];

for (const [nowMs, timestampMs] of timers) {
  test(`a scrape at ${nowMs} is stored at ${timestampMs}`, () => {
    assert.equal(alignedTimestamp(nowMs, { firstMs: 1_000, intervalMs: 5_000 }), timestampMs);
  });
}

test("the tolerance is one percent of a short interval", () => {
  assert.equal(alignedTimestamp(1_102, { firstMs: 1_000, intervalMs: 100 }), 1_102);
});

// When a scrape was due, when it was done, and when the next one is, at intervals of ten.
const dues: readonly (readonly [dueMs: number, doneMs: number, nextMs: number])[] = [
  [0, 3, 10],
  [0, 10, 10],
  [0, 12, 10],
  [0, 25, 20],
  [0, 30, 30],
];

for (const [dueMs, doneMs, nextMs] of dues) {
  test(`after a scrape due at ${dueMs} and done at ${doneMs} the next is due at ${nextMs}`, () => {
    assert.equal(nextDueMs(dueMs, 10, doneMs), nextMs);
  });
}

// A growth factor of buckets, and the finest schema that has it.
const factors: readonly (readonly [factor: number, schema: number])[] = [
  [0, 8],
  [1, 8],
  [1.002, 8],
  [1.1, 2],
  [1.2, 1],
  [2, 0],
  [4, -1],
  [65_536, -4],
  [1e9, -4],
];

for (const [factor, schema] of factors) {
  test(`buckets that grow by ${factor} are of schema ${schema} at the finest`, () => {
    // Upstream writes −0 for 0, too.
    assert.equal(schemaForFactor(factor) + 0, schema);
  });
}

// Buckets at the most, the finest schema, and what eight buckets of schema 3 become.
const limited: readonly (readonly [bucketsMax: number, finestSchema: number, want: string])[] = [
  [0, 8, "schema 3 with 8"],
  [8, 8, "schema 3 with 8"],
  [4, 8, "schema 2 with 4"],
  [3, 8, "schema 1 with 2"],
  [0, 1, "schema 1 with 2"],
];

for (const [bucketsMax, finestSchema, want] of limited) {
  test(`at most ${bucketsMax} buckets of schema ${finestSchema} make ${want} buckets`, () => {
    const histogram = limitHistogram(eightBuckets(3), { bucketsMax, finestSchema });
    assert.equal(
      `schema ${histogram?.schema} with ${histogram?.positive.bucketCounts.length}`,
      want,
    );
  });
}

test("schemas finer than the finest that is stored are reduced to it", () => {
  const limits = { bucketsMax: 0, finestSchema: 8 };
  assert.equal(limitHistogram(eightBuckets(11), limits)?.schema, 8);
  assert.equal(limitHistogram(eightBuckets(53), limits)?.schema, 53);
});

test("what has too many buckets at the lowest resolution is refused", () => {
  const options = { bucketsMax: 2, finestSchema: 8 };
  assert.equal(limitHistogram(eightBuckets(-4), options), undefined);
  assert.equal(limitHistogram(eightBuckets(-53), options), undefined);
});

function eightBuckets(schema: number) {
  const positive = {
    spanOffsets: Int32Array.of(1),
    spanLengths: Uint32Array.of(8),
    bucketCounts: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1),
  };
  const none = {
    spanOffsets: new Int32Array(0),
    spanLengths: new Uint32Array(0),
    bucketCounts: new Float64Array(0),
  };
  return {
    schema,
    counts: "integer" as const,
    counterResetHint: "unknown" as const,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 8,
    sum: 8,
    positive,
    negative: none,
    customValues: new Float64Array(0),
  };
}
