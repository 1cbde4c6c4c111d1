/**
 * `testdata/upstream-3.14.txt` holds what the encoders of Prometheus 3.14 made of the records below,
 * one a line. Ours make the same of them, and read it. `testdata/upstream-3.14-zstd.txt` holds the
 * segment that its log made of those lines, packed with zstd, without the zeros at its end.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { MemoryDisk } from "#base/testing";
import { realZstd } from "#host";
import { customBucketsSchema, type Histogram, labelsOf } from "#series";
import { TextPool } from "../bytes/text-pool.ts";
import { histogramOf } from "../chunk/testing.ts";
import { decodeRecord } from "./decode-record.ts";
import { encodeRecord } from "./encode-record.ts";
import { pageBytes } from "./frame.ts";
import { readWal } from "./read-wal.ts";
import type { LoggedHistogram, WalRecord } from "./record.ts";
import { samplesOf, showRecord } from "./testing.ts";

const nowMs = 1_700_000_000_000;
const sinceMs = 1_600_000_000_000;

const golden = new Map(
  textOf("upstream-3.14.txt")
    .split("\n")
    .map((line) => line.split(" ") as [string, string]),
);

const rows = [
  [7, nowMs, 1.5],
  [3, nowMs + 15, "stale", sinceMs],
  [300, nowMs - 1000, -0.25, sinceMs],
  [301, nowMs - 1000, 2, 5],
] as const;

const cases: readonly (readonly [string, WalRecord])[] = [
  [
    "series",
    {
      kind: "series",
      series: [
        {
          ref: 7,
          labels: labelsOf([
            ["__name__", "up"],
            ["job", "naïve 日本"],
          ]),
        },
        { ref: 300, labels: labelsOf([["__name__", "up"]]) },
      ],
    },
  ],
  [
    "samples",
    {
      kind: "samples",
      samples: samplesOf(rows.map(([ref, timestampMs, value]) => [ref, timestampMs, value])),
    },
  ],
  ["samplesV2", { kind: "samples", samples: samplesOf(rows) }],
  [
    "tombstones",
    {
      kind: "tombstones",
      tombstones: [
        { ref: 7, minMs: -5, maxMs: nowMs },
        { ref: 8, minMs: 1, maxMs: 2 },
      ],
    },
  ],
  [
    "exemplars",
    {
      kind: "exemplars",
      exemplars: [
        {
          ref: 7,
          exemplar: { labels: labelsOf([["trace_id", "abc"]]), value: 1.5, timestampMs: nowMs },
        },
        { ref: 5, exemplar: { labels: [], value: 2, timestampMs: nowMs + 100 } },
      ],
    },
  ],
  ["mmapMarkers", { kind: "mmapMarkers", markers: [{ ref: 7, chunkRef: 8_589_934_600n }] }],
  [
    "metadata",
    {
      kind: "metadata",
      metadata: [
        { ref: 7, metadata: { type: "counter", unit: "seconds", help: "what it is" } },
        { ref: 300, metadata: { type: "gauge", unit: "", help: "" } },
      ],
    },
  ],
  ["histograms", { kind: "histograms", histograms: exponential("integer", 0) }],
  ["floatHistograms", { kind: "histograms", histograms: exponential("float", 0) }],
  ["customHistograms", { kind: "histograms", histograms: [custom("integer")] }],
  ["customFloatHistograms", { kind: "histograms", histograms: [custom("float")] }],
  [
    "histogramsV2",
    {
      kind: "histograms",
      histograms: [...exponential("integer", sinceMs), custom("integer")],
    },
  ],
  [
    "floatHistogramsV2",
    { kind: "histograms", histograms: [...exponential("float", sinceMs), custom("float")] },
  ],
];

for (const [name, record] of cases) {
  test(`${name}: byte by byte as upstream, both ways`, () => {
    const hex = golden.get(name) ?? "";
    assert.deepEqual(
      encodeRecord(record).map((bytes) => Buffer.from(bytes).toString("hex")),
      [hex],
    );
    const back = decodeRecord(Uint8Array.from(Buffer.from(hex, "hex")), new TextPool());
    assert.equal(back && showRecord(back), showRecord(record));
  });
}

test("nothing that upstream wrote is left out here", () => {
  assert.deepEqual([...golden.keys()].sort(), cases.map(([name]) => name).sort());
});

test("a segment that upstream packed with zstd is read", async () => {
  const packed = Buffer.from(textOf("upstream-3.14-zstd.txt"), "hex");
  const page = new Uint8Array(pageBytes);
  page.set(packed);
  const disk = new MemoryDisk();
  await disk.makeDirectory("/wal");
  await disk.writeFile("/wal/00000000", page);
  const records: string[] = [];
  const damage = await readWal({ disk, zstd: realZstd }, "/wal", {}, (some) => {
    records.push(...some.map(showRecord));
  });
  assert.equal(damage, undefined);
  const byName = new Map(cases);
  assert.deepEqual(
    records,
    [...golden.keys()].flatMap((name) => {
      const record = byName.get(name);
      return record === undefined ? [] : showRecord(record);
    }),
  );
});

/** Three samples: a counter, a gauge and a stale marker. */
function exponential(
  counts: Histogram["counts"],
  startTimestampMs: number,
): readonly LoggedHistogram[] {
  const histogram = (row: number, parts: Partial<Histogram> = {}) =>
    histogramOf(`0:${row} 1:${row * 2} 5:${row} | 2:${row}`, {
      counts,
      count: row * 5 + 1,
      sum: row * 1.7,
      ...parts,
    });
  const common = { counts, timestampMs: nowMs + 500, startTimestampMs };
  const gauge = histogram(2, { counterResetHint: "gauge" });
  const first = { ...common, timestampMs: nowMs, startTimestampMs: 0, histogram: histogram(1) };
  return [
    { ref: 7, sample: first },
    { ref: 5, sample: { ...common, histogram: gauge } },
    { ref: 6, sample: { ...common, histogram: undefined } },
  ];
}

function custom(counts: Histogram["counts"]): LoggedHistogram {
  const histogram = histogramOf(counts === "float" ? "0:3 1:6 5:3" : "0:3 1:6 5:3 | 2:3", {
    counts,
    schema: customBucketsSchema,
    count: 16,
    sum: 3 * 1.7,
    // Float histograms with bounds of their own have nothing near zero and below.
    ...(counts === "float" && { zeroThreshold: 0, zeroCount: 0 }),
  });
  return { ref: 9, sample: { counts, timestampMs: nowMs, startTimestampMs: 0, histogram } };
}

function textOf(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8").trim();
}
