import type { Exemplar, Histogram, Labels } from "#series";
import {
  decodeLoosely,
  decodeText,
  hash,
  isDigit,
  isNameByte,
  nameEnd,
  newline,
  quote,
  quoteBytes,
  space,
  startsWith,
  stringEnd,
  tab,
} from "./bytes.ts";
import { CommentTable, type FamilyComment } from "./comment-table.ts";
import { readSeriesLabels, unescapeLabel } from "./label-list.ts";
import { type Line, tokenAt, unexpected } from "./line-error.ts";
import { LineScanner, skipBlanks, withLineBreak } from "./line-scanner.ts";
import { parseGoFloat, parseProblem } from "./parse-float.ts";
import {
  type Entry,
  ExpositionError,
  type ExpositionReader,
  type MetricType,
  noExemplars,
} from "./reader.ts";

/** Reads the Prometheus text format: 0.0.4, and 1.0.0, which adds names in quotes. */
export class TextReader implements ExpositionReader {
  value = 0;
  hasTimestamp = false;
  timestampMs = 0;
  family = "";
  type: MetricType = "unknown";
  text = "";
  readonly histogram: Histogram | undefined = undefined;
  readonly #scanner: LineScanner;
  readonly #comments: CommentTable;
  #lineStart = 0;

  constructor(body: Uint8Array, comments = new CommentTable()) {
    this.#scanner = new LineScanner(withLineBreak(body), "before labels");
    this.#comments = comments;
  }

  get keyBytes(): Uint8Array {
    return this.#scanner.bytes;
  }

  get keyStart(): number {
    return this.#scanner.keyStart;
  }

  get keyEnd(): number {
    return this.#scanner.keyEnd;
  }

  get keyHash(): number {
    return this.#scanner.keyHash;
  }

  get isExpected(): boolean {
    return this.#scanner.isExpected;
  }

  expect(keys: DataView, start: number, end: number): void {
    this.#scanner.expected.set(keys, start, end);
  }

  next(): Entry {
    const scanner = this.#scanner;
    const { bytes } = scanner;
    for (;;) {
      this.#lineStart = scanner.position;
      let byte = bytes[scanner.position];
      if (byte === space || byte === tab) {
        scanner.skipBlanks();
        byte = bytes[scanner.position];
      }
      // A zero byte has always ended the text.
      if (byte === undefined || byte === 0) return "end";
      if (byte === hash) return this.#readComment();
      if (byte !== newline) return this.#readSample();
      scanner.position++;
    }
  }

  labels(): Labels {
    return readSeriesLabels(this.#line, this.#scanner.keyStart, this.type);
  }

  startTimestampMs(): number {
    return 0;
  }

  exemplars(): readonly Exemplar[] {
    return noExemplars;
  }

  get #line(): Line {
    return { bytes: this.#scanner.bytes, start: this.#lineStart, dialect: "text" };
  }

  #readSample(): Entry {
    const scanner = this.#scanner;
    const start = scanner.position;
    if (!scanner.scanSeries()) throw this.#malformedSeries(start);
    if (scanner.keyEnd === start || isDigit(scanner.bytes[start])) {
      throw unexpected(this.#line, "expected a valid start token", start, "start");
    }
    scanner.skipBlanks();
    if (scanner.scanNumber()) this.value = scanner.number;
    else this.#readUnusualNumber();
    this.hasTimestamp = false;
    if (scanner.bytes[scanner.position] === newline) scanner.position++;
    else this.#readTimestamp();
    return "series";
  }

  /** The braces do not close: reading the labels strictly finds out why. */
  #malformedSeries(start: number): ExpositionError {
    readSeriesLabels(this.#line, start, this.type);
    return unexpected(this.#line, "expected label name", start, "labels");
  }

  #readUnusualNumber(): void {
    const scanner = this.#scanner;
    const token = tokenAt(this.#line, scanner.position, "value");
    if (token.name !== "VALUE") {
      // What is wrong may be the series itself, which nobody may ever ask for.
      this.labels();
      throw unexpected(this.#line, "expected value after metric", scanner.position, "value");
    }
    const value = parseGoFloat(decodeLoosely(scanner.bytes, token.start, token.end));
    if (typeof value !== "number") {
      this.labels();
      throw this.#numberError(value.problem, token.end);
    }
    this.value = value;
    scanner.position = token.end;
  }

  #readTimestamp(): void {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.bytes[scanner.position] === newline) {
      scanner.position++;
      return;
    }
    const token = tokenAt(this.#line, scanner.position, "timestamp");
    if (token.name !== "TIMESTAMP") {
      throw unexpected(this.#line, "expected timestamp or new record", token.start, "timestamp");
    }
    const text = decodeLoosely(scanner.bytes, token.start, token.end);
    this.timestampMs = Number(text);
    if (this.timestampMs >= 2 ** 63) {
      const { problem } = parseProblem("ParseInt", text, "value out of range");
      throw this.#numberError(problem, token.end);
    }
    this.hasTimestamp = true;
    const end = skipBlanks(scanner.bytes, token.end);
    if (scanner.bytes[end] !== newline) {
      throw unexpected(this.#line, "expected next entry after timestamp", end, "timestamp");
    }
    scanner.position = end + 1;
  }

  #numberError(problem: string, end: number): ExpositionError {
    const read = quoteBytes(this.#scanner.bytes, this.#lineStart, end);
    return new ExpositionError(`${problem} while parsing: ${read}`);
  }

  #readComment(): Entry {
    const scanner = this.#scanner;
    const { bytes } = scanner;
    const end = bytes.indexOf(newline, scanner.position);
    const wordStart = skipBlanks(bytes, scanner.position + 1);
    const kind = wordStart > scanner.position + 1 ? this.#metadataKind(wordStart) : undefined;
    if (kind === undefined) {
      this.text = decodeLoosely(bytes, scanner.position, end);
      scanner.position = end + 1;
      return "comment";
    }
    let comment = this.#comments.find(bytes, scanner.position, end);
    if (comment === undefined) {
      comment = this.#readMetadata(kind, skipBlanks(bytes, wordStart + 4), end);
      this.#comments.remember(comment);
    }
    this.family = comment.family;
    if (comment.kind === "type") this.type = comment.type;
    else this.text = comment.text;
    scanner.position = end + 1;
    return kind;
  }

  #metadataKind(wordStart: number): "help" | "type" | undefined {
    const { bytes } = this.#scanner;
    const behind = bytes[wordStart + 4];
    if (behind !== space && behind !== tab) return undefined;
    if (startsWith(bytes, wordStart, "HELP")) return "help";
    return startsWith(bytes, wordStart, "TYPE") ? "type" : undefined;
  }

  #readMetadata(kind: "help" | "type", nameStart: number, end: number): FamilyComment {
    const { bytes } = this.#scanner;
    const isQuoted = bytes[nameStart] === quote;
    const nameStop = isQuoted
      ? (stringEnd(bytes, nameStart, "refused") ?? nameStart)
      : nameEnd(bytes, nameStart, isNameByte);
    if (nameStop === nameStart) {
      const expected = `expected metric name after ${kind.toUpperCase()}`;
      throw unexpected(this.#line, expected, nameStart, "family");
    }
    const name = decodeLoosely(bytes, nameStart, nameStop);
    const family = isQuoted ? unescapeLabel(name.slice(1, -1)) : name;
    const text = decodeText(bytes, Math.min(nameStop + 1, end), end);
    if (text === undefined) {
      const shown = quoteBytes(bytes, nameStop + 1, end);
      throw new ExpositionError(`help text ${shown} is not a valid utf8 string`);
    }
    if (kind === "help") return { kind, family, text: unescapeHelp(text) };
    return { kind, family, type: parseTextType(text) };
  }
}

/** `\\` and `\n`; quotes are not escaped in help texts. */
function unescapeHelp(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\([\\n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function parseTextType(text: string): MetricType {
  switch (text) {
    case "counter":
    case "gauge":
    case "histogram":
    case "summary":
      return text;
    case "untyped":
      return "unknown";
    default:
      throw new ExpositionError(`invalid metric type "${text}"`);
  }
}
