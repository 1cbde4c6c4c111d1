import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { customBucketsSchema, type Histogram, SampleBuffer } from "#series";
import { appendHistogram, resumeHistogramChunk, startHistogramChunk } from "./append-histogram.ts";
import type { HistogramSample } from "./chunk.ts";
import { countSamples, decodeChunk } from "./decode-chunk.ts";
import { HistogramEncoder, type HistogramEncoding } from "./histogram-chunk.ts";
import { histogramOf, showBuckets } from "./testing.ts";

const encodings: readonly HistogramEncoding[] = [
  "histogram",
  "floatHistogram",
  "histogramSt",
  "floatHistogramSt",
];

const side = fc.uniqueArray(fc.tuple(fc.integer({ min: -40, max: 40 }), fc.nat()), {
  maxLength: 12,
  selector: ([index]) => index,
});
const notation = fc
  .tuple(side, side)
  .map(([positive, negative]) => `${sideOf(positive)} | ${sideOf(negative)}`);

const histograms = fc.record({
  notation,
  schema: fc.constantFrom(-4, 0, 0, 0, 8, customBucketsSchema),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 2 ** -243, 2 ** 10, 0.3, 2 ** 11),
  counterResetHint: fc.constantFrom("unknown", "unknown", "reset", "gauge", "gauge"),
  sum: fc.double({ noNaN: true }),
  isStale: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  gapMs: fc.integer({ min: 1, max: 2 ** 40 }),
  isStartNew: fc.boolean(),
});

for (const encoding of encodings) {
  const counts = encoding.startsWith("float") ? "float" : "integer";
  const keepsStarts = encoding.endsWith("St");

  test(`${encoding}: every histogram comes back, whatever chunks they are in`, () => {
    fc.assert(
      fc.property(fc.array(histograms, { maxLength: 40, size: "max" }), (rows) => {
        const samples = samplesOf(rows, counts);
        const want = samples.map((sample) => shown(sample, keepsStarts));
        assert.deepEqual(decoded(chunksOf(samples, keepsStarts)), want);
      }),
      { numRuns: 60 },
    );
  });

  test(`${encoding}: a chunk that is resumed goes on as if it had never been put away`, () => {
    const samples = Array.from({ length: 150 }, (_, row) => sampleOf(row, counts));
    const whole = startHistogramChunk(sampleOf(0, counts), undefined, startsOf(keepsStarts));
    const half = startHistogramChunk(sampleOf(0, counts), undefined, startsOf(keepsStarts));
    for (const sample of samples.slice(1)) appendHistogram(whole, sample);
    for (const sample of samples.slice(1, 75)) appendHistogram(half, sample);
    const resumed = resumeHistogramChunk({ encoding, bytes: half.copy().bytes });
    for (const sample of samples.slice(75)) appendHistogram(resumed, sample);
    assert.deepEqual(resumed.copy(), whole.copy());
  });
}

test("a chunk that begins with a stale marker takes further ones and nothing else", () => {
  const encoder = new HistogramEncoder("histogram", "unknown");
  const stale = { histogram: undefined, counts: "integer", startTimestampMs: 0 } as const;
  encoder.add({ timestampMs: 1, ...stale });
  assert.equal(appendHistogram(encoder, { timestampMs: 2, ...stale }).kind, "appended");
  assert.equal(appendHistogram(encoder, sampleOf(3, "integer")).kind, "cut");
  assert.deepEqual(decoded([encoder]), ["1 stale", "2 stale"]);
});

test("within a chunk no counter starts anew, of its first histogram nothing is known", () => {
  const encoder = startHistogramChunk(sampleOf(0, "integer"), undefined, "dropStarts");
  appendHistogram(encoder, sampleOf(1, "integer"));
  const buffer = new SampleBuffer();
  decodeChunk(encoder.view(), buffer, -Infinity, Infinity);
  const hints = buffer.histograms?.slice(0, 2).map((histogram) => histogram?.counterResetHint);
  assert.deepEqual(hints, ["unknown", "notReset"]);
});

function sideOf(buckets: readonly (readonly [number, number])[]): string {
  return [...buckets]
    .sort((left, right) => left[0] - right[0])
    .map(([index, count]) => `${index}:${count}`)
    .join(" ");
}

type Row = typeof histograms extends fc.Arbitrary<infer T> ? T : never;

function samplesOf(rows: readonly Row[], counts: Histogram["counts"]): HistogramSample[] {
  let timestampMs = 1_700_000_000_000;
  let startTimestampMs = 0;
  return rows.map((row) => {
    timestampMs += row.gapMs;
    if (row.isStartNew) startTimestampMs = timestampMs - 5;
    const { schema, zeroThreshold, counterResetHint, sum } = row;
    const parts = { schema, zeroThreshold, sum, counts } as const;
    const histogram = histogramOf(row.notation, {
      ...parts,
      counterResetHint: counterResetHint as Histogram["counterResetHint"],
    });
    return {
      timestampMs,
      histogram: row.isStale ? undefined : histogram,
      counts,
      startTimestampMs,
    };
  });
}

/** A counter that grows and now and then has a new bucket. */
function sampleOf(row: number, counts: Histogram["counts"]): HistogramSample {
  const histogram = histogramOf(`0:${row} 1:${row * 3} 5:${row >> 2} | 2:${row}`, { counts });
  return { timestampMs: 1000 + row * 15, histogram, counts, startTimestampMs: row < 60 ? 0 : 900 };
}

function chunksOf(samples: readonly HistogramSample[], keepsStarts: boolean): HistogramEncoder[] {
  const encoders: HistogramEncoder[] = [];
  for (const sample of samples) {
    const open = encoders.at(-1);
    if (open === undefined) {
      encoders.push(startHistogramChunk(sample, undefined, startsOf(keepsStarts)));
      continue;
    }
    const outcome = appendHistogram(open, sample);
    if (outcome.kind === "recoded") encoders.pop();
    if (outcome.kind !== "appended") encoders.push(outcome.encoder);
  }
  return encoders;
}

function startsOf(keepsStarts: boolean): "keepStarts" | "dropStarts" {
  return keepsStarts ? "keepStarts" : "dropStarts";
}

function decoded(encoders: readonly HistogramEncoder[]): string[] {
  const buffer = new SampleBuffer();
  for (const encoder of encoders) {
    const chunk = encoder.copy();
    assert.equal(countSamples(chunk), encoder.count);
    decodeChunk(chunk, buffer, -Infinity, Infinity);
  }
  return Array.from({ length: buffer.count }, (_, row) => {
    const timestampMs = buffer.timestampsMs[row] ?? 0;
    const histogram = buffer.histograms?.[row];
    const startTimestampMs = buffer.startTimestampsMs?.[row] ?? 0;
    return shown({ timestampMs, histogram, counts: "integer", startTimestampMs }, true);
  });
}

/** Without empty buckets, which a chunk may add, and without the hint, which it may forget. */
function shown(sample: HistogramSample, keepsStarts: boolean): string {
  const { timestampMs, histogram } = sample;
  if (histogram === undefined) return `${timestampMs} stale`;
  const { schema, count, zeroCount, zeroThreshold, sum, customValues } = histogram;
  const start = keepsStarts ? sample.startTimestampMs : 0;
  const [positive = "", negative = ""] = showBuckets(histogram)
    .split("|")
    .map((side) => side.replaceAll(/ ?-?\d+:0\b/g, "").trim());
  const scale = `${schema} ${zeroThreshold} [${customValues.join(" ")}]`;
  return `${timestampMs} ${start} ${scale} ${count} ${zeroCount} ${sum} ${positive} | ${negative}`;
}
