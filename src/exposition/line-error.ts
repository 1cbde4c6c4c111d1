import {
  braceClose,
  braceOpen,
  comma,
  equalsSign,
  hash,
  isDigit,
  isLabelNameByte,
  isNameByte,
  nameEnd,
  newline,
  quote,
  quoteBytes,
  space,
  stringEnd,
  tab,
} from "./bytes.ts";
import { ExpositionError } from "./reader.ts";

type Dialect = "text" | "openmetrics";

/** A line that is being read, for messages that quote it. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly dialect: Dialect;
}

/** Where in a line a token is expected, which decides what bytes make one. */
export type TokenPlace = "start" | "family" | "labels" | "label value" | "value" | "timestamp";

export interface Token {
  readonly name: string;
  readonly start: number;
  /** For "INVALID": where the bytes stopped making sense. */
  readonly end: number;
}

/** The error that upstream reports when something else stands at `at` than what was `expected`. */
export function unexpected(
  line: Line,
  expected: string,
  at: number,
  place: TokenPlace,
): ExpositionError {
  const token = tokenAt(line, at, place);
  const { bytes, start } = line;
  const end = Math.min(bytes.length, token.end + 1);
  const got = quoteBytes(bytes, token.start, end);
  const read = quoteBytes(bytes, start, end);
  return new ExpositionError(`${expected}, got ${got} ("${token.name}") while parsing: ${read}`);
}

/** The token at `at`. The names are those of upstream's messages. */
export function tokenAt(line: Line, at: number, place: TokenPlace): Token {
  switch (place) {
    case "start":
      return startToken(line, at);
    case "family":
      return familyToken(line, at);
    case "labels":
      return labelToken(line, at);
    case "label value":
      return labelValueToken(line, at);
    case "value":
      return valueToken(line, at);
    case "timestamp":
      return timestampToken(line, at);
  }
}

function token(name: string, start: number, end: number): Token {
  return { name, start, end };
}

function invalid(start: number, end = start): Token {
  return { name: "INVALID", start, end };
}

function startToken({ bytes, dialect }: Line, at: number): Token {
  const byte = bytes[at];
  if (byte === undefined) return token("EOF", at, at);
  if (byte === braceOpen) return token("BOPEN", at, at + 1);
  if (byte === newline && dialect === "text") return token("LINEBREAK", at, at + 1);
  const end = nameEnd(bytes, at, isNameByte);
  if (end > at) return token("MNAME", at, end);
  // OpenMetrics knows only comments that begin in one way.
  if (byte === hash) return invalid(at, bytes[at + 1] === space ? at + 2 : at + 1);
  return invalid(at);
}

function familyToken({ bytes }: Line, at: number): Token {
  if (bytes[at] === quote) return stringToken("MNAME", bytes, at, "allowed");
  const end = nameEnd(bytes, at, isNameByte);
  return end > at ? token("MNAME", at, end) : invalid(at);
}

function labelToken({ bytes }: Line, at: number): Token {
  switch (bytes[at]) {
    case undefined:
      return token("EOF", at, at);
    case braceClose:
      return token("BCLOSE", at, at + 1);
    case equalsSign:
      return token("EQUAL", at, at + 1);
    case comma:
      return token("COMMA", at, at + 1);
    case quote:
      return stringToken("QSTRING", bytes, at, "allowed");
    default: {
      const end = nameEnd(bytes, at, isLabelNameByte);
      return end > at ? token("LNAME", at, end) : invalid(at);
    }
  }
}

function labelValueToken({ bytes, dialect }: Line, at: number): Token {
  if (bytes[at] !== quote) return invalid(at);
  return stringToken("LVALUE", bytes, at, dialect === "text" ? "allowed" : "refused");
}

function stringToken(
  name: string,
  bytes: Uint8Array,
  at: number,
  newlines: "allowed" | "refused",
): Token {
  const end = stringEnd(bytes, at, newlines);
  if (end !== undefined) return token(name, at, end);
  const lineEnd = newlines === "refused" ? bytes.indexOf(newline, at) : -1;
  return invalid(at, lineEnd < 0 ? bytes.length : lineEnd);
}

function valueToken(line: Line, at: number): Token {
  const { bytes } = line;
  if (at >= bytes.length) return token("EOF", Math.max(line.start, at - 1), at);
  if (bytes[at] === braceOpen) return token("BOPEN", at, at + 1);
  const end = wordEnd(line, at);
  return end > at + blanksOf(line) ? token("VALUE", at, end) : invalid(at, end);
}

function timestampToken(line: Line, at: number): Token {
  const { bytes, dialect } = line;
  if (bytes[at] === newline) return token("LINEBREAK", at, at + 1);
  if (dialect === "text") {
    let end = at;
    while (isDigit(bytes[end])) end++;
    return end > at ? token("TIMESTAMP", at, end) : invalid(at);
  }
  const end = wordEnd(line, at);
  return end > at + 1 ? token("TIMESTAMP", at, end) : invalid(at, end);
}

/** In OpenMetrics the one space before a word is part of its token. */
function blanksOf(line: Line): number {
  return line.dialect === "openmetrics" ? 1 : 0;
}

function wordEnd({ bytes, dialect }: Line, at: number): number {
  if (dialect === "openmetrics" && bytes[at] !== space) return at;
  let end = dialect === "openmetrics" ? at + 1 : at;
  while (end < bytes.length && !isWordEnd(bytes[end], dialect)) end++;
  return end;
}

function isWordEnd(byte: number | undefined, dialect: Dialect): boolean {
  // Upstream's lexer stops at zero bytes.
  if (byte === space || byte === newline || byte === 0) return true;
  return dialect === "text" && (byte === tab || byte === braceOpen);
}
