import {
  binaryParts,
  type Decimal,
  fixedDecimal,
  preciseDecimal,
  shortestDecimal,
} from "./decimal.ts";

export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/**
 * A float64 as `strconv.FormatFloat` writes it. `precision` counts digits after the point for `e`, `f`
 * and `x` and all digits for `g`; undefined is as many as are needed to read the same number back.
 */
export function formatGoFloat(value: number, verb: FloatVerb, precision?: number): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!Number.isFinite(value)) return sign === "-" ? "-Inf" : "+Inf";
  const text = formatMagnitude(Math.abs(value), verb, precision);
  return sign + ("EGX".includes(verb) ? text.toUpperCase() : text);
}

function formatMagnitude(magnitude: number, verb: FloatVerb, precision?: number): string {
  switch (verb) {
    case "e":
    case "E":
      return exponential(magnitude, precision);
    case "f":
      return fixed(magnitude, precision);
    case "g":
    case "G":
      return general(magnitude, precision);
    case "x":
    case "X":
      return hexadecimal(magnitude, precision);
    case "b": {
      const { mantissa, power } = binaryParts(magnitude);
      return `${mantissa}p${power < 0 ? "" : "+"}${power}`;
    }
  }
}

function exponential(magnitude: number, precision: number | undefined): string {
  const decimal =
    precision === undefined ? shortestDecimal(magnitude) : preciseDecimal(magnitude, precision + 1);
  const count = (precision ?? Math.max(decimal.digits.length - 1, 0)) + 1;
  return withExponent(decimal, count);
}

function withExponent(decimal: Decimal, digitCount: number): string {
  const digits = decimal.digits.padEnd(digitCount, "0");
  const fraction = digitCount > 1 ? `.${digits.slice(1, digitCount)}` : "";
  const exponent = decimal.digits === "" ? 0 : decimal.exponent - 1;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0] ?? "0"}${fraction}e${exponent < 0 ? "-" : "+"}${size}`;
}

function fixed(magnitude: number, precision: number | undefined): string {
  const decimal =
    precision === undefined ? shortestDecimal(magnitude) : fixedDecimal(magnitude, precision);
  const { digits, exponent } = decimal;
  return positional(decimal, precision ?? Math.max(digits.length - exponent, 0));
}

function positional({ digits, exponent }: Decimal, fractionDigits: number): string {
  const whole = exponent > 0 ? digits.slice(0, exponent).padEnd(exponent, "0") : "0";
  if (fractionDigits === 0) return whole;
  const leading = "0".repeat(Math.min(Math.max(-exponent, 0), fractionDigits));
  const fraction = leading + digits.slice(Math.max(exponent, 0));
  return `${whole}.${fraction.slice(0, fractionDigits).padEnd(fractionDigits, "0")}`;
}

/** Positional for numbers of ordinary size, exponential for the others. */
function general(magnitude: number, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal =
    wanted === undefined ? shortestDecimal(magnitude) : preciseDecimal(magnitude, wanted);
  const digits = decimal.digits.replace(/0+$/, "");
  const trimmed = { digits, exponent: digits === "" ? 0 : decimal.exponent };
  const exponent = trimmed.exponent - 1;
  const isLarge = exponent >= exponentLimit(wanted, trimmed);
  if (digits !== "" && (exponent < -4 || isLarge)) {
    return withExponent(trimmed, Math.max(digits.length, 1));
  }
  return positional(trimmed, Math.max(digits.length - trimmed.exponent, 0));
}

/** A hexadecimal mantissa that begins with 1, and a power of two. */
function hexadecimal(magnitude: number, precision: number | undefined): string {
  if (magnitude === 0) return `0x0${pointed("0".repeat(precision ?? 0))}p+00`;
  const parts = binaryParts(magnitude);
  const bitCount = parts.mantissa.toString(2).length;
  // With the point behind the first bit, the other 52 are 13 digits.
  let mantissa = parts.mantissa << BigInt(53 - bitCount);
  let exponent = parts.power + bitCount - 1;
  const dropped = BigInt(4 * Math.max(13 - (precision ?? 13), 0));
  if (dropped > 0n) {
    const rest = mantissa & ((1n << dropped) - 1n);
    const half = 1n << (dropped - 1n);
    mantissa >>= dropped;
    if (rest > half || (rest === half && mantissa % 2n === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >= 1n << 53n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const fraction = mantissa.toString(16).slice(1);
  const digits =
    precision === undefined
      ? fraction.replace(/0+$/, "")
      : fraction.slice(0, precision).padEnd(precision, "0");
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `0x1${pointed(digits)}p${exponent < 0 ? "-" : "+"}${size}`;
}

function pointed(fraction: string): string {
  return fraction === "" ? "" : `.${fraction}`;
}

/** From which exponent on a number counts as large. */
function exponentLimit(precision: number | undefined, { digits, exponent }: Decimal): number {
  if (precision === undefined) return 6;
  return precision > digits.length && digits.length >= exponent ? digits.length : precision;
}
