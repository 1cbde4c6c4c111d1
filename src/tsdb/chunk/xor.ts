/**
 * Float chunks, encoding XOR: sample count (two bytes); then, bit by bit, the first sample whole, the
 * distance to the second, and from the third on how much the distance changed; values by `xor-value`.
 */
import { assert } from "#base";
import type { SampleBuffer } from "#series";
import { BitReader } from "./bit-reader.ts";
import { BitWriter } from "./bit-writer.ts";
import { type Chunk, ChunkError, type FloatEncoder } from "./chunk.ts";
import { fitsSigned, signedOf } from "./varbit.ts";
import { XorValueReader, XorValueWriter } from "./xor-value.ts";

const headerBytes = 2;
const initialBytes = 64;
/** The most samples that the header can tell. */
const samplesMax = 0xffff;

export class XorEncoder implements FloatEncoder {
  readonly encoding = "xor";
  readonly #bits: BitWriter;
  readonly #value: XorValueWriter;
  #count = 0;
  #timestampMs = 0;
  #deltaMs = 0;

  /** Goes on behind the last sample of `chunk`, which is copied. */
  constructor(chunk?: Chunk) {
    if (chunk === undefined) {
      this.#bits = new BitWriter(new Uint8Array(initialBytes), headerBytes * 8);
      this.#value = new XorValueWriter();
      return;
    }
    const reader = new XorReader(chunk.bytes);
    while (reader.next());
    const bitCount = reader.bits.at;
    this.#bits = new BitWriter(chunk.bytes.slice(0, Math.ceil(bitCount / 8)), bitCount);
    this.#value = new XorValueWriter(reader.value);
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

  append(timestampMs: number, value: number, _startTimestampMs: number): void {
    this.#value.set(value);
    this.#write(timestampMs);
  }

  appendFrom(values: Float64Array, index: number, timestampMs: number, _start: number): void {
    this.#value.setFrom(values, index);
    this.#write(timestampMs);
  }

  view(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view() };
  }

  copy(): Chunk {
    return { encoding: this.encoding, bytes: this.#bits.view().slice() };
  }

  #write(timestampMs: number): void {
    assert(this.#count < samplesMax, "a chunk is cut before it is full");
    const deltaMs = timestampMs - this.#timestampMs;
    if (this.#count === 0) {
      this.#bits.writeVarint(timestampMs);
      this.#value.writeRaw(this.#bits);
    } else {
      assert(deltaMs > 0, "samples of a chunk are in time order");
      if (this.#count === 1) this.#bits.writeUvarint(deltaMs);
      else writeDeltaChange(this.#bits, deltaMs - this.#deltaMs);
      this.#value.writeDelta(this.#bits);
      this.#deltaMs = deltaMs;
    }
    this.#timestampMs = timestampMs;
    this.#count++;
    this.#bits.setByte(0, this.#count >>> 8);
    this.#bits.setByte(1, this.#count & 0xff);
  }
}

/** Appends the samples in `[minMs, maxMs]` of a chunk to `buffer`. Throws `ChunkError`. */
export function decodeXor(
  bytes: Uint8Array,
  buffer: SampleBuffer,
  minMs: number,
  maxMs: number,
): void {
  const reader = new XorReader(bytes);
  buffer.reserve(reader.count);
  const { timestampsMs, values, startTimestampsMs, histograms } = buffer;
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  let row = buffer.count;
  while (reader.next() && reader.timestampMs <= maxMs) {
    timestampsMs[row] = reader.timestampMs;
    words[row * 2] = reader.value.low;
    words[row * 2 + 1] = reader.value.high;
    if (reader.timestampMs >= minMs) row++;
  }
  startTimestampsMs?.fill(0, buffer.count, row);
  histograms?.fill(undefined, buffer.count, row);
  buffer.count = row;
}

/** Reads a chunk sample by sample. */
class XorReader {
  readonly bits: BitReader;
  readonly value = new XorValueReader();
  readonly count: number;
  timestampMs = 0;
  deltaMs = 0;
  #index = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length < headerBytes) throw new ChunkError("chunk is shorter than its header");
    this.bits = new BitReader(bytes, headerBytes);
    this.count = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  }

  /** Moves to the next sample; false behind the last. */
  next(): boolean {
    if (this.#index === this.count) return false;
    this.#index++;
    if (this.#index > 2) {
      this.#readNext();
      return true;
    }
    if (this.#index === 1) {
      this.timestampMs = this.bits.readVarint();
      this.value.readRaw(this.bits);
    } else {
      this.deltaMs = this.bits.readUvarint();
      this.timestampMs += this.deltaMs;
      this.value.readDelta(this.bits);
    }
    return true;
  }

  #readNext(): void {
    const ahead = this.bits.peek();
    if (ahead >= 0) {
      this.timestampMs += this.deltaMs;
      // The two most frequent bits of all: same distance, same value.
      if (ahead < 0x4000_0000) return this.bits.skip(2);
      this.bits.skip(2);
      return this.value.readChange(this.bits);
    }
    this.deltaMs += readDeltaChange(this.bits, ahead >>> 0);
    this.timestampMs += this.deltaMs;
    this.value.readDelta(this.bits);
  }
}

function writeDeltaChange(bits: BitWriter, changeMs: number): void {
  if (changeMs === 0) bits.writeBit(0);
  else if (fitsSigned(changeMs, 14)) bits.writeBits((0b10 << 14) | (changeMs & 0x3fff), 16);
  else if (fitsSigned(changeMs, 17)) bits.writeBits((0b110 << 17) | (changeMs & 0x1ffff), 20);
  else if (fitsSigned(changeMs, 20)) bits.writeBits((0b1110 << 20) | (changeMs & 0xfffff), 24);
  else {
    bits.writeBits(0b1111, 4);
    bits.writeWhole(changeMs, 64);
  }
}

function readDeltaChange(bits: BitReader, ahead: number): number {
  if (ahead < 0xc000_0000) return readSized(bits, 2, 14);
  if (ahead < 0xe000_0000) return readSized(bits, 3, 17);
  if (ahead < 0xf000_0000) return readSized(bits, 4, 20);
  bits.skip(4);
  return bits.readWhole(64);
}

function readSized(bits: BitReader, prefix: number, count: number): number {
  bits.skip(prefix);
  return signedOf(bits.readBits(count), count);
}
