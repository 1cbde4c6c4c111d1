/**
 * Reads the text format by family, with the rules and the errors of the parser that upstream's tool
 * uses. That one is stricter than what a scrape is read with: it wants TYPE before samples, knows no
 * OpenMetrics, and puts the parts of summaries and histograms together.
 */
import { quoteGo } from "#base";
import { parseGoFloat } from "#exposition";
import { isValidLabelName, isValidMetricName, type NameScheme } from "#series";
import type { FamilyType, TextFamily, TextMetric } from "./family.ts";
import { isBlank, quoteCharacter, TextCursor } from "./text-cursor.ts";

/** The families that have metrics, in the order in which they first appear. Throws a `FamilyError`. */
export function readFamilies(text: string, nameScheme: NameScheme): readonly TextFamily[] {
  const reader = new FamilyReader(text, nameScheme);
  reader.read();
  return reader.families.flatMap(({ name, help, type, metrics }) =>
    metrics.length > 0 && type !== undefined ? [{ name, help, type, metrics }] : [],
  );
}

interface OpenFamily {
  readonly name: string;
  help: string | undefined;
  type: FamilyType | undefined;
  readonly metrics: OpenMetric[];
  /** Summaries and histograms by their labels. */
  readonly known: Map<string, OpenMetric>;
}

interface OpenMetric extends TextMetric {
  value: number;
  timestampMs: number | undefined;
  readonly parts: [number, number][];
  count: number;
  sum: number;
}

/** Where the metric's name stands: before the braces or in them. */
type NamePlace = "name before" | "name inside";

/** Which part of a summary or histogram a line is. */
type Part = "count" | "sum" | "other";

interface OpenLine {
  readonly family: OpenFamily;
  readonly part: Part;
  readonly labels: [string, string][];
  bound: number;
}

const typeWords: ReadonlyMap<string, FamilyType> = new Map([
  ["COUNTER", "counter"],
  ["GAUGE", "gauge"],
  ["SUMMARY", "summary"],
  ["UNTYPED", "untyped"],
  ["HISTOGRAM", "histogram"],
  ["GAUGE_HISTOGRAM", "gauge_histogram"],
  ["GAUGEHISTOGRAM", "gauge_histogram"],
]);

class FamilyReader {
  readonly #cursor: TextCursor;
  readonly #families = new Map<string, OpenFamily>();
  readonly #nameScheme: NameScheme;

  constructor(text: string, nameScheme: NameScheme) {
    this.#cursor = new TextCursor(text);
    this.#nameScheme = nameScheme;
  }

  get families(): readonly OpenFamily[] {
    return [...this.#families.values()];
  }

  read(): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.line++;
      cursor.skipBlanks();
      if (cursor.isAtEnd) return;
      const first = cursor.peek();
      if (first === "#") this.#readComment();
      else if (first === "\n") cursor.take();
      else this.#readSample();
    }
  }

  #readComment(): void {
    const cursor = this.#cursor;
    cursor.take();
    cursor.skipBlanks();
    const keyword = cursor.takeWord();
    if (cursor.peek() === "\n" || (keyword !== "HELP" && keyword !== "TYPE")) {
      cursor.takeLine();
      return;
    }
    cursor.skipBlanks();
    const name = cursor.takeName("metric");
    if (cursor.peek() !== "\n") {
      if (!isBlank(cursor.peek())) throw cursor.problem("invalid metric name in comment");
      const { family } = this.#select(name);
      cursor.skipBlanks();
      if (cursor.peek() !== "\n") {
        if (keyword === "HELP") this.#readHelp(family);
        else this.#readType(family);
        return;
      }
    }
    cursor.takeLine();
  }

  #readHelp(family: OpenFamily): void {
    const cursor = this.#cursor;
    if (family.help !== undefined) {
      throw cursor.problem(`second HELP line for metric name ${quoteGo(family.name)}`);
    }
    family.help = cursor.takeLine().replace(/\\(.?)/gs, (_, escaped: string) => {
      if (escaped === "n") return "\n";
      if (escaped === "\\" || escaped === '"') return escaped;
      throw cursor.problem(`invalid escape sequence '\\${escaped}'`);
    });
  }

  #readType(family: OpenFamily): void {
    const cursor = this.#cursor;
    if (family.type !== undefined) {
      throw cursor.problem(
        `second TYPE line for metric name ${quoteGo(family.name)}, or TYPE reported after samples`,
      );
    }
    const word = cursor.takeLine();
    const type = typeWords.get(word.toUpperCase());
    if (type === undefined) throw cursor.problem(`unknown metric type ${quoteGo(word)}`);
    family.type = type;
  }

  #readSample(): void {
    const cursor = this.#cursor;
    const line = cursor.peek() === "{" ? this.#readNameInBraces() : this.#readNameBefore();
    const { family } = line;
    const metric = this.#metricOf(line);
    cursor.skipBlanks();
    const word = cursor.takeWord();
    const value = parseGoFloat(word);
    if (typeof value !== "number") {
      throw cursor.problem(`expected float as value, got ${quoteGo(word)}`);
    }
    this.#setValue(metric, line, value);
    if (family.type === "histogram" || family.type === "gauge_histogram") {
      if (value < 0 && line.part === "count") {
        throw cursor.problem(`negative count for histogram ${quoteGo(family.name)}`);
      }
      if (value < 0 && line.part === "other" && !Number.isNaN(line.bound)) {
        throw cursor.problem(`negative bucket population for histogram ${quoteGo(family.name)}`);
      }
    }
    if (cursor.peek() === "\n") cursor.take();
    else this.#readTimestamp(metric);
  }

  #readTimestamp(metric: OpenMetric): void {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    const word = cursor.takeWord();
    if (!/^[+-]?\d{1,19}$/.test(word)) {
      throw cursor.problem(`expected integer as timestamp, got ${quoteGo(word)}`);
    }
    metric.timestampMs = Number(word);
    const rest = cursor.takeLine();
    if (rest !== "") throw cursor.problem(`spurious string after timestamp: ${quoteGo(rest)}`);
  }

  /** `name{a="b"}`, `name`. */
  #readNameBefore(): OpenLine {
    const cursor = this.#cursor;
    const name = cursor.takeName("metric");
    if (name === "") throw cursor.problem("invalid metric name");
    const line = this.#startLine(name);
    cursor.skipBlanks();
    if (cursor.peek() !== "{") return line;
    cursor.take();
    this.#readPairs(line, "name before");
    return line;
  }

  /** `{"name", a="b"}`; the name comes first here, as every writer has it. */
  #readNameInBraces(): OpenLine {
    const cursor = this.#cursor;
    cursor.take();
    cursor.skipBlanks();
    const name = cursor.peek() === "}" ? "" : cursor.takeName("label");
    if (name === "") throw cursor.problem("invalid metric name");
    cursor.skipBlanks();
    const next = cursor.take();
    if (next !== "," && next !== "}") {
      throw cursor.problem(`unexpected end of metric name ${quoteCharacter(next)}`);
    }
    const line = this.#startLine(name);
    if (next === "}") return line;
    this.#readPairs(line, "name inside");
    return line;
  }

  /** Reads what is left before the closing brace, and that. */
  #readPairs(line: OpenLine, place: NamePlace): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.skipBlanks();
      if (cursor.peek() === "}" || !this.#readPair(line, place)) break;
    }
    cursor.take();
  }

  /** Reads `a="b"` and a comma, if there is one; false when the closing brace comes next. */
  #readPair(line: OpenLine, place: NamePlace): boolean {
    const cursor = this.#cursor;
    const metricName = quoteGo(line.family.name);
    const name = cursor.takeName("label");
    if (name === "") throw cursor.problem(`invalid label name for metric ${metricName}`);
    cursor.skipBlanks();
    if (cursor.peek() !== "=") {
      if (place === "name inside") {
        throw cursor.problem(`multiple metric names for metric ${metricName}`);
      }
      const found = quoteCharacter(cursor.peek());
      throw cursor.problem(`expected '=' after label name, found ${found}`);
    }
    cursor.take();
    if (name === "__name__") throw cursor.problem('label name "__name__" is reserved');
    if (!isValidLabelName(name, this.#nameScheme)) {
      throw cursor.problem(`invalid label name ${quoteGo(name)}`);
    }
    const isDuplicate = line.labels.some(([other]) => other === name);
    if (isDuplicate) throw cursor.problem(`duplicate label names for metric ${metricName}`);
    cursor.skipBlanks();
    if (cursor.peek() !== '"') {
      const found = quoteCharacter(cursor.peek());
      throw cursor.problem(`expected '"' at start of label value, found ${found}`);
    }
    cursor.take();
    const value = cursor.takeQuoted("label value");
    if (boundLabelOf(line.family.type) === name) line.bound = this.#readBound(name, value);
    else line.labels.push([name, value]);
    cursor.skipBlanks();
    const next = cursor.peek();
    if (next === "}") return false;
    if (next !== ",") throw cursor.problem(`unexpected end of label value ${quoteGo(value)}`);
    cursor.take();
    return true;
  }

  #readBound(name: string, text: string): number {
    const bound = parseGoFloat(text);
    if (typeof bound === "number") return bound;
    throw this.#cursor.problem(`expected float as value for '${name}' label, got ${quoteGo(text)}`);
  }

  #startLine(name: string): OpenLine {
    const { family, part } = this.#select(name);
    family.type ??= "untyped";
    return { family, part, labels: [], bound: Number.NaN };
  }

  /** The family that a name belongs to: its own, or that of which it is a part. */
  #select(name: string): { readonly family: OpenFamily; readonly part: Part } {
    if (!isValidMetricName(name, this.#nameScheme)) {
      throw this.#cursor.problem(`invalid metric name ${quoteGo(name)}`);
    }
    const own = this.#families.get(name);
    if (own !== undefined) return { family: own, part: "other" };
    const owned = this.#selectPart(name);
    if (owned !== undefined) return owned;
    const family: OpenFamily = {
      name,
      help: undefined,
      type: undefined,
      metrics: [],
      known: new Map(),
    };
    this.#families.set(name, family);
    return { family, part: "other" };
  }

  #selectPart(name: string): { readonly family: OpenFamily; readonly part: Part } | undefined {
    const [, base = "", suffix] = /^(.+)_(count|sum|bucket)$/s.exec(name) ?? [];
    const family = this.#families.get(base);
    const boundLabel = boundLabelOf(family?.type);
    if (family === undefined || boundLabel === undefined) return undefined;
    if (suffix === "count" || suffix === "sum") return { family, part: suffix };
    return boundLabel === "le" ? { family, part: "other" } : undefined;
  }

  #metricOf({ family, labels }: OpenLine): OpenMetric {
    const sorted = [...labels].sort(([left], [right]) => (left < right ? -1 : 1));
    const key = JSON.stringify(sorted);
    const hasParts = boundLabelOf(family.type) !== undefined;
    const known = hasParts ? family.known.get(key) : undefined;
    if (known !== undefined) return known;
    const metric: OpenMetric = {
      labels,
      value: 0,
      timestampMs: undefined,
      parts: [],
      count: 0,
      sum: 0,
    };
    family.known.set(key, metric);
    family.metrics.push(metric);
    return metric;
  }

  #setValue(metric: OpenMetric, { family, part, bound }: OpenLine, value: number): void {
    if (boundLabelOf(family.type) === undefined) metric.value = value;
    else if (part === "count") metric.count = value;
    else if (part === "sum") metric.sum = value;
    else if (!Number.isNaN(bound)) metric.parts.push([bound, value]);
  }
}

/** The label that tells the parts of a metric apart. */
function boundLabelOf(type: FamilyType | undefined): "quantile" | "le" | undefined {
  if (type === "summary") return "quantile";
  return type === "histogram" || type === "gauge_histogram" ? "le" : undefined;
}
