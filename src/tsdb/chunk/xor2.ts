/**
 * Float chunks, encoding XOR2 (Prometheus 3.14 and later): as XOR, but from the third sample on one
 * prefix tells both whether the distance and whether the value changed, stale markers cost a few
 * bits and leave the values' compression alone, and start timestamps may follow each sample.
 */
import { assert } from "#base";
import { isStaleAt, type SampleBuffer } from "#series";
import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { type Chunk, ChunkError, type FloatEncoder } from "./chunk.ts";
import { staleHigh, staleLow } from "./stale-words.ts";
import { StartReader, StartWriter } from "./start-timestamps.ts";
import { XorValueReader, XorValueWriter } from "./xor-value.ts";

const headerBytes = 3;
const initialBytes = 64;
const samplesMax = 0xffff;

export class Xor2Encoder implements FloatEncoder {
  readonly encoding = "xor2";
  readonly #bits: BitWriter;
  readonly #value: XorValueWriter;
  readonly #starts: StartWriter;
  #count = 0;
  #timestampMs = 0;
  #deltaMs = 0;

  /** Goes on behind the last sample of `chunk`, which is copied. */
  constructor(chunk?: Chunk) {
    if (chunk === undefined) {
      this.#bits = new BitWriter(new Uint8Array(initialBytes), headerBytes * 8);
      this.#value = new XorValueWriter();
      this.#starts = new StartWriter();
      return;
    }
    const reader = new Xor2Reader(chunk.bytes);
    while (reader.next());
    const bitCount = reader.bits.at;
    this.#bits = new BitWriter(chunk.bytes.slice(0, Math.ceil(bitCount / 8)), bitCount);
    this.#value = new XorValueWriter(reader.value);
    this.#starts = new StartWriter(reader.starts);
    this.#count = reader.count;
    this.#timestampMs = reader.timestampMs;
    this.#deltaMs = reader.deltaMs;
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#bits.byteLength;
  }

  append(timestampMs: number, value: number, startTimestampMs: number): void {
    this.#value.set(value);
    this.#write(timestampMs, false, startTimestampMs);
  }

  appendFrom(values: Float64Array, index: number, timestampMs: number, startMs: number): void {
    const isStale = isStaleAt(values, index);
    // The next value is compared with the last one that is no marker.
    if (!isStale) this.#value.setFrom(values, index);
    this.#write(timestampMs, isStale, startMs);
  }

  view(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view() };
  }

  copy(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view().slice() };
  }

  #write(timestampMs: number, isStale: boolean, startMs: number): void {
    assert(this.#count < samplesMax, "a chunk is cut before it is full");
    const deltaMs = timestampMs - this.#timestampMs;
    if (this.#count === 0) {
      this.#bits.writeVarint(timestampMs);
      if (isStale) this.#bits.writeWords(staleHigh, staleLow, 64);
      else this.#value.writeRaw(this.#bits);
    } else {
      assert(deltaMs > 0, "samples of a chunk are in time order");
      this.#writeNext(deltaMs, isStale);
      this.#deltaMs = deltaMs;
    }
    this.#starts.write(this.#bits, timestampMs, startMs);
    this.#timestampMs = timestampMs;
    this.#count++;
    this.#bits.setByte(0, this.#count >>> 8);
    this.#bits.setByte(1, this.#count & 0xff);
  }

  #writeNext(deltaMs: number, isStale: boolean): void {
    const changeMs = deltaMs - this.#deltaMs;
    if (this.#count === 1) {
      this.#bits.writeUvarint(deltaMs);
      this.#writeValue(isStale);
    } else if (changeMs !== 0) {
      this.#writeDeltaChange(changeMs);
      this.#writeValue(isStale);
    } else if (isStale) {
      this.#bits.writeBits(0b11111, 5);
    } else if (this.#value.isUnchanged) {
      this.#bits.writeBit(0);
    } else {
      this.#bits.writeBits(0b10, 2);
      this.#value.writeChange(this.#bits);
    }
  }

  #writeDeltaChange(changeMs: number): void {
    if (fitsWord(changeMs, 13)) {
      this.#bits.writeBits((0b110 << 13) | (changeMs & 0x1fff), 16);
    } else if (fitsWord(changeMs, 20)) {
      this.#bits.writeBits((0b1110 << 20) | (changeMs & 0xfffff), 24);
    } else {
      this.#bits.writeBits(0b11110, 5);
      this.#bits.writeWhole(changeMs, 64);
    }
  }

  #writeValue(isStale: boolean): void {
    if (isStale) {
      this.#bits.writeBits(0b111, 3);
    } else if (this.#value.isUnchanged) {
      this.#bits.writeBit(0);
    } else if (this.#value.fitsWindow) {
      this.#bits.writeBits(0b10, 2);
      this.#value.writeInWindow(this.#bits);
    } else {
      this.#bits.writeBits(0b110, 3);
      this.#value.writeNewWindow(this.#bits);
    }
  }
}

/** Appends the samples in `[minMs, maxMs]` of a chunk to `buffer`. Throws `ChunkError`. */
export function decodeXor2(
  bytes: Uint8Array,
  buffer: SampleBuffer,
  minMs: number,
  maxMs: number,
): void {
  const reader = new Xor2Reader(bytes);
  buffer.reserve(reader.count);
  const { timestampsMs, values, histograms } = buffer;
  if (reader.starts.isPresent) {
    buffer.startTimestampsMs ??= new Float64Array(timestampsMs.length);
  }
  const starts = buffer.startTimestampsMs;
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let row = buffer.count;
  while (reader.next() && reader.timestampMs <= maxMs) {
    if (reader.timestampMs < minMs) continue;
    timestampsMs[row] = reader.timestampMs;
    words[row * 2] = reader.isStale ? staleLow : reader.value.low;
    words[row * 2 + 1] = reader.isStale ? staleHigh : reader.value.high;
    if (starts !== undefined) starts[row] = reader.starts.startMs;
    row++;
  }
  histograms?.fill(undefined, buffer.count, row);
  buffer.count = row;
}

/** Reads a chunk sample by sample. */
class Xor2Reader {
  readonly bits: BitReader;
  /** The last value that is no stale marker. */
  readonly value = new XorValueReader();
  readonly starts: StartReader;
  readonly count: number;
  timestampMs = 0;
  deltaMs = 0;
  isStale = false;
  #index = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length < headerBytes) throw new ChunkError("chunk is shorter than its header");
    this.bits = new BitReader(bytes, headerBytes);
    this.starts = new StartReader(bytes);
    this.count = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  }

  /** Moves to the next sample; false behind the last. */
  next(): boolean {
    if (this.#index === this.count) return false;
    this.isStale = false;
    if (this.#index === 0) this.#readFirst();
    else if (this.#index === 1) {
      this.deltaMs = this.bits.readUvarint();
      this.#readValue();
    } else this.#readNext();
    if (this.#index > 0) this.timestampMs += this.deltaMs;
    this.#index++;
    this.starts.read(this.bits, this.timestampMs);
    return true;
  }

  #readFirst(): void {
    this.timestampMs = this.bits.readVarint();
    this.value.readRaw(this.bits);
    this.isStale = this.value.high === staleHigh && this.value.low === staleLow;
    if (!this.isStale) return;
    this.value.high = 0;
    this.value.low = 0;
  }

  #readNext(): void {
    const ahead = this.bits.peek();
    if (ahead >= 0) return this.bits.skip(1);
    const ones = Math.min(5, Math.clz32(~ahead));
    this.bits.skip(ones === 5 ? 5 : ones + 1);
    if (ones === 1) return this.value.readChange(this.bits);
    if (ones === 5) {
      this.isStale = true;
      return;
    }
    this.deltaMs += this.#readDeltaChange(ones);
    this.#readValue();
  }

  #readDeltaChange(ones: number): number {
    if (ones === 2) return (this.bits.readWord(13) << 19) >> 19;
    if (ones === 3) return (this.bits.readWord(20) << 12) >> 12;
    return this.bits.readWhole(64);
  }

  #readValue(): void {
    const ahead = this.bits.peek();
    if (ahead >= 0) return this.bits.skip(1);
    const ones = Math.min(3, Math.clz32(~ahead));
    this.bits.skip(ones === 3 ? 3 : ones + 1);
    if (ones === 1) this.value.readInWindow(this.bits);
    else if (ones === 2) this.value.readNewWindow(this.bits);
    else this.isStale = true;
  }
}

/** Whether `whole` is a signed number of `count` bits. */
function fitsWord(whole: number, count: number): boolean {
  const half = 2 ** (count - 1);
  return whole >= -half && whole < half;
}
