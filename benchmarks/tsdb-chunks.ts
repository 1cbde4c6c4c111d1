/**
 * What samples cost in chunks: bytes each, and how many a second are packed and unpacked:
 *
 *   node benchmarks/tsdb-chunks.ts
 *
 * An iteration is a hundred chunks of 120 samples, so its time divided by 12,000 is that of one.
 */
import { bench, group, run, summary } from "mitata";
import { type Histogram, SampleBuffer } from "#series";
import {
  type Chunk,
  decodeChunk,
  type FloatEncoder,
  type HistogramSample,
  startHistogramChunk,
  Xor2Encoder,
  XorEncoder,
} from "#tsdb";

const chunkCount = 100;
const samplesPerChunk = 120;
const startMs = 1_700_000_000_000;
const stepMs = 15_000;

/** Values as metrics have them; the random ones from a fixed sequence. */
const shapes: Readonly<Record<string, () => (row: number) => number>> = {
  constant: () => () => 42,
  counter: () => (row) => row * 10 + (row % 7),
  gauge: () => {
    const next = sequence();
    return () => Math.round(next() * 1_000) / 10;
  },
  random: () => sequence(),
};

for (const [shape, valuesOf] of Object.entries(shapes)) {
  const columns = Array.from({ length: chunkCount }, () => {
    const valueAt = valuesOf();
    return Float64Array.from({ length: samplesPerChunk }, (_, row) => valueAt(row));
  });
  for (const [name, make] of [
    ["xor", () => new XorEncoder()],
    ["xor2", () => new Xor2Encoder()],
  ] as const) {
    const chunks = columns.map((values) => packed(make(), values));
    group(`${shape}, ${name}: ${perSample(chunks)} bytes a sample`, () => {
      summary(() => {
        bench(`pack ${shape} (${name})`, () => columns.map((values) => packed(make(), values)));
        bench(`unpack ${shape} (${name})`, () => unpacked(chunks));
      });
    });
  }
}

for (const counts of ["integer", "float"] as const) {
  const columns = Array.from({ length: chunkCount }, () =>
    Array.from({ length: samplesPerChunk }, (_, row) => sampleAt(row, counts)),
  );
  const chunks = columns.map(packedHistograms);
  group(`histograms of 12 ${counts} buckets: ${perSample(chunks)} bytes a sample`, () => {
    bench(`pack ${counts} histograms`, () => columns.map(packedHistograms));
    bench(`unpack ${counts} histograms`, () => unpacked(chunks));
  });
}

await run();

function packed(encoder: FloatEncoder, values: Float64Array): Chunk {
  for (let row = 0; row < values.length; row++) {
    encoder.append(startMs + row * stepMs, values[row] ?? 0, 0);
  }
  return encoder.copy();
}

function unpacked(chunks: readonly Chunk[]): number {
  const buffer = new SampleBuffer();
  let count = 0;
  for (const chunk of chunks) {
    buffer.clear();
    decodeChunk(chunk, buffer, -Infinity, Infinity);
    count += buffer.count;
  }
  return count;
}

function packedHistograms(samples: readonly HistogramSample[]): Chunk {
  const [first, ...others] = samples;
  if (first === undefined) throw new Error("no samples");
  const encoder = startHistogramChunk(first, undefined, "dropStarts");
  for (const sample of others) encoder.add(sample);
  return encoder.copy();
}

function sampleAt(row: number, counts: Histogram["counts"]): HistogramSample {
  const bucketCounts = Float64Array.from({ length: 12 }, (_, bucket) => row * bucket + (row % 3));
  const count = bucketCounts.reduce((sum, bucket) => sum + bucket, 0);
  const none = { spanOffsets: new Int32Array(0), spanLengths: new Uint32Array(0) };
  return {
    timestampMs: startMs + row * stepMs,
    startTimestampMs: 0,
    counts,
    histogram: {
      schema: 3,
      counts,
      counterResetHint: "unknown",
      zeroThreshold: 2 ** -128,
      zeroCount: 0,
      count,
      sum: count * 1.7,
      positive: { spanOffsets: Int32Array.of(-4), spanLengths: Uint32Array.of(12), bucketCounts },
      negative: { ...none, bucketCounts: new Float64Array(0) },
      customValues: new Float64Array(0),
    },
  };
}

function perSample(chunks: readonly Chunk[]): string {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  return (bytes / (chunkCount * samplesPerChunk)).toFixed(2);
}

/** Fractions that look like chance and are the same every time. */
function sequence(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
