/** The lines below `eval`: what the query should give, warn of, or fail with. */
import { compileRegex, labelsKey, parseDuration } from "#series";
import { parseNumber, unquote } from "../syntax/literal.ts";
import { SequenceError } from "./histogram-notation.ts";
import type {
  AnnotationExpectation,
  EvalTime,
  Expectation,
  ExpectedResult,
  ExpectedSeries,
  TextPattern,
  TimeGrid,
} from "./script.ts";
import { parseSeriesLine } from "./series-line.ts";

const rangeVectorLine = /^expect range vector from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;
const stringLine = /^expect string\s+(".*"|`.*`)$/;
const expectLine = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const failLine = /^expected_fail_(message|regexp)\s*(.*)$/;

type Subject = "fail" | "warn" | "no_warn" | "info" | "no_info" | "ordered";

/** Collects the expectation of one evaluation, line by line. */
export class EvalBlock {
  readonly #suffix: string;
  readonly #timeKind: EvalTime["kind"];
  readonly #patterns = new Map<Subject, TextPattern[]>();
  readonly #series = new Map<string, ExpectedSeries>();
  #single: Exclude<ExpectedResult, { kind: "series" }> | undefined;
  #grid: TimeGrid | undefined;
  #isComplete = false;

  /** The suffix is what an older notation writes behind `eval_`. */
  constructor(suffix: string, timeKind: EvalTime["kind"]) {
    this.#suffix = suffix;
    this.#timeKind = timeKind;
  }

  /** No more lines belong to the evaluation. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** When the values of an expected range vector are. */
  get grid(): TimeGrid | undefined {
    return this.#grid;
  }

  /** Throws what `parseSeriesLine` throws, or a `DurationError` or `RegexError`. */
  read(line: string): void {
    if (this.#suffix === "fail" && failLine.test(line)) return this.#readFail(line);
    const [range, from = "", to = "", step = ""] = rangeVectorLine.exec(line) ?? [];
    if (range !== undefined) {
      const [startMs = 0, endMs = 0, stepMs = 0] = [from, to, step].map(parseDuration);
      this.#grid = { startMs, endMs, stepMs };
      return;
    }
    const [, text] = stringLine.exec(line) ?? [];
    if (text !== undefined) {
      this.#single = { kind: "string", value: unquote(text) };
      return;
    }
    if (/^expect(?: |$)/.test(line)) return this.#readExpect(line);
    this.#readResult(line);
  }

  finish(): Expectation {
    const hasFail = this.#suffix === "fail" || this.#patterns.has("fail");
    return {
      isOrdered: this.#suffix === "ordered" || this.#patterns.has("ordered"),
      failures: hasFail ? (this.#patterns.get("fail") ?? []) : undefined,
      warnings: this.#annotations("warn", "no_warn"),
      infos: this.#annotations("info", "no_info"),
      result: this.#single ?? {
        kind: "series",
        series: [...this.#series.values()],
        grid: this.#grid,
      },
    };
  }

  #annotations(wanted: "warn" | "info", forbidden: "no_warn" | "no_info"): AnnotationExpectation {
    return {
      isForbidden: this.#patterns.has(forbidden),
      isRequired: this.#suffix === wanted || this.#patterns.has(wanted),
      patterns: this.#patterns.get(wanted) ?? [],
    };
  }

  /** The older notation, after which nothing follows. */
  #readFail(line: string): void {
    const [, kind, text = ""] = failLine.exec(line) ?? [];
    this.#add("fail", kind === "message" ? "msg" : "regex", text);
    this.#isComplete = true;
  }

  #readExpect(line: string): void {
    const [, subject, kind, text = ""] = expectLine.exec(line) ?? [];
    switch (subject) {
      case "ordered":
      case "fail":
      case "warn":
      case "no_warn":
      case "info":
      case "no_info":
        return this.#add(subject, kind, text.trim());
      default:
        throw new SequenceError(line);
    }
  }

  #add(subject: Subject, kind: string | undefined, text: string): void {
    const pattern: TextPattern =
      kind === "msg"
        ? { kind: "text", text }
        : { kind: "regex", regex: compileRegex(kind === undefined ? ".*" : text, "unanchored") };
    const patterns = this.#patterns.get(subject);
    if (patterns === undefined) this.#patterns.set(subject, [pattern]);
    else patterns.push(pattern);
  }

  #readResult(line: string): void {
    const value = findScalar(line);
    if (value !== undefined) {
      this.#single = { kind: "scalar", value };
      this.#isComplete = true;
      return;
    }
    const series = parseSeriesLine(line);
    const isSingle = this.#timeKind === "instant" && this.#grid === undefined;
    if (isSingle && series.values.length !== 1) throw new SequenceError(line);
    this.#series.set(labelsKey(series.labels), series);
  }
}

/** A line that is nothing but a number. */
function findScalar(line: string): number | undefined {
  const isNegative = line.startsWith("-");
  const parsed = parseNumber(line.replace(/^[+-]/, ""));
  if ("problem" in parsed) return undefined;
  return isNegative ? -parsed.value : parsed.value;
}
