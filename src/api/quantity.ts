/**
 * Quantities: exact fixed-point numbers with a suffix, such as `250m`, `1.5Gi` or `12e6`.
 *
 * An amount is a whole number of nanos (10⁻⁹), which is the finest step that upstream keeps. The
 * suffix family a quantity was written in is part of it, so that arithmetic prints as people wrote:
 * binary (`Ki`, `Mi`), decimal (`m`, `k`, `M`) or exponent (`e3`). Behaviour, rounding and quirks are
 * those of apimachinery's `resource.Quantity`.
 */

import { ValueError } from "./value-error.ts";

export type QuantityFormat = "BinarySI" | "DecimalSI" | "DecimalExponent";

export interface Quantity {
  /** The amount, times 10⁹. */
  readonly nanos: bigint;
  readonly format: QuantityFormat;
  /** The text it was read from, when that is what upstream prints back unchanged. */
  readonly text?: string;
}

export const zeroQuantity: Quantity = { nanos: 0n, format: "DecimalSI", text: "0" };

/** Digits and exponents beyond this are refused; no machine has that much of anything. */
const digitCountMax = 256;
const exponentMax = 256;
const nanosPerUnit = 1_000_000_000n;
const nanosPerMilli = 1_000_000n;
/** The largest binary quantity: 2⁶³ - 1. */
const binaryNanosMax = (2n ** 63n - 1n) * nanosPerUnit;

const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const decimalNames: ReadonlyMap<number, string> = new Map(
  [...decimalSuffixes].map(([suffix, exponent]) => [exponent, suffix]),
);

const shape = /^([+-]?)(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/;
const wrongFormat =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongNumber = "unable to parse numeric part of quantity";
const wrongSuffix = "unable to parse quantity's suffix";

/** Reads a quantity; throws `ValueError` in upstream's words. */
export function parseQuantity(text: string): Quantity {
  if (text === "0") return zeroQuantity;
  const [, sign, whole = "", fraction = "", suffix = ""] = shape.exec(text) ?? wrong(wrongFormat);
  const digitCount = whole.length + fraction.length;
  if (text === "") wrong(wrongFormat);
  if (digitCount === 0 || digitCount > digitCountMax) wrong(wrongNumber);
  const scale = suffixScale(suffix);
  const numerator = BigInt(whole + fraction);
  const magnitude = bounded(scaled(numerator, scale, fraction.length), scale.format);
  const isFraction = magnitude > 0n && magnitude < nanosPerUnit;
  const format = scale.format === "BinarySI" && isFraction ? "DecimalSI" : scale.format;
  const nanos = sign === "-" ? -magnitude : magnitude;
  const digits = whole.replace(/^0+/, "") + fraction;
  return isKeptAsWritten(digits, fraction.length, scale, numerator)
    ? { nanos, format, text }
    : { nanos, format };
}

function bounded(nanos: bigint, format: QuantityFormat): bigint {
  return format === "BinarySI" && nanos > binaryNanosMax ? binaryNanosMax : nanos;
}

function wrong(message: string): never {
  throw new ValueError(message);
}

interface SuffixScale {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function suffixScale(suffix: string): SuffixScale {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = binarySuffixes.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  const exponent = /^[eE]([-+]?\d{1,9})$/.exec(suffix)?.[1];
  if (exponent === undefined || Math.abs(Number(exponent)) > exponentMax) {
    throw new ValueError(wrongSuffix);
  }
  return { base: 10, exponent: Number(exponent), format: "DecimalExponent" };
}

/** `numerator` × 10^-fractionDigits × the suffix, in nanos, away from zero to the next whole nano. */
function scaled(numerator: bigint, scale: SuffixScale, fractionDigits: number): bigint {
  const power = (scale.base === 10 ? scale.exponent : 0) - fractionDigits + 9;
  const factor = scale.base === 2 ? 2n ** BigInt(scale.exponent) : 1n;
  const amount = numerator * factor;
  return power >= 0 ? amount * 10n ** BigInt(power) : divideUp(amount, 10n ** BigInt(-power));
}

/** Upstream keeps the text of what its fast path takes for canonical, for example `1.500`. */
function isKeptAsWritten(
  digits: string,
  fractionDigits: number,
  scale: SuffixScale,
  numerator: bigint,
): boolean {
  if (digits === "" || digits.startsWith("0")) return false;
  if (scale.format === "BinarySI") {
    const spare = 15 - digits.length - Math.trunc((scale.exponent * 3) / 10) - 1;
    return fractionDigits === 0 && spare >= 0 && (numerator & 7n) !== 0n;
  }
  const decimalScale = scale.exponent - fractionDigits;
  const isShort = digits.length <= 18 && decimalScale >= -9;
  return isShort && decimalScale % 3 === 0 && !digits.endsWith("000");
}

/** The canonical text: the largest suffix of its family that leaves a whole number. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  const { nanos, format } = quantity;
  if (nanos === 0n) return "0";
  const isSmall = nanos > -1024n * nanosPerUnit && nanos < 1024n * nanosPerUnit;
  const isWhole = nanos % nanosPerUnit === 0n;
  if (format === "BinarySI" && !isSmall && isWhole) return binaryText(nanos / nanosPerUnit);
  return decimalText(nanos, format === "DecimalExponent" ? "DecimalExponent" : "DecimalSI");
}

function binaryText(units: bigint): string {
  let mantissa = units;
  let index = 0;
  while (index < binarySuffixes.length - 1 && mantissa % 1024n === 0n) {
    mantissa /= 1024n;
    index++;
  }
  return `${mantissa}${binarySuffixes[index]}`;
}

function decimalText(nanos: bigint, format: QuantityFormat): string {
  let mantissa = nanos;
  let exponent = -9;
  const exponentEnd = format === "DecimalSI" ? 18 : Number.MAX_SAFE_INTEGER;
  while (exponent < exponentEnd && mantissa % 1000n === 0n) {
    mantissa /= 1000n;
    exponent += 3;
  }
  if (exponent === 0) return `${mantissa}`;
  if (format === "DecimalExponent") return `${mantissa}e${exponent}`;
  return `${mantissa}${decimalNames.get(exponent)}`;
}

/** The canonical text of `text`. */
export function canonicalQuantity(text: string): string {
  return isPlainCanonical(text) ? text : formatQuantity(parseQuantity(text));
}

/** The common shapes, recognised without big arithmetic: `4`, `250m`, `10Gi`. */
function isPlainCanonical(text: string): boolean {
  const match = /^([1-9]\d{0,2})(m|k|M|G|Mi|Gi|Ki)?$/.exec(text);
  if (match === null) return false;
  return match[2]?.endsWith("i") !== true || (Number(match[1]) & 7) !== 0;
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  if (left.nanos === right.nanos) return 0;
  return left.nanos < right.nanos ? -1 : 1;
}

/** The sum, in the format of `left`, or of `right` when `left` is zero. */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  return { nanos: left.nanos + right.nanos, format: formatOf(left, right) };
}

/** The difference, in the format of `left`, or of `right` when `left` is zero. */
export function subtractQuantities(left: Quantity, right: Quantity): Quantity {
  return { nanos: left.nanos - right.nanos, format: formatOf(left, right) };
}

function formatOf(left: Quantity, right: Quantity): QuantityFormat {
  return left.nanos === 0n ? right.format : left.format;
}

/** A quantity of `units`, for example bytes as `BinarySI`. */
export function quantityOf(units: number | bigint, format: QuantityFormat): Quantity {
  return { nanos: BigInt(units) * nanosPerUnit, format };
}

/** A quantity of thousandths, for example CPU time. */
export function milliQuantityOf(millis: number | bigint, format: QuantityFormat): Quantity {
  return { nanos: BigInt(millis) * nanosPerMilli, format };
}

/** The amount in whole units, rounded up: bytes of memory, number of pods. */
export function quantityUnits(quantity: Quantity): number {
  return Number(divideUp(quantity.nanos, nanosPerUnit));
}

/** The amount in thousandths, rounded up: CPU. */
export function quantityMillis(quantity: Quantity): number {
  return Number(divideUp(quantity.nanos, nanosPerMilli));
}

/** Away from zero, as upstream scales. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  if (dividend % divisor === 0n) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}
