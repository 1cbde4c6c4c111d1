import { quoteGo } from "#base";

/**
 * The text of a string literal without its quotes and escapes, by Go's rules. The lexer has checked
 * the escapes. `\x` and octal escapes name bytes, which together may form a character; a byte that is
 * part of none becomes the lone surrogate U+DC00 plus the byte, so that the text is seen to be invalid
 * and is printed as it was written.
 */
export function unquote(literal: string): string {
  const content = literal.slice(1, -1);
  if (literal.startsWith("`") || !content.includes("\\")) return content;
  const bytes: number[] = [];
  for (const [piece] of content.matchAll(escapeOrText)) bytes.push(...bytesOf(piece));
  return decode(Uint8Array.from(bytes));
}

function decode(bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const text = decoder.decode(bytes);
  if (!text.includes("\ufffd")) return text;
  let pieces = "";
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    const length = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const character = decoder.decode(bytes.subarray(index, index + length));
    const isValid = !character.includes("\ufffd");
    pieces += isValid ? character : String.fromCharCode(0xdc00 + byte);
    index += isValid ? length : 1;
  }
  return pieces;
}

const escapeOrText =
  /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)|[^\\]{1,1000}/gsu;

const plainEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

function bytesOf(piece: string): Iterable<number> {
  if (!piece.startsWith("\\")) return new TextEncoder().encode(piece);
  const letter = piece.charAt(1);
  const digits = piece.slice(2);
  if (letter === "x") return [Number.parseInt(digits, 16)];
  if (/[0-7]/.test(letter)) return [Number.parseInt(piece.slice(1), 8)];
  if (digits === "") return new TextEncoder().encode(plainEscapes.get(letter) ?? letter);
  return new TextEncoder().encode(String.fromCodePoint(Number.parseInt(digits, 16)));
}

const int64Max = 2n ** 63n - 1n;
const integer = /^(?:0[xX](?:_?[0-9a-fA-F])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const decimal =
  /^(?:[0-9](?:_?[0-9])*)?(?:\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?$/;

/** A number, or why a text is none. */
export type ParsedNumber = { readonly value: number } | { readonly problem: string };

/**
 * Reads an unsigned number as Go does: decimals with an exponent, hexadecimal and octal integers,
 * digits apart by underscores, `Inf` and `NaN` in any case.
 */
export function parseNumber(text: string): ParsedNumber {
  const word = text.toLowerCase();
  if (word === "inf") return { value: Number.POSITIVE_INFINITY };
  if (word === "nan") return { value: Number.NaN };
  if (integer.test(text)) {
    const value = BigInt(integerSource(text));
    if (value <= int64Max) return { value: Number(value) };
  }
  if (!decimal.test(text) || !/[0-9]/.test(text)) return refuse(text, "invalid syntax");
  const value = Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? { value } : refuse(text, "value out of range");
}

/** Octal numbers are written `0o17` in JavaScript. */
function integerSource(text: string): string {
  const digits = text.replaceAll("_", "");
  return /^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits;
}

function refuse(text: string, reason: string): ParsedNumber {
  const step = `strconv.ParseFloat: parsing ${quoteGo(text)}: ${reason}`;
  return { problem: `error parsing number: ${step}` };
}
