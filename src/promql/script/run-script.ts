/**
 * Runs a test script against an engine and a storage.
 *
 * Each instant query is evaluated up to a dozen times: as given, pinned to its time by `@` and
 * evaluated at other times, and all of these again as the middle of a range.
 */
import type { Appendable, Queryable } from "#series";
import type { QueryResult, QueryValue } from "../result.ts";
import { type ComparedResult, differenceOf, findUnsorted } from "./compare.ts";
import { load } from "./load.ts";
import { parseScript } from "./parse-script.ts";
import type {
  AnnotationExpectation,
  EvalCommand,
  Expectation,
  TextPattern,
  TimeGrid,
} from "./script.ts";
import { dependsOnRange, type TimedQuery, variantsOf } from "./variants.ts";

/** What a script needs of an engine. A query's refusal is thrown, with upstream's message. */
export interface ScriptEngine {
  instant(storage: Queryable, query: string, timeMs: number): Promise<ScriptResult>;
  range(storage: Queryable, query: string, grid: TimeGrid): Promise<ScriptResult>;
}

type ScriptResult = Pick<QueryResult, "value" | "annotations">;

export type ScriptStorage = Queryable & Appendable & AsyncDisposable;

export interface ScriptDeps {
  readonly engine: ScriptEngine;
  /** Opens an empty storage: at the beginning, and for each `clear`. */
  openStorage(): Promise<ScriptStorage>;
}

/** What became of one `eval`. */
export interface CaseOutcome {
  /** From 1. */
  readonly line: number;
  readonly query: string;
  /** The first thing that was not as expected. */
  readonly problem: string | undefined;
}

/** Runs all cases, also after one has failed. Throws a `ScriptError` when the text is no script. */
export async function runScript(text: string, deps: ScriptDeps): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  let storage = await deps.openStorage();
  for (const command of parseScript(text)) {
    switch (command.kind) {
      case "clear":
        await storage[Symbol.asyncDispose]();
        storage = await deps.openStorage();
        break;
      case "load":
        await load(command, storage);
        break;
      case "eval": {
        const { line, query } = command;
        const problem = await findProblem(command, deps.engine, storage);
        outcomes.push({ line, query, problem });
        break;
      }
    }
  }
  await storage[Symbol.asyncDispose]();
  return outcomes;
}

async function findProblem(
  { query, time, expected }: EvalCommand,
  engine: ScriptEngine,
  storage: Queryable,
): Promise<string | undefined> {
  if (time.kind === "range") {
    const attempt = await attempted(() => engine.range(storage, query, time));
    return attemptProblem(attempt, expected, time);
  }
  for (const variant of variantsOf(query, time.timeMs)) {
    const problem = await findInstantProblem(variant, { expected, engine, storage });
    if (problem !== undefined) return `${variant.query} at ${variant.timeMs}: ${problem}`;
  }
  return undefined;
}

/** A result, or the message of a refusal. */
type Attempt = { readonly result: ScriptResult } | { readonly message: string };

async function attempted(evaluate: () => Promise<ScriptResult>): Promise<Attempt> {
  try {
    return { result: await evaluate() };
  } catch (error) {
    // Whatever the engine throws is a case's failure, and the next case still runs.
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function attemptProblem(
  attempt: Attempt,
  expected: Expectation,
  grid: TimeGrid,
): string | undefined {
  const { failures } = expected;
  if ("message" in attempt) {
    if (failures === undefined) return `failed: ${attempt.message}`;
    const isExpected = failures.every((pattern) => fits(pattern, attempt.message));
    return isExpected ? undefined : `failed in another way: ${attempt.message}`;
  }
  if (failures !== undefined) return "expected to fail, but it did not";
  const { value, annotations } = attempt.result;
  return (
    annotationProblem(annotations.warnings, expected.warnings) ??
    annotationProblem(annotations.infos, expected.infos) ??
    differenceOf(value, comparedWith(expected, grid))
  );
}

function comparedWith(expected: Expectation, grid: TimeGrid): ComparedResult {
  const { result, isOrdered } = expected;
  const ownGrid = result.kind === "series" ? result.grid : undefined;
  return { expected: result, isOrdered, grid: ownGrid ?? grid };
}

function annotationProblem(
  texts: readonly string[],
  { isForbidden, isRequired, patterns }: AnnotationExpectation,
): string | undefined {
  const [first] = texts;
  if (isForbidden && first !== undefined) return `unexpected annotation: ${first}`;
  if (isRequired && first === undefined) return "an expected annotation is missing";
  if (patterns.length === 0) return undefined;
  const missing = patterns.find((pattern) => !texts.some((text) => fits(pattern, text)));
  if (missing !== undefined) {
    return `no annotation like ${showPattern(missing)} among: ${texts.join("; ")}`;
  }
  const extra = texts.find((text) => !patterns.some((pattern) => fits(pattern, text)));
  return extra === undefined ? undefined : `unexpected annotation: ${extra}`;
}

function fits(pattern: TextPattern, text: string): boolean {
  return pattern.kind === "text" ? pattern.text === text : pattern.regex.test(text);
}

function showPattern(pattern: TextPattern): string {
  return pattern.kind === "text" ? pattern.text : `/${pattern.regex.source}/`;
}

interface CaseContext {
  readonly expected: Expectation;
  readonly engine: ScriptEngine;
  readonly storage: Queryable;
}

/** How far around an instant its range is evaluated, in steps of the same length. */
const rangeStepMs = 60_000;

async function findInstantProblem(
  { query, timeMs }: TimedQuery,
  { expected, engine, storage }: CaseContext,
): Promise<string | undefined> {
  const attempt = await attempted(() => engine.instant(storage, query, timeMs));
  const instant = { startMs: timeMs, endMs: timeMs, stepMs: 0 };
  const problem = attemptProblem(attempt, expected, instant);
  if (problem !== undefined || "message" in attempt) return problem;
  if (!hasRange(expected) || dependsOnRange(query)) return undefined;
  const around = {
    startMs: timeMs - rangeStepMs,
    endMs: timeMs + rangeStepMs,
    stepMs: rangeStepMs,
  };
  const ranged = await attempted(() => engine.range(storage, query, around));
  if ("message" in ranged) return `in range mode: ${ranged.message}`;
  // Ranges are sorted by labels and know no other order.
  if (expected.isOrdered) return undefined;
  const difference = middleDifference(ranged.result.value, timeMs, expected);
  return difference === undefined ? undefined : `in range mode: ${difference}`;
}

/** Strings and range vectors are no results of range queries. */
function hasRange({ result }: Expectation): boolean {
  return result.kind === "scalar" || (result.kind === "series" && result.grid === undefined);
}

function middleDifference(
  value: QueryValue,
  timestampMs: number,
  expected: Expectation,
): string | undefined {
  if (value.type !== "matrix") return `a range query gave a ${value.type}`;
  const unsorted = findUnsorted(value.series);
  if (unsorted !== undefined) return unsorted;
  const samples = value.series.flatMap((series) => {
    const row = series.timestampsMs.indexOf(timestampMs);
    if (row === -1) return [];
    const { labels } = series;
    return { labels, value: series.values[row] ?? 0, histogram: series.histograms?.[row] };
  });
  const compared = comparedWith(expected, { startMs: 0, endMs: 0, stepMs: 0 });
  if (expected.result.kind !== "scalar") {
    return differenceOf({ type: "vector", timestampMs, samples }, compared);
  }
  const scalar = samples[0]?.value ?? Number.NaN;
  return differenceOf({ type: "scalar", timestampMs, value: scalar }, compared);
}
