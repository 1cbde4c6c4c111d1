/** The bytes that the text formats are made of. */
import { quoteGo } from "#base";

export const tab = 0x09;
export const newline = 0x0a;
export const space = 0x20;
export const quote = 0x22;
export const hash = 0x23;
export const comma = 0x2c;
export const minus = 0x2d;
export const dot = 0x2e;
export const equalsSign = 0x3d;
export const backslash = 0x5c;
export const braceOpen = 0x7b;
export const braceClose = 0x7d;

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

/** 1 for bytes that a legacy metric name may go on with; a label name may not have colons. */
export const isNameByte = tableOf(`${letters}${digits}:`);
export const isLabelNameByte = tableOf(letters + digits);

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

/** Where a legacy name that begins at `start` ends; `start` itself when none does. */
export function nameEnd(bytes: Uint8Array, start: number, table: Uint8Array): number {
  if (isDigit(bytes[start])) return start;
  let at = start;
  while (at < bytes.length && table[bytes[at] ?? 0] === 1) at++;
  return at;
}

/** Whether some ASCII text stands at `start`. */
export function startsWith(bytes: Uint8Array, start: number, text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (bytes[start + at] !== text.charCodeAt(at)) return false;
  }
  return true;
}

/** Behind the closing quote of the string that opens at `start`; undefined when it does not close. */
export function stringEnd(
  bytes: Uint8Array,
  start: number,
  newlines: "allowed" | "refused",
): number | undefined {
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
    else if (byte === newline && newlines === "refused") return undefined;
  }
  return undefined;
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const looseDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The text of some bytes; undefined when they are not UTF-8. */
export function decodeText(bytes: Uint8Array, start: number, end: number): string | undefined {
  // Names and values are short: reading them byte by byte beats the decoder's set-up.
  if (end - start <= 32) {
    const ascii = decodeAscii(bytes, start, end);
    if (ascii !== undefined) return ascii;
  }
  try {
    return strictDecoder.decode(bytes.subarray(start, end));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return undefined;
  }
}

function decodeAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 128;
    if (byte > 127) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

/** Error messages quote at most so many bytes. */
const quotedBytesMax = 2_048;

/** Bytes as Go's `%q` shows them, invalid ones as `\xNN`. */
export function quoteBytes(bytes: Uint8Array, start: number, end: number): string {
  const shown = bytes.subarray(start, Math.min(end, start + quotedBytesMax));
  const text = decodeText(shown, 0, shown.length);
  if (text !== undefined) return quoteGo(text);
  const parts = Array.from(shown, (byte) => {
    if (byte < 128) return quoteGo(String.fromCharCode(byte)).slice(1, -1);
    return `\\x${byte.toString(16)}`;
  });
  return `"${parts.join("")}"`;
}

/** Text for people, whatever the bytes are. */
export function decodeLoosely(bytes: Uint8Array, start: number, end: number): string {
  return looseDecoder.decode(bytes.subarray(start, end));
}
