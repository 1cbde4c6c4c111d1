import type { ScalarValue } from "./node.ts";

const words: ReadonlyMap<string, ScalarValue> = new Map<string, ScalarValue>([
  ["", null],
  ["~", null],
  ["null", null],
  ["Null", null],
  ["NULL", null],
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["False", false],
  ["FALSE", false],
  [".nan", Number.NaN],
  [".NaN", Number.NaN],
  [".NAN", Number.NaN],
]);

/**
 * What a scalar without quotes means. As upstream's reader has it: YAML 1.2, so that `yes` and `22:22`
 * are text, but a leading zero makes a number octal, because people write modes that way.
 */
export function resolveScalar(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  return resolveNumber(text) ?? text;
}

function resolveNumber(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.replaceAll("_", "");
  const [, sign, digits = ""] = /^([-+]?)(0x[0-9a-fA-F]+|0o?[0-7]+|0b[01]+)$/.exec(plain) ?? [];
  if (digits !== "") {
    const literal = /^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits;
    return sign === "-" ? -Number(literal) : Number(literal);
  }
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(plain)) return Number(plain);
  const [, minus] = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text) ?? [];
  if (minus === undefined) return undefined;
  return minus === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
