/**
 * Decimal forms of doubles, rounded as Go rounds: exactly, and halves to even. JavaScript's own
 * methods round halves up, so they serve only where nothing can be half-way.
 */

/** `digits` × 10^(`exponent` − number of digits): 0.digits × 10^exponent. */
export interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

/** The fewest digits that read back as the same number. */
export function shortestDecimal(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: "", exponent: 0 };
  const [mantissa = "", exponent = ""] = magnitude.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) + 1 };
}

/** The number rounded to so many digits after the decimal point. */
export function fixedDecimal(magnitude: number, fractionDigits: number): Decimal {
  const exact = exactDecimal(magnitude);
  return roundedTo(exact, exact.exponent + fractionDigits);
}

/** The number rounded to so many digits in all. */
export function preciseDecimal(magnitude: number, digitCount: number): Decimal {
  if (magnitude === 0 || digitCount > 100) return roundedTo(exactDecimal(magnitude), digitCount);
  // Only a number that ends in a 5 behind the last digit can be half-way; others JavaScript rounds well.
  const { digits } = shortestDecimal(magnitude);
  const mayBeHalf = digits.length === digitCount + 1 && digits.endsWith("5");
  if (mayBeHalf) return roundedTo(exactDecimal(magnitude), digitCount);
  const [mantissa = "", exponent = ""] = magnitude.toExponential(digitCount - 1).split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) + 1 };
}

/** All digits of a double, which are finitely many: it is a whole number times a power of two. */
function exactDecimal(magnitude: number): Decimal {
  if (magnitude === 0) return { digits: "", exponent: 0 };
  const { mantissa, power } = binaryParts(magnitude);
  if (power >= 0) {
    const digits = (mantissa << BigInt(power)).toString();
    return { digits, exponent: digits.length };
  }
  // m / 2^k is m × 5^k / 10^k.
  const digits = (mantissa * 5n ** BigInt(-power)).toString();
  return { digits, exponent: digits.length + power };
}

/** `mantissa` × 2^`power`. */
export function binaryParts(magnitude: number): {
  readonly mantissa: bigint;
  readonly power: number;
} {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  if (exponent === 0) return { mantissa: fraction, power: -1074 };
  return { mantissa: fraction | (1n << 52n), power: exponent - 1075 };
}

function roundedTo(exact: Decimal, digitCount: number): Decimal {
  const { digits, exponent } = exact;
  if (digitCount >= digits.length) return exact;
  if (digitCount < 0) return { digits: "", exponent };
  const kept = digits.slice(0, digitCount);
  if (!roundsUp(digits, digitCount)) return { digits: kept, exponent };
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString().padStart(digitCount, "0");
  return { digits: raised, exponent: exponent + raised.length - digitCount };
}

function roundsUp(digits: string, digitCount: number): boolean {
  const next = digits[digitCount] ?? "0";
  const isHalf = next === "5" && /^0*$/.test(digits.slice(digitCount + 1));
  if (!isHalf) return next >= "5";
  return digitCount > 0 && Number(digits[digitCount - 1]) % 2 === 1;
}
