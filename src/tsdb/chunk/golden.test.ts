/**
 * `testdata/upstream-3.14.txt` holds what the encoders of Prometheus 3.14 made of the samples below,
 * a chunk a line. Ours make the same of them, and read it.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { customBucketsSchema, type Histogram, SampleBuffer } from "#series";
import { appendHistogram, startHistogramChunk } from "./append-histogram.ts";
import type { ChunkEncoding, FloatEncoder } from "./chunk.ts";
import { decodeChunk } from "./decode-chunk.ts";
import { countsOf, type HistogramEncoding, keepsStarts } from "./histogram-chunk.ts";
import { histogramOf } from "./testing.ts";
import { XorEncoder } from "./xor.ts";
import { Xor2Encoder } from "./xor2.ts";

const startMs = 1_700_000_000_000;
const stale = "stale";

interface FloatRow {
  readonly timestampMs: number;
  readonly value: number | typeof stale;
  readonly startMs: number;
}

const golden = new Map(
  readFileSync(new URL("testdata/upstream-3.14.txt", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ") as [string, string]),
);

const floats = floatRows();
const floatCases: readonly (readonly [string, FloatEncoder, readonly FloatRow[]])[] = [
  ["xor", new XorEncoder(), floats],
  ["xor2", new Xor2Encoder(), floats],
  // The first start timestamp that changes comes behind the last place that the header can tell.
  [
    "xor2late",
    new Xor2Encoder(),
    floats.map((row, index) => ({ ...row, startMs: 1_600_000_000_000 + (index < 130 ? 0 : 1) })),
  ],
];

for (const [name, encoder, rows] of floatCases) {
  test(`${name}: byte by byte as upstream, both ways`, () => {
    for (const { timestampMs, value, startMs: since } of rows) {
      if (value !== stale) encoder.append(timestampMs, value, since);
      else encoder.appendFrom(staleColumn(), 0, timestampMs, since);
    }
    assert.equal(hexOf(encoder.view().bytes), golden.get(name));
    const want = rows.map((row) => ({ ...row, startMs: name === "xor" ? 0 : row.startMs }));
    assert.deepEqual(decodedFloats(encoder.encoding, name), want);
  });
}

const histogramCases: readonly (readonly [string, HistogramEncoding, Partial<Histogram>])[] = [
  ["histogram", "histogram", {}],
  ["histogramCustom", "histogram", customParts()],
  ["histogramGauge", "histogram", { counterResetHint: "gauge" }],
  ["floatHistogram", "floatHistogram", { counts: "float" }],
  ["histogramSt", "histogramSt", {}],
  ["floatHistogramSt", "floatHistogramSt", { counts: "float", ...customParts() }],
];

for (const [name, encoding, parts] of histogramCases) {
  test(`${name}: byte by byte as upstream, both ways`, () => {
    const samples = Array.from({ length: 30 }, (_, row) => histogramSample(row, encoding, parts));
    const [first, ...others] = samples;
    assert.ok(first !== undefined);
    const starts = keepsStarts(encoding) ? "keepStarts" : "dropStarts";
    const encoder = startHistogramChunk(first, undefined, starts);
    for (const sample of others) assert.equal(appendHistogram(encoder, sample).kind, "appended");
    assert.equal(hexOf(encoder.view().bytes), golden.get(name));

    const buffer = decoded(encoding, name);
    const shown = (histogram: Histogram | undefined) =>
      histogram && { ...histogram, counterResetHint: "any" };
    assert.deepEqual(
      buffer.histograms?.slice(0, 30).map(shown),
      samples.map(({ histogram }) => shown(histogram)),
    );
  });
}

/** Irregular times, repeated and odd values, stale markers, and start timestamps from some sample on. */
function floatRows(): readonly FloatRow[] {
  const gaps: Readonly<Record<number, number>> = { 3: 15_007, 5: 1, 7: 700_000, 9: 10_000_000_000 };
  let timestampMs = startMs;
  let since = 0;
  return Array.from({ length: 150 }, (_, row) => {
    timestampMs += gaps[row] ?? 15_000;
    if (row === 20) since = timestampMs - 5;
    if (row === 40) since = timestampMs - 100_000;
    const number = row % 11 === 4 ? Math.sqrt(row) : Math.floor(row / 3);
    return { timestampMs, value: row % 13 === 6 || row === 0 ? stale : number, startMs: since };
  });
}

function histogramSample(row: number, encoding: HistogramEncoding, parts: Partial<Histogram>) {
  const counts = countsOf(encoding);
  const isCustom = parts.schema === customBucketsSchema;
  const negative = isCustom ? "" : ` | 2:${row}`;
  const notation = `0:${row} 1:${row * 2} 5:${row}${negative}`;
  const common = { counts, count: row * 5 + 1, sum: row * 1.7 };
  return {
    timestampMs: startMs + row * 15_000 + (row % 3),
    startTimestampMs: row < 4 ? 0 : 1_600_000_000_000,
    counts,
    histogram: row === 29 ? undefined : histogramOf(notation, { ...common, ...parts }),
  };
}

function customParts(): Partial<Histogram> {
  const customValues = new Float64Array([0.05, 0.1, 1, 2.5, 1 / 3, 50_000]);
  return { schema: customBucketsSchema, zeroThreshold: 0, zeroCount: 0, customValues };
}

function decoded(encoding: ChunkEncoding, name: string): SampleBuffer {
  const buffer = new SampleBuffer();
  const bytes = Uint8Array.from(Buffer.from(golden.get(name) ?? "", "hex"));
  decodeChunk({ encoding, bytes }, buffer, -Infinity, Infinity);
  return buffer;
}

function decodedFloats(encoding: ChunkEncoding, name: string): FloatRow[] {
  const buffer = decoded(encoding, name);
  const words = new BigUint64Array(buffer.values.buffer);
  return Array.from({ length: buffer.count }, (_, row) => ({
    timestampMs: buffer.timestampsMs[row] ?? 0,
    value: words[row] === 0x7ff0000000000002n ? stale : (buffer.values[row] ?? 0),
    startMs: buffer.startTimestampsMs?.[row] ?? 0,
  }));
}

function staleColumn(): Float64Array {
  return new Float64Array(new BigUint64Array([0x7ff0000000000002n]).buffer);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
