import assert from "node:assert/strict";
import { test } from "node:test";
import { customBucketsSchema, type Histogram, labelsOf } from "#series";
import { TextPool } from "../bytes/text-pool.ts";
import { histogramOf } from "../chunk/testing.ts";
import { decodeRecord } from "./decode-record.ts";
import { encodeRecord } from "./encode-record.ts";
import type { WalRecord } from "./record.ts";
import { recordsOf, samplesOf, showRecord } from "./testing.ts";

for (const record of recordsOf(7)) {
  test(`a record of ${record.kind} comes back`, () => {
    assert.deepEqual(roundTrip(record), [showRecord(record)]);
  });
}

test("samples that know when their counter began are a record of another type", () => {
  const samples = samplesOf([
    [9, 1_700_000_000_000, 1, 1_600_000_000_000],
    [4, 1_700_000_000_000, 2, 1_600_000_000_000],
    [5, 1_700_000_000_015, Number.NaN, 0],
    [2 ** 40, -1, "stale", 3],
  ]);
  const record: WalRecord = { kind: "samples", samples };
  assert.deepEqual(typesOf(record), [11]);
  assert.deepEqual(roundTrip(record), [showRecord(record)]);
});

test("histograms of different kinds are different records", () => {
  const kinds: readonly (readonly [string, Partial<Histogram>])[] = [
    ["0:1 1:2 | 4:1", {}],
    ["0:1 1:2", { schema: customBucketsSchema }],
    ["-5:1 1:2", { counts: "float", counterResetHint: "gauge", sum: -1.5 }],
    ["0:1 1:2", { counts: "float", schema: customBucketsSchema, counterResetHint: "reset" }],
  ];
  const histograms = kinds.map(([notation, parts], row) => ({
    ref: row,
    sample: {
      timestampMs: row * 1000,
      startTimestampMs: 0,
      counts: parts.counts ?? ("integer" as const),
      histogram: histogramOf(notation, parts),
    },
  }));
  const record: WalRecord = { kind: "histograms", histograms };
  assert.deepEqual(typesOf(record), [7, 9, 8, 10]);
  const alone = histograms.map((one): WalRecord => ({ kind: "histograms", histograms: [one] }));
  assert.deepEqual(roundTrip(record), alone.map(showRecord));
});

test("histograms that know when they began are records of the newer types, both scales in one", () => {
  const histograms = [undefined, {}, { schema: customBucketsSchema }].map((parts, row) => ({
    ref: 10 - row,
    sample: {
      timestampMs: row * 1000,
      startTimestampMs: row === 1 ? 0 : 77,
      counts: "float" as const,
      histogram: parts && histogramOf("0:1 1:2", { ...parts, counts: "float" }),
    },
  }));
  const record: WalRecord = { kind: "histograms", histograms };
  assert.deepEqual(typesOf(record), [13]);
  assert.deepEqual(roundTrip(record), [showRecord(record)]);
});

test("deletions of all time stay within what 64 bits hold", () => {
  const tombstones = [{ ref: 1, minMs: -Infinity, maxMs: Infinity }];
  const [bytes = new Uint8Array()] = encodeRecord({ kind: "tombstones", tombstones });
  const back = decodeRecord(bytes, new TextPool());
  assert.ok(back?.kind === "tombstones");
  const { minMs = 0, maxMs = 0 } = back.tombstones[0] ?? {};
  assert.ok(minMs < -9e18 && maxMs > 9e18);
});

test("nothing to log is no record", () => {
  assert.deepEqual(encodeRecord({ kind: "series", series: [] }), []);
  assert.deepEqual(encodeRecord({ kind: "samples", samples: samplesOf([]) }), []);
});

test("a record that a later version may have added is passed over", () => {
  assert.equal(decodeRecord(Uint8Array.of(99, 1, 2, 3), new TextPool()), undefined);
});

test("labels keep every character, and equal texts are read once", () => {
  const labels = labelsOf([
    ["__name__", "temperature °C"],
    ["a", "\ufeffmark"],
    ["b", "日本"],
    ["c", "日本"],
  ]);
  const record: WalRecord = { kind: "series", series: [{ ref: 1, labels }] };
  assert.deepEqual(roundTrip(record), [showRecord(record)]);
});

function typesOf(record: WalRecord): number[] {
  return encodeRecord(record).map((bytes) => bytes[0] ?? 0);
}

function roundTrip(record: WalRecord): string[] {
  const pool = new TextPool();
  return encodeRecord(record).map((bytes) => {
    const back = decodeRecord(bytes, pool);
    return back === undefined ? "unknown" : showRecord(back);
  });
}
