/**
 * Chunks of native histograms: header, layout, then sample by sample the timestamp, the fields and,
 * in the newer encodings, the start timestamp.
 *
 * The header holds the sample count and two bits about counter resets: in a byte of their own, or,
 * where that byte is needed for start timestamps, in place of the count's highest bits.
 */
import { assert } from "#base";
import type { CounterResetHint, Histogram, SampleBuffer } from "#series";
import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { type Chunk, ChunkError, type HistogramSample } from "./chunk.ts";
import { FloatFieldsReader, FloatFieldsWriter } from "./float-fields.ts";
import {
  type HistogramFieldsReader,
  type HistogramFieldsWriter,
  makeHistogram,
} from "./histogram-fields.ts";
import { emptyLayout, type HistogramLayout, readLayout, writeLayout } from "./histogram-layout.ts";
import { IntegerFieldsReader, IntegerFieldsWriter } from "./integer-fields.ts";
import { StartReader, StartWriter } from "./start-timestamps.ts";
import { readVarbit, writeVarbit } from "./varbit.ts";

export type HistogramEncoding = "histogram" | "floatHistogram" | "histogramSt" | "floatHistogramSt";

const headerBytes = 3;
const initialBytes = 128;
const samplesMax = 0xffff;
const samplesWithStartsMax = 0x3fff;
const resetBits = { unknown: 0x00, notReset: 0x40, reset: 0x80, gauge: 0xc0 } as const;
const resetMask = 0xc0;

/** Compresses the histograms of one series; all have the layout that the first one set. */
export class HistogramEncoder {
  readonly encoding: HistogramEncoding;
  /** What is known about a counter reset between the chunk before and this one. */
  readonly counterReset: CounterResetHint;
  /** The sample added last, with the chunk's layout. */
  last: HistogramSample | undefined = undefined;
  readonly #bits = new BitWriter(new Uint8Array(initialBytes), headerBytes * 8);
  readonly #starts: StartWriter | undefined;
  #fields: HistogramFieldsWriter | undefined = undefined;
  #count = 0;
  #timestampMs = 0;
  #deltaMs = 0;

  constructor(encoding: HistogramEncoding, counterReset: CounterResetHint) {
    this.encoding = encoding;
    this.counterReset = counterReset;
    this.#starts = keepsStarts(encoding) ? new StartWriter() : undefined;
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#bits.byteLength;
  }

  get isFull(): boolean {
    return this.#count === (this.#starts === undefined ? samplesMax : samplesWithStartsMax);
  }

  /** Adds a sample that has the chunk's layout, or is a stale marker; `last` tells which is the layout. */
  add(sample: HistogramSample): void {
    assert(!this.isFull, "a chunk is cut before it is full");
    const { timestampMs, histogram } = sample;
    this.#fields ??= this.#writeLayout(histogram);
    const deltaMs = this.#count === 0 ? 0 : timestampMs - this.#timestampMs;
    writeVarbit(this.#bits, this.#count === 0 ? timestampMs : deltaMs - this.#deltaMs);
    this.#fields.write(this.#bits, histogram);
    this.#starts?.write(this.#bits, timestampMs, sample.startTimestampMs);
    this.#timestampMs = timestampMs;
    this.#deltaMs = deltaMs;
    this.#count++;
    this.#writeHeader();
    this.last = sample;
  }

  /** The chunk so far, without a copy: good until the next sample is added. */
  view(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view() };
  }

  /** The chunk so far, for keeps, no byte larger than needed. */
  copy(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view().slice() };
  }

  #writeLayout(histogram: Histogram | undefined): HistogramFieldsWriter {
    const layout = histogram ?? emptyLayout;
    writeLayout(this.#bits, layout);
    return countsOf(this.encoding) === "float"
      ? new FloatFieldsWriter(layout)
      : new IntegerFieldsWriter();
  }

  #writeHeader(): void {
    const flags = resetBits[this.counterReset];
    if (this.#starts === undefined) this.#bits.setByte(2, flags);
    const high = this.#count >>> 8;
    this.#bits.setByte(0, this.#starts === undefined ? high : flags | high);
    this.#bits.setByte(1, this.#count & 0xff);
  }
}

/** Reads a chunk histogram by histogram. Throws `ChunkError`. */
export class HistogramReader {
  readonly count: number;
  readonly counterReset: CounterResetHint;
  readonly #bits: BitReader;
  readonly #counts: Histogram["counts"];
  readonly #starts: StartReader | undefined;
  #layout: HistogramLayout = emptyLayout;
  #fields: HistogramFieldsReader | undefined = undefined;
  #index = 0;
  #timestampMs = 0;
  #deltaMs = 0;

  constructor(encoding: HistogramEncoding, bytes: Uint8Array) {
    if (bytes.length < headerBytes) throw new ChunkError("chunk is shorter than its header");
    const hasStarts = keepsStarts(encoding);
    const word = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    this.count = hasStarts ? word & samplesWithStartsMax : word;
    this.counterReset = resetOf((hasStarts ? bytes[0] : bytes[2]) ?? 0);
    this.#bits = new BitReader(bytes, headerBytes);
    this.#counts = countsOf(encoding);
    this.#starts = hasStarts ? new StartReader(bytes) : undefined;
  }

  /** The next sample; undefined behind the last. */
  next(): HistogramSample | undefined {
    if (this.#index === this.count) return undefined;
    this.#fields ??= this.#readLayout();
    this.#readTimestamp();
    const fields = this.#fields.read(this.#bits);
    this.#starts?.read(this.#bits, this.#timestampMs);
    const counterResetHint = this.#hint();
    this.#index++;
    return {
      timestampMs: this.#timestampMs,
      counts: this.#counts,
      startTimestampMs: this.#starts?.startMs ?? 0,
      histogram:
        fields && makeHistogram(this.#layout, fields, { counts: this.#counts, counterResetHint }),
    };
  }

  #readLayout(): HistogramFieldsReader {
    this.#layout = readLayout(this.#bits);
    return this.#counts === "float"
      ? new FloatFieldsReader(this.#layout)
      : new IntegerFieldsReader(this.#layout);
  }

  #readTimestamp(): void {
    const read = readVarbit(this.#bits);
    if (this.#index === 0) this.#timestampMs = read;
    else {
      this.#deltaMs += read;
      this.#timestampMs += this.#deltaMs;
    }
  }

  /**
   * Within a chunk no counter starts anew. Of the first histogram nothing is known, whatever the
   * header says: the chunk before may be gone, or another one may have come between.
   */
  #hint(): CounterResetHint {
    if (this.counterReset === "gauge") return "gauge";
    return this.#index > 0 ? "notReset" : "unknown";
  }
}

/** Appends the samples in `[minMs, maxMs]` of a chunk to `buffer`. Throws `ChunkError`. */
export function decodeHistograms(
  chunk: { readonly encoding: HistogramEncoding; readonly bytes: Uint8Array },
  buffer: SampleBuffer,
  minMs: number,
  maxMs: number,
): void {
  const reader = new HistogramReader(chunk.encoding, chunk.bytes);
  for (let sample = reader.next(); sample !== undefined; sample = reader.next()) {
    const { timestampMs, histogram, startTimestampMs } = sample;
    if (timestampMs > maxMs) return;
    if (timestampMs < minMs) continue;
    if (histogram === undefined) buffer.addStale(timestampMs);
    else buffer.addHistogram(timestampMs, histogram, startTimestampMs);
  }
}

export function encodingOf(counts: Histogram["counts"], hasStarts: boolean): HistogramEncoding {
  if (counts === "float") return hasStarts ? "floatHistogramSt" : "floatHistogram";
  return hasStarts ? "histogramSt" : "histogram";
}

export function countsOf(encoding: HistogramEncoding): Histogram["counts"] {
  return encoding === "histogram" || encoding === "histogramSt" ? "integer" : "float";
}

export function keepsStarts(encoding: HistogramEncoding): boolean {
  return encoding === "histogramSt" || encoding === "floatHistogramSt";
}

function resetOf(byte: number): CounterResetHint {
  switch (byte & resetMask) {
    case resetBits.notReset:
      return "notReset";
    case resetBits.reset:
      return "reset";
    case resetBits.gauge:
      return "gauge";
    default:
      return "unknown";
  }
}
