import {
  binaryParts,
  type Decimal,
  fixedDecimal,
  preciseDecimal,
  shortestDecimal,
} from "./decimal.ts";

export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b";

/**
 * A float64 as `strconv.FormatFloat` writes it. `precision` counts digits after the point for `e` and
 * `f` and all digits for `g`; undefined is as many as are needed to read the same number back.
 */
export function formatGoFloat(value: number, verb: FloatVerb, precision?: number): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  if (!Number.isFinite(value)) return sign === "-" ? "-Inf" : "+Inf";
  const magnitude = Math.abs(value);
  switch (verb) {
    case "e":
    case "E":
      return sign + exponential(magnitude, verb, precision);
    case "f":
      return sign + fixed(magnitude, precision);
    case "g":
    case "G":
      return sign + general(magnitude, verb === "g" ? "e" : "E", precision);
    case "b": {
      const { mantissa, power } = binaryParts(magnitude);
      return `${sign}${mantissa}p${power < 0 ? "" : "+"}${power}`;
    }
  }
}

function exponential(magnitude: number, letter: string, precision: number | undefined): string {
  const decimal =
    precision === undefined ? shortestDecimal(magnitude) : preciseDecimal(magnitude, precision + 1);
  const count = (precision ?? Math.max(decimal.digits.length - 1, 0)) + 1;
  return withExponent(decimal, letter, count);
}

function withExponent(decimal: Decimal, letter: string, digitCount: number): string {
  const digits = decimal.digits.padEnd(digitCount, "0");
  const fraction = digitCount > 1 ? `.${digits.slice(1, digitCount)}` : "";
  const exponent = decimal.digits === "" ? 0 : decimal.exponent - 1;
  const size = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits[0] ?? "0"}${fraction}${letter}${exponent < 0 ? "-" : "+"}${size}`;
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
function general(magnitude: number, letter: string, precision: number | undefined): string {
  const wanted = precision === 0 ? 1 : precision;
  const decimal =
    wanted === undefined ? shortestDecimal(magnitude) : preciseDecimal(magnitude, wanted);
  const digits = decimal.digits.replace(/0+$/, "");
  const trimmed = { digits, exponent: digits === "" ? 0 : decimal.exponent };
  const exponent = trimmed.exponent - 1;
  const isLarge = exponent >= exponentLimit(wanted, trimmed);
  if (digits !== "" && (exponent < -4 || isLarge)) {
    return withExponent(trimmed, letter, Math.max(digits.length, 1));
  }
  return positional(trimmed, Math.max(digits.length - trimmed.exponent, 0));
}

/** From which exponent on a number counts as large. */
function exponentLimit(precision: number | undefined, { digits, exponent }: Decimal): number {
  if (precision === undefined) return 6;
  return precision > digits.length && digits.length >= exponent ? digits.length : precision;
}
