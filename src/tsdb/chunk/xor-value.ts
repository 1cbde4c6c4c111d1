/**
 * A column of doubles compressed as the bits in which each differs from the one before (Gorilla).
 *
 * The differing bits of neighbours tend to lie at the same place, so a "window" of leading and
 * trailing zeros is written once and used while it fits. Doubles are handled as two words of 32 and
 * taken apart through typed arrays only: elsewhere an engine may turn one NaN into another.
 */
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";

// Written and read within one call: nothing stays in it. A view of its own for each encoder would
// cost more memory than what the chunk of a series holds.
const doubles = new Float64Array(1);
const words = new Int32Array(doubles.buffer);

/** The NaN that means "not a number", as upstream writes it. */
const nanHigh = 0x7ff80000;
const nanLow = 1;

/** More leading zeros than this do not fit into the five bits that tell them. */
const leadingMax = 31;
const noWindow = 0xff;

/** The value before, and zeros before and behind the bits that differed last, if any did. */
export interface LastXorValue {
  readonly high: number;
  readonly low: number;
  readonly window: { readonly leading: number; readonly trailing: number } | undefined;
}

export class XorValueWriter {
  /** The last value. */
  high = 0;
  low = 0;
  #deltaHigh = 0;
  #deltaLow = 0;
  #leading: number;
  #trailing: number;

  /** Goes on with the window of what was written so far; without one, the next change sets it. */
  constructor(last?: LastXorValue) {
    this.high = last?.high ?? 0;
    this.low = last?.low ?? 0;
    this.#leading = last?.window?.leading ?? noWindow;
    this.#trailing = last?.window?.trailing ?? 0;
  }

  /** Takes the next value. Of NaNs nothing but that is kept. */
  set(value: number): void {
    if (value !== value) return this.setWords(nanHigh, nanLow);
    doubles[0] = value;
    this.setWords(words[1] ?? 0, words[0] ?? 0);
  }

  /** Takes the value at `index` bit by bit. */
  setFrom(values: Float64Array, index: number): void {
    const value = values[index] ?? 0;
    if (value === value) doubles[0] = value;
    else doubles.set(values.subarray(index, index + 1));
    this.setWords(words[1] ?? 0, words[0] ?? 0);
  }

  /** Whether the last two values are the same, bit by bit. */
  get isUnchanged(): boolean {
    return (this.#deltaHigh | this.#deltaLow) === 0;
  }

  /** Writes the whole value. */
  writeRaw(bits: BitWriter): void {
    bits.writeWords(this.high, this.low, 64);
  }

  /** Writes what differs from the value before: one bit when nothing does. */
  writeDelta(bits: BitWriter): void {
    if (this.isUnchanged) return bits.writeBit(0);
    bits.writeBit(1);
    this.writeChange(bits);
  }

  /** Writes what differs, when something does: a bit that tells whether the window is new, then it. */
  writeChange(bits: BitWriter): void {
    if (this.fitsWindow) {
      bits.writeBit(0);
      this.writeInWindow(bits);
    } else {
      bits.writeBit(1);
      this.writeNewWindow(bits);
    }
  }

  /** Whether what differs lies within the window. */
  get fitsWindow(): boolean {
    return (
      this.#leading !== noWindow &&
      leadingZeros(this.#deltaHigh, this.#deltaLow) >= this.#leading &&
      trailingZeros(this.#deltaHigh, this.#deltaLow) >= this.#trailing
    );
  }

  writeNewWindow(bits: BitWriter): void {
    this.#leading = Math.min(leadingZeros(this.#deltaHigh, this.#deltaLow), leadingMax);
    this.#trailing = trailingZeros(this.#deltaHigh, this.#deltaLow);
    // 64 significant bits do not fit into six bits; 0 never occurs and stands for them.
    const significant = (64 - this.#leading - this.#trailing) & 63;
    bits.writeBits((this.#leading << 6) | significant, 11);
    this.writeInWindow(bits);
  }

  writeInWindow(bits: BitWriter): void {
    const trailing = this.#trailing;
    const count = 64 - this.#leading - trailing;
    if (trailing === 0) return bits.writeWords(this.#deltaHigh, this.#deltaLow, count);
    if (trailing >= 32) return bits.writeBits(this.#deltaHigh >>> (trailing - 32), count);
    const low = (this.#deltaLow >>> trailing) | (this.#deltaHigh << (32 - trailing));
    bits.writeWords(this.#deltaHigh >>> trailing, low, count);
  }

  /** Takes a value that is apart already. */
  setWords(high: number, low: number): void {
    this.#deltaHigh = high ^ this.high;
    this.#deltaLow = low ^ this.low;
    this.high = high;
    this.low = low;
  }
}

export class XorValueReader {
  high = 0;
  low = 0;
  #leading = 0;
  #trailing = 0;
  #hasWindow = false;

  get window(): LastXorValue["window"] {
    return this.#hasWindow ? { leading: this.#leading, trailing: this.#trailing } : undefined;
  }

  /** The last value, as far as a number holds it: its kind of NaN may get lost. */
  get value(): number {
    words[1] = this.high;
    words[0] = this.low;
    return doubles[0] ?? 0;
  }

  readRaw(bits: BitReader): void {
    this.high = bits.readWord(32);
    this.low = bits.readWord(32);
  }

  readDelta(bits: BitReader): void {
    const isUnchanged = bits.peek() >= 0;
    bits.skip(1);
    if (!isUnchanged) this.readChange(bits);
  }

  readChange(bits: BitReader): void {
    const isNew = bits.peek() < 0;
    bits.skip(1);
    if (isNew) this.readNewWindow(bits);
    else this.readInWindow(bits);
  }

  readNewWindow(bits: BitReader): void {
    const ahead = bits.peek();
    bits.skip(11);
    this.#leading = ahead >>> 27;
    const significant = (ahead >>> 21) & 63;
    this.#trailing = Math.max(0, 64 - this.#leading - (significant === 0 ? 64 : significant));
    this.#hasWindow = true;
    this.readInWindow(bits);
  }

  readInWindow(bits: BitReader): void {
    const trailing = this.#trailing;
    const count = 64 - this.#leading - trailing;
    const high = count > 32 ? bits.readWord(count - 32) : 0;
    const low = bits.readWord(count > 32 ? 32 : count);
    if (trailing === 0) {
      this.high ^= high;
      this.low ^= low;
    } else if (trailing >= 32) {
      this.high ^= low << (trailing - 32);
    } else {
      this.high ^= (high << trailing) | (low >>> (32 - trailing));
      this.low ^= low << trailing;
    }
  }
}

function leadingZeros(high: number, low: number): number {
  return high === 0 ? 32 + Math.clz32(low) : Math.clz32(high);
}

function trailingZeros(high: number, low: number): number {
  return low === 0 ? 32 + trailingZeros32(high) : trailingZeros32(low);
}

function trailingZeros32(word: number): number {
  return 31 - Math.clz32(word & -word);
}
