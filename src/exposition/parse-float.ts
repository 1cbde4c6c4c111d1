import { quoteGo } from "#base";

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const infinity = /^([+-]?)inf(?:inity)?$/i;

/** A number, or what is wrong with it. */
export type ParsedFloat = number | { readonly problem: string };

/** Reads a number as Go's `strconv.ParseFloat` does, without hexadecimal ones and underscores. */
export function parseGoFloat(text: string): ParsedFloat {
  if (/[pP_]/.test(text)) return { problem: "unsupported character in float" };
  if (decimal.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : parseProblem("ParseFloat", text, "value out of range");
  }
  const found = infinity.exec(text);
  if (found !== null) {
    return found[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (/^nan$/i.test(text)) return Number.NaN;
  return parseProblem("ParseFloat", text, "invalid syntax");
}

/** The error of one of Go's number functions. */
export function parseProblem(
  name: string,
  text: string,
  problem: string,
): { readonly problem: string } {
  return { problem: `strconv.${name}: parsing ${quoteGo(text)}: ${problem}` };
}
