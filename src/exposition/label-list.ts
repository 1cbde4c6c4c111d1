import { compareText } from "#base";
import { type Labels, metricNameLabel } from "#series";
import { braceOpen, decodeText, isNameByte, nameEnd, quote, quoteBytes } from "./bytes.ts";
import { formatBoundary } from "./format-boundary.ts";
import { type Line, type Token, tokenAt, unexpected } from "./line-error.ts";
import { skipBlanks } from "./line-scanner.ts";
import { ExpositionError, type MetricType } from "./reader.ts";

type Pair = readonly [name: string, value: string];

/**
 * Reads and checks the name and labels of a series, which begins at `start`. Bounds of histogram
 * buckets and quantiles are written in one way, whatever way the target wrote them.
 */
export function readSeriesLabels(line: Line, start: number, type: MetricType): Labels {
  const { bytes } = line;
  const end = nameEnd(bytes, start, isNameByte);
  const brace = skipLineBlanks(line, end);
  const list = bytes[brace] === braceOpen ? readLabelList(line, brace + 1, "series") : noList;
  const name = end > start ? textOf(line, start, end) : list.metricName;
  if (name === undefined) {
    const value = tokenAt(line, skipLineBlanks(line, list.end), "value");
    const read = quoteBytes(bytes, line.start, value.end);
    throw new ExpositionError(`metric name not set while parsing: ${read}`);
  }
  if (end > start && list.metricName !== undefined) throw nameAlreadySet(line, list.end);
  const pairs: Pair[] = [[metricNameLabel, name]];
  for (const [label, value] of list.pairs) pairs.push([label, normalized(type, label, value)]);
  return uniqueLabels(pairs);
}

interface LabelList {
  readonly pairs: readonly Pair[];
  /** The quoted metric name, when there is one. */
  readonly metricName: string | undefined;
  /** Behind the closing brace. */
  readonly end: number;
}

const noList: LabelList = { pairs: [], metricName: undefined, end: 0 };

/** Reads labels from behind the opening brace to behind the closing one. */
export function readLabelList(line: Line, start: number, owner: "series" | "exemplar"): LabelList {
  const pairs: Pair[] = [];
  let metricName: string | undefined;
  let token = nextToken(line, start);
  while (token.name !== "BCLOSE") {
    if (token.name !== "LNAME" && token.name !== "QSTRING") {
      throw unexpected(line, "expected label name", token.start, "labels");
    }
    const next = nextToken(line, token.end);
    const isMetricName =
      token.name === "QSTRING" && (next.name === "COMMA" || next.name === "BCLOSE");
    if (isMetricName && owner === "exemplar") {
      throw unexpected(line, "expected label name", next.start, "labels");
    }
    if (isMetricName) {
      if (metricName !== undefined) throw nameAlreadySet(line, next.end);
      metricName = nameOf(line, token);
      token = next.name === "COMMA" ? nextToken(line, next.end) : next;
      continue;
    }
    if (next.name !== "EQUAL") throw unexpected(line, "expected equal", next.start, "labels");
    const value = readValue(line, next.end);
    pairs.push([nameOf(line, token), value.text]);
    token = afterPair(line, value.end);
  }
  return { pairs, metricName, end: token.end };
}

/** A label set from pairs that a target gave, which must not repeat a name. */
export function uniqueLabels(pairs: readonly Pair[]): Labels {
  // Targets mostly sort their labels.
  const sorted = isAscending(pairs) ? pairs : [...pairs].sort(byName);
  const labels: string[] = [];
  let previous: string | undefined;
  for (const [name, value] of sorted) {
    if (name === previous) {
      throw new ExpositionError(`label name "${name}" is not unique: invalid sample`);
    }
    previous = name;
    if (value !== "") labels.push(name, value);
  }
  return labels;
}

function isAscending(pairs: readonly Pair[]): boolean {
  for (let at = 1; at < pairs.length; at++) {
    const [before, after] = [pairs[at - 1], pairs[at]];
    if (before !== undefined && after !== undefined && byName(before, after) > 0) return false;
  }
  return true;
}

function byName([left]: Pair, [right]: Pair): number {
  return compareText(left, right);
}

function afterPair(line: Line, at: number): Token {
  const token = nextToken(line, at);
  if (token.name === "COMMA") return nextToken(line, token.end);
  // The older format has always taken labels without commas.
  if (token.name !== "BCLOSE" && line.dialect === "openmetrics") {
    throw unexpected(line, "expected comma or brace close", token.start, "labels");
  }
  return token;
}

function readValue(line: Line, at: number): { readonly text: string; readonly end: number } {
  const { start, end, name } = tokenAt(line, skipLineBlanks(line, at), "label value");
  if (name !== "LVALUE") throw unexpected(line, "expected label value", start, "label value");
  const text = decodeText(line.bytes, start + 1, end - 1);
  if (text === undefined) {
    const value = quoteBytes(line.bytes, start, end);
    throw new ExpositionError(`invalid UTF-8 label value: ${value}`);
  }
  return { text: unescapeLabel(text), end };
}

function nameOf(line: Line, { start, end }: Token): string {
  const isQuoted = line.bytes[start] === quote;
  return unescapeLabel(textOf(line, isQuoted ? start + 1 : start, isQuoted ? end - 1 : end));
}

function textOf(line: Line, start: number, end: number): string {
  const text = decodeText(line.bytes, start, end);
  if (text !== undefined) return text;
  const name = quoteBytes(line.bytes, start, end);
  throw new ExpositionError(`invalid metric name or label names: ${name}`);
}

function nextToken(line: Line, at: number): Token {
  return tokenAt(line, skipLineBlanks(line, at), "labels");
}

function skipLineBlanks(line: Line, at: number): number {
  return line.dialect === "text" ? skipBlanks(line.bytes, at) : at;
}

function nameAlreadySet(line: Line, end: number): ExpositionError {
  const read = quoteBytes(line.bytes, line.start, end);
  return new ExpositionError(`metric name already set while parsing: ${read}`);
}

/** `\"`, `\\` and `\n`; other backslashes stand for themselves. */
export function unescapeLabel(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(["\\n])/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function normalized(type: MetricType, label: string, value: string): string {
  const isBoundary =
    (type === "histogram" && label === "le") || (type === "summary" && label === "quantile");
  return isBoundary ? formatBoundary(value) : value;
}
