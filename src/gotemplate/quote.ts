/** Go's quoted strings and characters, written as `%+q` and `%q` do and read as the compiler does. */

/** The text in double quotes, with everything escaped that is not ASCII. */
export function quoteAscii(text: string): string {
  return quoteWith(text, '"', (codePoint) => codePoint >= 0x20 && codePoint < 0x7f);
}

/** A character in single quotes; one that does not exist is shown as U+FFFD. */
export function quoteCharacter(codePoint: number): string {
  const exists = codePoint >= 0 && codePoint <= 0x10ffff && !isSurrogate(codePoint);
  return quoteWith(String.fromCodePoint(exists ? codePoint : 0xfffd), "'", isPrintable);
}

/** Whether Go shows the character as it is. */
export function isPrintable(codePoint: number): boolean {
  if (codePoint < 0x7f) return codePoint >= 0x20;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(String.fromCodePoint(codePoint));
}

/**
 * What a quoted string of Go says, in double or back quotes; undefined when it is not one.
 * Escaped bytes that are not UTF-8 together become U+FFFD.
 */
export function unquote(quoted: string): string | undefined {
  const mark = quoted[0];
  const inner = quoted.slice(1, -1);
  if (quoted.length < 2 || quoted.at(-1) !== mark) return undefined;
  if (mark === "`") return inner.includes("`") ? undefined : inner.replaceAll("\r", "");
  if (mark !== '"' || inner.includes("\n")) return undefined;
  return unescape(inner, '"');
}

/** The one character of a constant such as `'a'` or `'\n'`; undefined when it is not one. */
export function unquoteCharacter(quoted: string): number | undefined {
  if (quoted.length < 3 || quoted[0] !== "'" || quoted.at(-1) !== "'") return undefined;
  const inner = quoted.slice(1, -1);
  const byte = /^\\(?:x([0-9a-fA-F]{2})|([0-7]{3}))$/.exec(inner);
  if (byte !== null) return Number.parseInt(byte[1] ?? byte[2] ?? "", byte[1] ? 16 : 8);
  const text = unescape(inner, "'");
  return text === undefined || Array.from(text).length !== 1 ? undefined : text.codePointAt(0);
}

function unescape(inner: string, mark: string): string | undefined {
  const bytes: number[] = [];
  const encoder = new TextEncoder();
  const piece = new RegExp(`[^\\\\"']+|["']|${escapePattern.source}`, "y");
  while (piece.lastIndex < inner.length) {
    const found = piece.exec(inner);
    if (found === null || found[0] === mark) return undefined;
    const decoded = found[0].startsWith("\\")
      ? decodeEscape(found, mark)
      : encoder.encode(found[0]);
    if (decoded === undefined) return undefined;
    for (const byte of decoded) bytes.push(byte);
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

const escapePattern =
  /\\(?:([abfnrtv\\'"])|([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/;

/** The bytes that an escape stands for. */
function decodeEscape(escape: RegExpExecArray, mark: string): Iterable<number> | undefined {
  const [, single, octal, hexadecimal, short, long] = escape;
  if (single !== undefined) {
    if ((single === "'" || single === '"') && single !== mark) return undefined;
    return [(namedEscapes.get(single) ?? single).charCodeAt(0)];
  }
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 255 ? undefined : [byte];
  }
  if (hexadecimal !== undefined) return [Number.parseInt(hexadecimal, 16)];
  const codePoint = Number.parseInt(short ?? long ?? "", 16);
  if (codePoint > 0x10ffff || isSurrogate(codePoint)) return undefined;
  return new TextEncoder().encode(String.fromCodePoint(codePoint));
}

function quoteWith(text: string, mark: string, isShown: (codePoint: number) => boolean): string {
  let out = mark;
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (character === mark || character === "\\") out += `\\${character}`;
    else if (isShown(codePoint)) out += character;
    else out += escapeOf(character, codePoint);
  }
  return out + mark;
}

function escapeOf(character: string, codePoint: number): string {
  for (const [letter, meaning] of namedEscapes) if (meaning === character) return `\\${letter}`;
  const digits = codePoint.toString(16);
  if (codePoint < 0x20 || codePoint === 0x7f) return `\\x${digits.padStart(2, "0")}`;
  if (isSurrogate(codePoint)) return "\\ufffd";
  return codePoint > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

const namedEscapes: ReadonlyMap<string, string> = new Map([
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

function isSurrogate(codePoint: number): boolean {
  return codePoint >= 0xd800 && codePoint <= 0xdfff;
}
