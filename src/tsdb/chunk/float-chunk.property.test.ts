import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SampleBuffer } from "#series";
import type { Chunk, FloatEncoder } from "./chunk.ts";
import { countSamples, decodeChunk } from "./decode-chunk.ts";
import { XorEncoder } from "./xor.ts";
import { Xor2Encoder } from "./xor2.ts";

interface Sample {
  readonly timestampMs: number;
  readonly bits: bigint;
  readonly startMs: number;
}

const staleBits = 0x7ff0000000000002n;
const lastMs = 2 ** 52;

const encoders: Readonly<Record<string, (chunk?: Chunk) => FloatEncoder>> = {
  xor: (chunk) => new XorEncoder(chunk),
  xor2: (chunk) => new Xor2Encoder(chunk),
};

const gap = fc.oneof(
  { weight: 4, arbitrary: fc.constant(15_000) },
  fc.integer({ min: 1, max: 30_000 }),
  fc.integer({ min: 1, max: 2 ** 40 }),
);
const bits = fc.oneof(
  fc.constantFrom(staleBits, 0n, 0x7ff8000000000001n, 0xfff8000000000000n),
  fc.integer({ min: -5, max: 1000 }).map(bitsOf),
  fc.double().map(bitsOf),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
/** How long before its sample the counter began; the sample before has the same start on 0. */
const age = fc.oneof(fc.constant(undefined), fc.constant(0), fc.integer({ min: 1, max: 2 ** 30 }));

const runOfSamples = fc
  .tuple(
    fc.oneof(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), fc.constant(1_700_000_000_000)),
    fc.array(fc.tuple(gap, bits, age), { maxLength: 200, size: "max" }),
  )
  .map(([firstMs, rows]) => {
    let timestampMs = firstMs;
    let startMs = 0;
    return rows.map(([gapMs, value, ageMs]): Sample => {
      timestampMs += gapMs;
      if (ageMs === undefined) startMs = 0;
      else if (ageMs > 0) startMs = timestampMs - ageMs;
      return { timestampMs, bits: value, startMs };
    });
  });

for (const [name, make] of Object.entries(encoders)) {
  const keepsStarts = name === "xor2";

  test(`${name}: every bit of every sample comes back`, () => {
    fc.assert(
      fc.property(runOfSamples, (samples) => {
        const encoder = encoded(make(), samples);
        const chunk = encoder.copy();
        assert.equal(countSamples(chunk), samples.length);
        assert.equal(encoder.byteLength, chunk.bytes.length);
        assert.deepEqual(
          decoded(chunk),
          samples.map((sample) => known(sample, keepsStarts)),
        );
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: a chunk that is resumed goes on as if it had never been put away`, () => {
    fc.assert(
      fc.property(runOfSamples, fc.nat(), (samples, at) => {
        const cut = samples.length === 0 ? 0 : at % samples.length;
        const whole = encoded(make(), samples);
        const resumed = make(encoded(make(), samples.slice(0, cut)).copy());
        encoded(resumed, samples.slice(cut));
        assert.deepEqual(decoded(resumed.copy()), decoded(whole.copy()));
        assert.equal(resumed.count, samples.length);
      }),
    );
  });

  test(`${name}: only what lies in the range is decoded, behind what the buffer holds`, () => {
    fc.assert(
      fc.property(runOfSamples, fc.nat(), fc.nat(), (samples, from, length) => {
        const inRange = samples.slice(from % 100, (from % 100) + (length % 100));
        const minMs = inRange[0]?.timestampMs ?? lastMs;
        const maxMs = inRange.at(-1)?.timestampMs ?? lastMs;
        const buffer = new SampleBuffer();
        buffer.addFloat(-lastMs, 1);
        decodeChunk(encoded(make(), samples).view(), buffer, minMs, maxMs);
        const want = inRange.map((sample) => known(sample, keepsStarts));
        assert.deepEqual(rowsOf(buffer).slice(1), want);
      }),
    );
  });
}

test("a regular series that does not change costs two bits a sample, with xor2 one", () => {
  const sizes = Object.values(encoders).map((make) => {
    const encoder = make();
    for (let row = 0; row < 120; row++) encoder.append(1_700_000_000_000 + row * 15_000, 42, 0);
    return encoder.byteLength;
  });
  // Header, first sample, distance to the second; then 118 samples.
  assert.deepEqual(sizes, [2 + 6 + 8 + 2 + Math.ceil((1 + 118 * 2) / 8), 3 + 6 + 8 + 2 + 15]);
});

test("a number that is none is kept as upstream's, the stale marker only on request", () => {
  const encoder = new XorEncoder();
  encoder.append(1, Number.NaN, 0);
  assert.deepEqual(decoded(encoder.copy()), [
    { timestampMs: 1, bits: 0x7ff8000000000001n, startMs: 0 },
  ]);
});

function encoded(encoder: FloatEncoder, samples: readonly Sample[]): FloatEncoder {
  const values = new Float64Array(new BigUint64Array(samples.map((sample) => sample.bits)).buffer);
  for (const [row, { timestampMs, startMs }] of samples.entries()) {
    encoder.appendFrom(values, row, timestampMs, startMs);
  }
  return encoder;
}

function decoded(chunk: Chunk): Sample[] {
  const buffer = new SampleBuffer();
  decodeChunk(chunk, buffer, -Infinity, Infinity);
  return rowsOf(buffer);
}

function rowsOf(buffer: SampleBuffer): Sample[] {
  const words = new BigUint64Array(buffer.values.buffer);
  return Array.from({ length: buffer.count }, (_, row) => ({
    timestampMs: buffer.timestampsMs[row] ?? 0,
    bits: words[row] ?? 0n,
    startMs: buffer.startTimestampsMs?.[row] ?? 0,
  }));
}

function known(sample: Sample, keepsStarts: boolean): Sample {
  return keepsStarts ? sample : { ...sample, startMs: 0 };
}

function bitsOf(value: number): bigint {
  return new BigUint64Array(new Float64Array([value]).buffer)[0] ?? 0n;
}
