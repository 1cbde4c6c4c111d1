/**
 * Whole numbers of varying size, as histogram chunks hold them: a prefix of ones tells the size.
 *
 * `n` bits hold −2^(n−1)+1 to 2^(n−1): shifted by one from two's complement, as upstream has it.
 */
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";

/** Bits after a prefix of as many ones as the index says and a zero; eight ones: 64 bits. */
const sizes = [0, 3, 6, 9, 12, 18, 25, 56] as const;
const escapeIndex = sizes.length;
/** From here on prefix and number take more than 32 bits. */
const longIndex = 7;
const longBits = 56;

/** Whether `whole` fits into `count` bits. */
export function fitsSigned(whole: number, count: number): boolean {
  const half = 2 ** (count - 1);
  return whole > -half && whole <= half;
}

/** The signed number in `count` (up to 32) bits read as an unsigned one. */
export function signedOf(bits: number, count: number): number {
  return bits > 2 ** (count - 1) ? bits - 2 ** count : bits;
}

export function writeVarbit(bits: BitWriter, whole: number): void {
  if (whole === 0) return bits.writeBit(0);
  let index = 1;
  while (index < escapeIndex && !fitsSigned(whole, sizes[index] ?? 0)) index++;
  writeSized(bits, whole, index);
}

/** The same for numbers that are never negative. */
export function writeVarbitUnsigned(bits: BitWriter, whole: number): void {
  if (whole === 0) return bits.writeBit(0);
  let index = 1;
  while (index < escapeIndex && whole >= 2 ** (sizes[index] ?? 0)) index++;
  writeSized(bits, whole, index);
}

export function readVarbit(bits: BitReader): number {
  const ahead = bits.peek();
  const ones = onesOf(ahead);
  if (ones < longIndex) return signedOf(readShort(bits, ahead, ones), sizes[ones] ?? 0);
  bits.skip(8);
  if (ones === escapeIndex) return bits.readWhole(64);
  const whole = bits.readWhole(longBits);
  // The one number whose sign the two forms see differently.
  return whole === -(2 ** (longBits - 1)) ? -whole : whole;
}

export function readVarbitUnsigned(bits: BitReader): number {
  const ahead = bits.peek();
  const ones = onesOf(ahead);
  if (ones < longIndex) return readShort(bits, ahead, ones);
  bits.skip(8);
  const high = bits.readBits((ones === escapeIndex ? 64 : longBits) - 32);
  return high * 2 ** 32 + bits.readBits(32);
}

/** How many ones come first, up to eight. */
function onesOf(ahead: number): number {
  return Math.min(escapeIndex, Math.clz32(~ahead));
}

/** The bits of a number that `ahead` holds whole, prefix included. */
function readShort(bits: BitReader, ahead: number, ones: number): number {
  const size = sizes[ones] ?? 0;
  bits.skip(ones + 1 + size);
  return size === 0 ? 0 : (ahead << (ones + 1)) >>> (32 - size);
}

function writeSized(bits: BitWriter, whole: number, index: number): void {
  const size = sizes[index];
  if (size === undefined) {
    bits.writeBits(0xff, 8);
    return bits.writeWhole(whole, 64);
  }
  // As many ones as the index says, then a zero.
  const prefix = (2 << index) - 2;
  if (size > 32) {
    bits.writeBits(prefix, index + 1);
    return bits.writeWhole(whole, size);
  }
  bits.writeBits((prefix << size) | (whole & (2 ** size - 1)), index + 1 + size);
}
