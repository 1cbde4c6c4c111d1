/**
 * Unpacks what Go's `compress/lzw` packs, least significant bits first, with literals of eight bits.
 * Memberlist packs nearly everything that it sends so; packing is the sender's choice, and ours is not to.
 */
import { GossipError } from "./gossip-error.ts";

const clearCode = 256;
const endCode = 257;
const widthMax = 12;
const initialBytes = 1_024;

/** Throws `GossipError` for what is broken, and for what comes to more than `bytesMax`. */
export function decompressLzw(packed: Uint8Array, bytesMax: number): Uint8Array {
  const unpacking = new Unpacking(bytesMax);
  let bits = 0;
  let bitCount = 0;
  for (const byte of packed) {
    bits |= byte << bitCount;
    bitCount += 8;
    if (bitCount < unpacking.width) continue;
    const { width } = unpacking;
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    bitCount -= width;
    if (code === endCode) return unpacking.unpacked();
    unpacking.take(code);
  }
  throw new GossipError("packed message is cut off");
}

class Unpacking {
  /** How many bits the next code has. */
  width = 9;
  readonly #bytesMax: number;
  /** What a code stands for: the last byte of it, and the code of everything before. */
  readonly #suffixes = new Uint8Array(1 << widthMax);
  readonly #prefixes = new Uint16Array(1 << widthMax);
  readonly #lengths = new Uint16Array(1 << widthMax);
  #nextCode = endCode;
  #last: number | undefined = undefined;
  #output = new Uint8Array(initialBytes);
  #length = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
    for (let code = 0; code < clearCode; code++) {
      this.#suffixes[code] = code;
      this.#lengths[code] = 1;
    }
  }

  take(code: number): void {
    if (code === clearCode) {
      this.width = 9;
      this.#nextCode = endCode;
      this.#last = undefined;
      return;
    }
    const last = this.#last;
    if (code > this.#nextCode) throw new GossipError("packed message has an unknown code");
    if (last !== undefined) {
      // A code that is used while it is made stands for the last one and the first byte of that.
      this.#define(this.#nextCode, last, this.#firstOf(code === this.#nextCode ? last : code));
    }
    this.#write(code);
    this.#advance(code);
  }

  unpacked(): Uint8Array {
    return this.#output.slice(0, this.#length);
  }

  #advance(code: number): void {
    this.#last = code;
    this.#nextCode++;
    if (this.#nextCode < 1 << this.width) return;
    if (this.width < widthMax) {
      this.width++;
      return;
    }
    // The table is full: nothing is added until it is cleared.
    this.#last = undefined;
    this.#nextCode--;
  }

  #define(code: number, prefix: number, suffix: number): void {
    this.#prefixes[code] = prefix;
    this.#suffixes[code] = suffix;
    this.#lengths[code] = (this.#lengths[prefix] ?? 0) + 1;
  }

  #firstOf(code: number): number {
    let first = code;
    while (first > endCode) first = this.#prefixes[first] ?? 0;
    return first;
  }

  /** Writes what a code stands for, from its end. */
  #write(code: number): void {
    const length = this.#lengths[code] ?? 0;
    this.#reserve(length);
    let at = this.#length + length - 1;
    let rest = code;
    for (; rest > endCode; rest = this.#prefixes[rest] ?? 0) {
      this.#output[at--] = this.#suffixes[rest] ?? 0;
    }
    this.#output[at] = rest;
    this.#length += length;
  }

  #reserve(length: number): void {
    const needed = this.#length + length;
    if (needed > this.#bytesMax) throw new GossipError("packed message is too large");
    if (needed <= this.#output.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#output.length * 2));
    grown.set(this.#output.subarray(0, this.#length));
    this.#output = grown;
  }
}
