/** A letter as mail servers carry it (RFC 5322, 2045, 2047). */

export interface LetterPart {
  readonly contentType: string;
  readonly text: string;
}

/** The letter: its headers in order, then the parts, of which a reader shows the last it can. */
export function letterOf(
  headers: readonly (readonly [name: string, value: string])[],
  parts: readonly LetterPart[],
  boundary: string,
): string {
  const lines = headers.map(([name, value]) => `${name}: ${encodedWord(value)}`);
  const body = parts.map(
    ({ contentType, text }) =>
      `--${boundary}\r\nContent-Transfer-Encoding: quoted-printable\r\n` +
      `Content-Type: ${contentType}\r\n\r\n${quotedPrintable(text)}\r\n`,
  );
  return [
    ...lines,
    `Content-Type: multipart/alternative;  boundary=${boundary}`,
    "MIME-Version: 1.0",
    "",
    `${body.join("")}--${boundary}--`,
    "",
  ].join("\r\n");
}

/** The date as letters write it, in UTC. */
export function letterDate(epochMs: number): string {
  return new Date(epochMs).toUTCString().replace("GMT", "+0000");
}

const wordLengthMax = 75;

/** A value that is not plain ASCII is encoded, in words that are short enough. */
function encodedWord(value: string): string {
  // Nobody can smuggle a header into a value.
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  const prefix = "=?utf-8?q?";
  const words: string[] = [];
  let word = "";
  for (const character of value) {
    const encoded = encodedCharacter(character);
    if (prefix.length + word.length + encoded.length + 2 > wordLengthMax) {
      words.push(word);
      word = "";
    }
    word += encoded;
  }
  return [...words, word].map((one) => `${prefix}${one}?=`).join("\r\n ");
}

function encodedCharacter(character: string): string {
  if (character === " ") return "_";
  if (/^[A-Za-z0-9!*+\-/]$/.test(character)) return character;
  return hexadecimal(character);
}

const lineLengthMax = 76;

/** The text in lines of ASCII. Line breaks stay line breaks. */
function quotedPrintable(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => foldedLine(line))
    .join("\r\n");
}

function foldedLine(line: string): string {
  const lines: string[] = [];
  let current = "";
  const characters = Array.from(line);
  for (const [index, character] of characters.entries()) {
    const isLast = index === characters.length - 1;
    const isBlank = character === " " || character === "\t";
    const isPlain = /^[\x20-\x3c\x3e-\x7e\t]$/.test(character) && !(isBlank && isLast);
    const encoded = isPlain ? character : hexadecimal(character);
    if (current.length + encoded.length > lineLengthMax - 1) {
      lines.push(current);
      current = "";
    }
    current += encoded;
  }
  return [...lines, current].join("=\r\n");
}

function hexadecimal(character: string): string {
  return Array.from(
    new TextEncoder().encode(character),
    (byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}
