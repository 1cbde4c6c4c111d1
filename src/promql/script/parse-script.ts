/**
 * Reads a test script. A block (what belongs to a `load` or `eval` line) ends at the first empty line,
 * and a comment line counts as empty.
 */
import { DurationError, equalLabels, type Labels, parseDuration, RegexError } from "#series";
import type { ParserOptions } from "../syntax/options.ts";
import { PromqlError } from "../syntax/parse-error.ts";
import { parseExpr, parseMetric } from "../syntax/parser.ts";
import { SequenceError } from "./histogram-notation.ts";
import { EvalBlock } from "./parse-expectation.ts";
import {
  type EvalCommand,
  type EvalTime,
  type LoadCommand,
  type LoadedSeries,
  type ScriptCommand,
  ScriptError,
  type TimeGrid,
} from "./script.ts";
import { metricEnd, parseSeriesLine, parseStartOffsets } from "./series-line.ts";

/** Scripts may use all of the language. */
export const scriptParserOptions: ParserOptions = {
  experimentalFunctions: true,
  durationExpressions: true,
  extendedRangeSelectors: true,
  binopFillModifiers: true,
};

/** Throws a `ScriptError`; queries are parsed here, so that only what fails to evaluate can be expected to. */
export function parseScript(text: string): readonly ScriptCommand[] {
  const lines = text.split("\n").map((line) => line.trim().replace(/^#.*/, ""));
  const commands: ScriptCommand[] = [];
  for (let index = 0; index < lines.length; index++) {
    const head = lines[index] ?? "";
    if (head === "") continue;
    const end = lines.indexOf("", index);
    const block = lines.slice(index + 1, end === -1 ? undefined : end);
    const parsed = atLine(index + 1, () => parseCommand(head, block, index + 1));
    commands.push(parsed.command);
    index += parsed.usedLines;
  }
  return commands;
}

interface ParsedCommand {
  readonly command: ScriptCommand;
  /** How many lines of the block belong to it. */
  readonly usedLines: number;
}

function parseCommand(head: string, block: readonly string[], line: number): ParsedCommand {
  const word = head.split(/[\t ]/, 1)[0]?.toLowerCase() ?? "";
  if (word === "clear") return { command: { kind: "clear" }, usedLines: 0 };
  if (word.startsWith("load")) {
    return { command: parseLoad(head, block, line), usedLines: block.length };
  }
  if (word.startsWith("eval")) return parseEval(head, block, line);
  throw new ScriptError(line, `invalid command ${JSON.stringify(head)}`);
}

function parseLoad(head: string, block: readonly string[], line: number): LoadCommand {
  const [, suffix, step = ""] = /^load(?:_(with_nhcb))?\s+(.+?)$/.exec(head) ?? [];
  if (step === "") throw new ScriptError(line, "invalid load command");
  const stepMs = parseDuration(step);
  const series: LoadedSeries[] = [];
  let starts: StartLine | undefined;
  for (const [index, text] of block.entries()) {
    const next = atLine(line + index + 1, () => {
      const startLine = findStartLine(text);
      if (startLine !== undefined) return startLine;
      series.push(loadedSeries(text, starts));
      return undefined;
    });
    if (next !== undefined && starts !== undefined) throw unmatchedStarts(line + index);
    starts = next;
  }
  if (starts !== undefined) throw unmatchedStarts(line + block.length);
  return { kind: "load", stepMs, withCustomBuckets: suffix !== undefined, series };
}

interface StartLine {
  readonly labels: Labels;
  readonly offsetsMs: readonly (number | undefined)[];
}

/** `metric{…}@st <items>`: when the counters of the next line's samples began. */
function findStartLine(text: string): StartLine | undefined {
  const end = text.search(/[ \t]/);
  if (end === -1 || !text.slice(0, end).endsWith("@st")) return undefined;
  const labels = parseMetric(text.slice(0, end - "@st".length));
  return { labels, offsetsMs: parseStartOffsets(text.slice(end)) };
}

function loadedSeries(text: string, starts: StartLine | undefined): LoadedSeries {
  const { labels, values } = parseSeriesLine(text);
  if (starts === undefined) return { labels, values, startOffsetsMs: [] };
  if (!equalLabels(starts.labels, labels)) {
    throw new SequenceError(text.slice(0, metricEnd(text)));
  }
  if (starts.offsetsMs.length !== values.length) throw new SequenceError(text);
  return { labels, values, startOffsetsMs: starts.offsetsMs };
}

function unmatchedStarts(line: number): ScriptError {
  return new ScriptError(line, "@st line has no following sample line");
}

const instantHead = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const rangeHead =
  /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;

function parseEval(head: string, block: readonly string[], line: number): ParsedCommand {
  const { suffix, time, query } = parseEvalHead(head, line);
  parseExpr(query, scriptParserOptions);
  const expected = new EvalBlock(suffix, time.kind);
  let usedLines = 0;
  for (const text of block) {
    usedLines++;
    atLine(line + usedLines, () => expected.read(text));
    if (expected.isComplete) break;
  }
  const movedTime = expected.grid?.endMs;
  const command: EvalCommand = {
    kind: "eval",
    line,
    query,
    time: movedTime === undefined ? time : { kind: "instant", timeMs: movedTime },
    expected: expected.finish(),
  };
  return { command, usedLines };
}

interface EvalHead {
  readonly suffix: string;
  readonly time: EvalTime;
  readonly query: string;
}

function parseEvalHead(head: string, line: number): EvalHead {
  const instant = instantHead.exec(head);
  if (instant !== null) {
    const [, suffix = "", at = "0", query = ""] = instant;
    return { suffix, time: { kind: "instant", timeMs: parseDuration(at) }, query };
  }
  const [matched, suffix = "", from = "", to = "", step = "", query = ""] =
    rangeHead.exec(head) ?? [];
  if (matched === undefined) throw new ScriptError(line, "invalid evaluation command");
  return { suffix, time: { kind: "range", ...parseGrid(from, to, step) }, query };
}

/** Times are counted from the epoch. */
function parseGrid(from: string, to: string, step: string): TimeGrid {
  return {
    startMs: parseDuration(from),
    endMs: parseDuration(to),
    stepMs: parseDuration(step),
  };
}

/** Parses something on a line; what is refused there is refused with the line. */
function atLine<T>(line: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new ScriptError(line, error.message, { cause: error });
  }
}

function isRefusal(error: unknown): error is Error {
  return [PromqlError, SequenceError, DurationError, RegexError].some(
    (refusal) => error instanceof refusal,
  );
}
