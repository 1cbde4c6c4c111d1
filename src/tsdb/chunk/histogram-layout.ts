/** What all histograms of a chunk have in common, written once at its beginning. */
import { customBucketsSchema } from "#series";
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";
import { countBuckets, type Spans } from "./bucket-layout.ts";
import { ChunkError } from "./chunk.ts";
import { readVarbit, readVarbitUnsigned, writeVarbit, writeVarbitUnsigned } from "./varbit.ts";
import { XorValueReader, XorValueWriter } from "./xor-value.ts";

export interface HistogramLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: Spans;
  readonly negative: Spans;
  readonly customValues: Float64Array;
}

const noSpans: Spans = { spanOffsets: new Int32Array(0), spanLengths: new Uint32Array(0) };
const noValues = new Float64Array(0);

/** Of a chunk that begins with a stale marker. */
export const emptyLayout: HistogramLayout = {
  schema: 0,
  zeroThreshold: 0,
  positive: noSpans,
  negative: noSpans,
  customValues: noValues,
};

const schemaMin = -4;
const schemaMax = 8;

/** Thresholds that are powers of two take one byte: their exponent, made positive by this. */
const exponentBias = 244;
const exponentMin = -243;
const exponentMax = 10;
const wholeThreshold = 255;

/** Custom bounds that are whole thousandths up to this one are written as such. */
const thousandthsMax = 33_554_430;

export function writeLayout(bits: BitWriter, layout: HistogramLayout): void {
  writeZeroThreshold(bits, layout.zeroThreshold);
  writeVarbit(bits, layout.schema);
  writeSpans(bits, layout.positive);
  writeSpans(bits, layout.negative);
  if (layout.schema !== customBucketsSchema) return;
  writeVarbitUnsigned(bits, layout.customValues.length);
  for (const bound of layout.customValues) writeCustomBound(bits, bound);
}

export function readLayout(bits: BitReader): HistogramLayout {
  const zeroThreshold = readZeroThreshold(bits);
  const schema = readVarbit(bits);
  const isCustom = schema === customBucketsSchema;
  if (!isCustom && (schema < schemaMin || schema > schemaMax)) {
    throw new ChunkError(`unknown histogram schema ${schema}`);
  }
  const positive = readSpans(bits);
  const negative = readSpans(bits);
  const customValues = isCustom ? readCustomBounds(bits) : noValues;
  return { schema, zeroThreshold, positive, negative, customValues };
}

function writeZeroThreshold(bits: BitWriter, threshold: number): void {
  if (threshold === 0) return bits.writeBits(0, 8);
  const exponent = Math.round(Math.log2(threshold));
  if (exponent >= exponentMin && exponent <= exponentMax && 2 ** exponent === threshold) {
    return bits.writeBits(exponent + exponentBias, 8);
  }
  bits.writeBits(wholeThreshold, 8);
  writeDouble(bits, threshold);
}

function readZeroThreshold(bits: BitReader): number {
  const byte = bits.readBits(8);
  if (byte === 0) return 0;
  return byte === wholeThreshold ? readDouble(bits) : 2 ** (byte - exponentBias);
}

function writeSpans(bits: BitWriter, spans: Spans): void {
  writeVarbitUnsigned(bits, spans.spanLengths.length);
  for (const [run, length] of spans.spanLengths.entries()) {
    writeVarbitUnsigned(bits, length);
    writeVarbit(bits, spans.spanOffsets[run] ?? 0);
  }
}

function readSpans(bits: BitReader): Spans {
  const count = readVarbitUnsigned(bits);
  checkFits(bits, count * 2);
  const spanOffsets = new Int32Array(count);
  const spanLengths = new Uint32Array(count);
  let buckets = 0;
  for (let run = 0; run < count; run++) {
    const length = readVarbitUnsigned(bits);
    buckets += length;
    // Each bucket takes a bit at least, so more than the chunk has bits are a lie.
    checkFits(bits, buckets);
    spanLengths[run] = length;
    spanOffsets[run] = readVarbit(bits);
  }
  return { spanOffsets, spanLengths };
}

function writeCustomBound(bits: BitWriter, bound: number): void {
  const thousandths = Math.round(bound * 1000);
  const isShort = bound >= 0 && bound * 1000 <= thousandthsMax && thousandths / 1000 === bound;
  if (isShort) return writeVarbitUnsigned(bits, thousandths + 1);
  bits.writeBit(0);
  writeDouble(bits, bound);
}

function readCustomBounds(bits: BitReader): Float64Array {
  const count = readVarbitUnsigned(bits);
  checkFits(bits, count);
  const bounds = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    const thousandths = readVarbitUnsigned(bits);
    bounds[index] = thousandths === 0 ? readDouble(bits) : (thousandths - 1) / 1000;
  }
  return bounds;
}

function checkFits(bits: BitReader, count: number): void {
  if (count > bits.end - bits.at) throw new ChunkError("histogram has more buckets than the chunk");
}

/** How many buckets there are on both sides of zero. */
export function countLayoutBuckets(layout: HistogramLayout): number {
  return countBuckets(layout.positive) + countBuckets(layout.negative);
}

function writeDouble(bits: BitWriter, value: number): void {
  const words = new XorValueWriter();
  words.set(value);
  words.writeRaw(bits);
}

function readDouble(bits: BitReader): number {
  const words = new XorValueReader();
  words.readRaw(bits);
  return words.value;
}
