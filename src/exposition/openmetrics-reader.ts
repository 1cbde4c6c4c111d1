import type { Exemplar, Histogram, Labels } from "#series";
import {
  braceOpen,
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
import { CreatedTimes } from "./created-times.ts";
import { readLabelList, readSeriesLabels, uniqueLabels, unescapeLabel } from "./label-list.ts";
import { type Line, tokenAt, unexpected } from "./line-error.ts";
import { LineScanner, withLineBreak } from "./line-scanner.ts";
import { parseGoFloat } from "./parse-float.ts";
import {
  type Entry,
  ExpositionError,
  type ExpositionReader,
  type MetricType,
  noExemplars,
} from "./reader.ts";

/** What the `_created` lines of counters, histograms and summaries are taken for. */
export type CreatedLines = "series" | "start timestamps";

/** Reads the OpenMetrics text format, 0.0.1 and 1.0.0, which leaves no freedom in blanks. */
export class OpenMetricsReader implements ExpositionReader {
  value = 0;
  hasTimestamp = false;
  timestampMs = 0;
  family = "";
  type: MetricType = "unknown";
  text = "";
  readonly histogram: Histogram | undefined = undefined;
  readonly #scanner: LineScanner;
  readonly #created: CreatedTimes | undefined;
  readonly #comments: CommentTable;
  #lineStart = 0;
  #exemplars = noExemplars;

  constructor(body: Uint8Array, createdLines: CreatedLines, comments = new CommentTable()) {
    this.#comments = comments;
    this.#scanner = new LineScanner(withLineBreak(body), "none");
    const isStart = createdLines === "start timestamps";
    this.#created = isStart ? new CreatedTimes(this.#scanner.bytes) : undefined;
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
    for (;;) {
      const { bytes, position } = this.#scanner;
      this.#lineStart = position;
      if (position >= bytes.length) throw withoutEnd();
      if (bytes[position] === hash) return this.#readComment();
      this.#readSample();
      // Such a line is part of the other samples' entries.
      if (this.#created?.isCreated(this.type, this.keyStart, this.keyEnd) !== true) {
        return "series";
      }
    }
  }

  labels(): Labels {
    return readSeriesLabels(this.#line, this.#scanner.keyStart, this.type);
  }

  startTimestampMs(): number {
    return this.#created?.find(this.family, this.type, () => this.labels()) ?? 0;
  }

  exemplars(): readonly Exemplar[] {
    return this.#exemplars;
  }

  get #line(): Line {
    return { bytes: this.#scanner.bytes, start: this.#lineStart, dialect: "openmetrics" };
  }

  #readSample(): void {
    const scanner = this.#scanner;
    const start = scanner.position;
    if (!scanner.scanSeries()) throw this.#malformedSeries(start);
    if (scanner.keyEnd === start || isDigit(scanner.bytes[start])) {
      throw unexpected(this.#line, "expected a valid start token", start, "start");
    }
    this.value = this.#readNumber("metric");
    this.hasTimestamp = false;
    if (this.#exemplars !== noExemplars) this.#exemplars = noExemplars;
    if (scanner.bytes[scanner.position] === newline) scanner.position++;
    else this.#readRest();
  }

  /** The braces do not close: reading the labels strictly finds out why. */
  #malformedSeries(start: number): ExpositionError {
    readSeriesLabels(this.#line, start, this.type);
    return unexpected(this.#line, "expected label name", start, "labels");
  }

  /** Reads the number behind one space. */
  #readNumber(owner: "metric" | "exemplar labels"): number {
    const scanner = this.#scanner;
    const { bytes, position } = scanner;
    if (bytes[position] === space) {
      scanner.position++;
      if (scanner.scanNumber() && bytes[scanner.position] !== tab) return scanner.number;
      scanner.position = position;
    }
    const token = tokenAt(this.#line, position, "value");
    if (owner === "metric") this.labels();
    if (token.name !== "VALUE") {
      throw unexpected(this.#line, `expected value after ${owner}`, position, "value");
    }
    scanner.position = token.end;
    return this.#parseNumber(token.start + 1, token.end);
  }

  #parseNumber(start: number, end: number): number {
    const { bytes } = this.#scanner;
    const value = parseGoFloat(decodeLoosely(bytes, start, end));
    if (typeof value === "number") return value;
    const read = quoteBytes(bytes, this.#lineStart, end);
    throw new ExpositionError(`${value.problem} while parsing: ${read}`);
  }

  /** What stands behind a value: a timestamp, an exemplar, both. */
  #readRest(): void {
    const scanner = this.#scanner;
    if (!this.#isExemplar()) {
      const token = tokenAt(this.#line, scanner.position, "timestamp");
      if (token.name !== "TIMESTAMP") {
        throw unexpected(this.#line, "expected a valid start token", token.start, "timestamp");
      }
      this.timestampMs = this.#readTimestamp("timestamp", token.start, token.end);
      this.hasTimestamp = true;
    }
    if (this.#isExemplar()) this.#exemplars = [this.#readExemplar()];
    this.#endLine(this.#exemplars === noExemplars ? "timestamp" : "exemplar timestamp");
  }

  #readTimestamp(what: string, start: number, end: number): number {
    const seconds = this.#parseNumber(start + 1, end);
    if (!Number.isFinite(seconds)) {
      const shown = String(seconds).replace("Infinity", "Inf").replace(/^I/, "+I");
      throw new ExpositionError(`invalid ${what} ${shown}`);
    }
    this.#scanner.position = end;
    return Math.trunc(seconds * 1_000);
  }

  #endLine(behind: string): void {
    const scanner = this.#scanner;
    if (scanner.bytes[scanner.position] !== newline) {
      const expected = `expected next entry after ${behind}`;
      throw unexpected(this.#line, expected, scanner.position, "timestamp");
    }
    scanner.position++;
  }

  #isExemplar(): boolean {
    const { bytes, position } = this.#scanner;
    return (
      bytes[position] === space &&
      bytes[position + 1] === hash &&
      bytes[position + 2] === space &&
      bytes[position + 3] === braceOpen
    );
  }

  #readExemplar(): Exemplar {
    const scanner = this.#scanner;
    const list = readLabelList(this.#line, scanner.position + 4, "exemplar");
    scanner.position = list.end;
    const labels = uniqueLabels(list.pairs);
    const value = this.#readNumber("exemplar labels");
    if (scanner.bytes[scanner.position] === newline) return { labels, value, timestampMs: 0 };
    const token = tokenAt(this.#line, scanner.position, "timestamp");
    if (token.name !== "TIMESTAMP") {
      throw unexpected(this.#line, "expected timestamp or comment", token.start, "timestamp");
    }
    const timestampMs = this.#readTimestamp("exemplar timestamp", token.start, token.end);
    return { labels, value, timestampMs };
  }

  #readComment(): Entry {
    const scanner = this.#scanner;
    const { bytes, position } = scanner;
    const end = bytes.indexOf(newline, position);
    if (startsWith(bytes, position, "# EOF")) {
      // The line break is the body's or was added to it.
      if (position + 5 !== end || end + 1 !== bytes.length) {
        throw new ExpositionError("unexpected data after # EOF");
      }
      return "end";
    }
    for (const kind of metadataKinds) {
      if (!startsWith(bytes, position, `# ${kind.toUpperCase()} `)) continue;
      this.#takeMetadata(kind, position, end);
      scanner.position = end + 1;
      this.#created?.begin(end + 1);
      return kind;
    }
    throw unexpected(this.#line, "expected a valid start token", position, "start");
  }

  #takeMetadata(kind: MetadataKind, start: number, end: number): void {
    let comment = this.#comments.find(this.#scanner.bytes, start, end);
    if (comment === undefined) {
      comment = this.#readMetadata(kind, start + 7, end);
      this.#comments.remember(comment);
    }
    this.family = comment.family;
    if (comment.kind === "type") this.type = comment.type;
    else this.text = comment.text;
  }

  #readMetadata(kind: MetadataKind, start: number, end: number): FamilyComment {
    const { bytes } = this.#scanner;
    const isQuoted = bytes[start] === quote;
    const nameStop = isQuoted
      ? (stringEnd(bytes, start, "refused") ?? start)
      : nameEnd(bytes, start, isNameByte);
    if (nameStop === start) {
      const expected = `expected metric name after ${kind.toUpperCase()}`;
      throw unexpected(this.#line, expected, start, "family");
    }
    if (bytes[nameStop] !== space) {
      throw new ExpositionError(`expected text in ${kind.toUpperCase()}`);
    }
    const name = decodeLoosely(bytes, start, nameStop);
    const family = isQuoted ? unescapeLabel(name.slice(1, -1)) : name;
    const text = decodeText(bytes, nameStop + 1, end);
    if (text === undefined) {
      const shown = quoteBytes(bytes, nameStop + 1, end);
      throw new ExpositionError(`help text ${shown} is not a valid utf8 string`);
    }
    if (kind === "type") return { kind, family, type: parseOpenMetricsType(text) };
    const shown = kind === "help" ? unescapeLabel(text) : checkedUnit(family, text);
    return { kind, family, text: shown };
  }
}

type MetadataKind = "help" | "type" | "unit";

const metadataKinds: readonly MetadataKind[] = ["help", "type", "unit"];

const metricTypes: readonly MetricType[] = [
  "counter",
  "gauge",
  "histogram",
  "gaugehistogram",
  "summary",
  "info",
  "stateset",
  "unknown",
];

function parseOpenMetricsType(text: string): MetricType {
  const type = metricTypes.find((one) => one === text);
  if (type === undefined) throw new ExpositionError(`invalid metric type "${text}"`);
  return type;
}

function checkedUnit(family: string, unit: string): string {
  if (unit === "" || family.endsWith(`_${unit}`)) return unit;
  throw new ExpositionError(`unit "${unit}" not a suffix of metric "${family}"`);
}

function withoutEnd(): ExpositionError {
  return new ExpositionError("data does not end with # EOF");
}
