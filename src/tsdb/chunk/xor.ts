/**
 * Float chunks, encoding XOR: sample count (two bytes); then, bit by bit, the first sample whole, the
 * distance to the second, and from the third on how much the distance changed; values by `xor-value`.
 */
import { assert } from "#base";
import { SampleBuffer } from "#series";
import { BitWriter } from "./bit-writer.ts";
import type { Chunk, FloatEncoder } from "./chunk.ts";
import { decodeXorSpan } from "./decode-xor.ts";
import { fitsSigned } from "./varbit.ts";
import { XorValueWriter } from "./xor-value.ts";

const headerBytes = 2;
const initialBytes = 64;
/** The most samples that the header can tell. */
const samplesMax = 0xffff;
const everything = { minMs: Number.NEGATIVE_INFINITY, maxMs: Number.POSITIVE_INFINITY };

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
    const end = decodeXorSpan(chunk.bytes, new SampleBuffer(), everything);
    const { bitCount } = end;
    this.#bits = new BitWriter(chunk.bytes.slice(0, Math.ceil(bitCount / 8)), bitCount);
    this.#value = new XorValueWriter(end);
    this.#count = end.count;
    this.#timestampMs = end.timestampMs;
    this.#deltaMs = end.deltaMs;
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
