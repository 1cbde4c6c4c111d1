/**
 * Whole numbers of varying size, as histogram chunks hold them: a prefix of ones tells the size.
 *
 * `n` bits hold −2^(n−1)+1 to 2^(n−1): shifted by one from two's complement, as upstream has it.
 */
import type { BitReader } from "./bit-reader.ts";
import type { BitWriter } from "./bit-writer.ts";

/** Bits after a prefix of as many ones as the index says and a zero; eight ones: 64 bits. */
const sizes = [0, 3, 6, 9, 12, 18, 25, 56] as const;
const escapePrefix = 0xff;

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
  const index = sizes.findIndex((size) => size !== 0 && fitsSigned(whole, size));
  writeSized(bits, whole, index);
}

/** The same for numbers that are never negative. */
export function writeVarbitUnsigned(bits: BitWriter, whole: number): void {
  if (whole === 0) return bits.writeBit(0);
  const index = sizes.findIndex((size) => size !== 0 && whole < 2 ** size);
  writeSized(bits, whole, index);
}

export function readVarbit(bits: BitReader): number {
  const index = readPrefix(bits);
  if (index === 0) return 0;
  if (index === 8) return bits.readWhole(64);
  const size = sizes[index] ?? 0;
  if (size <= 25) return signedOf(bits.readBits(size), size);
  const whole = bits.readWhole(size);
  // The one number whose sign the two forms see differently.
  return whole === -(2 ** (size - 1)) ? -whole : whole;
}

export function readVarbitUnsigned(bits: BitReader): number {
  const index = readPrefix(bits);
  if (index === 0) return 0;
  const size = sizes[index] ?? 64;
  if (size <= 25) return bits.readBits(size);
  return bits.readBits(size - 32) * 2 ** 32 + bits.readBits(32);
}

function writeSized(bits: BitWriter, whole: number, index: number): void {
  if (index < 0) {
    bits.writeBits(escapePrefix, 8);
    return bits.writeWhole(whole, 64);
  }
  const size = sizes[index] ?? 0;
  bits.writeBits((2 << index) - 2, index + 1);
  if (size > 32) bits.writeWhole(whole, size);
  else bits.writeBits(whole, size);
}

/** How many ones come first, up to eight; they and the zero behind them are skipped. */
function readPrefix(bits: BitReader): number {
  const ones = Math.min(8, Math.clz32(~bits.peek()));
  bits.skip(ones === 8 ? 8 : ones + 1);
  return ones;
}
