import { type Clock, describeError } from "#base";
import type { Queryable, Querier, SeriesSource } from "#series";
import { Annotations } from "./annotations.ts";
import type { EngineOptions } from "./engine-options.ts";
import { SampleBudget } from "./evaluation/budget.ts";
import { evaluator } from "./evaluation/evaluate.ts";
import { ExplainingEvaluator } from "./evaluation/explain.ts";
import type { Grid } from "./evaluation/grid.ts";
import { evaluateMatrix } from "./evaluation/matrix.ts";
import { Pacer } from "./evaluation/pacer.ts";
import { SampleCounter } from "./evaluation/sample-counter.ts";
import { type QueryContext, Scope } from "./evaluation/scope.ts";
import { isScalarFunction } from "./functions/registry.ts";
import { buildPlan } from "./plan/build-plan.ts";
import type { Plan, SelectorPlan } from "./plan/plan.ts";
import { type PlannedSelection, planSelections } from "./plan/selections.ts";
import { QueryError } from "./query-error.ts";
import type { QueryResult, QueryValue } from "./result.ts";
import { MatrixBuilder, scalarOf, VectorBuilder } from "./result-value.ts";
import type { Expr } from "./syntax/ast.ts";
import { DurationValueError } from "./syntax/resolve-durations.ts";

/** A query that has its turn. */
export interface QueryRun {
  readonly text: string;
  readonly expr: Expr;
  readonly grid: Grid;
  /** 0 for an instant query. */
  readonly stepMs: number;
  /** The end that was asked for; the last step may be before it. */
  readonly endMs: number;
  readonly clock: Clock;
  readonly options: EngineOptions;
  /** Whether the samples of every step are counted. */
  readonly keepsSteps: boolean;
  readonly explains: boolean;
  readonly signal: AbortSignal;
  /** When the query came, and when it has to be done, on the clock's elapsed time. */
  readonly startedMs: number;
  readonly deadlineMs: number;
}

/** Evaluates a query: plans it, selects all series that it needs, and computes. */
export async function runQuery(run: QueryRun, queryable: Queryable): Promise<QueryResult> {
  const { clock, grid } = run;
  const stopwatch = new Stopwatch(clock, run.startedMs);
  const plan = planOf(run);
  const selections = planSelections(plan, grid, run.options);
  await using querier = await queryable.querier(
    selections.reduce((min, { minMs }) => Math.min(min, minMs), selections[0]?.minMs ?? 0),
    selections.reduce((max, { maxMs }) => Math.max(max, maxMs), selections[0]?.maxMs ?? 0),
  );
  const explaining = run.explains ? new ExplainingEvaluator(evaluator, clock) : undefined;
  const query: QueryContext = {
    options: run.options,
    budget: new SampleBudget(run.options.samplesMax),
    pacer: new Pacer(clock, run.signal, run.deadlineMs),
    querier,
    signal: run.signal,
    selections: await selectAll(selections, querier, run),
    evaluator: explaining ?? evaluator,
  };
  stopwatch.lap("queryPreparationTime");
  query.budget.refuseSteps(grid.count);
  const samples = new SampleCounter(grid, run.keepsSteps ? "per-step" : "total");
  const annotations = new Annotations();
  const scope = new Scope(query, { grid, samples, annotations });
  const value = await evaluate(plan, run, scope, stopwatch);
  return {
    value,
    annotations: {
      warnings: [...querier.warnings, ...annotations.format("warning", run.text)],
      infos: annotations.format("info", run.text),
    },
    statistics: {
      timings: stopwatch.timings(),
      samples: {
        totalQueryableSamples: samples.queryable,
        totalSamplesRead: samples.read,
        peakSamples: query.budget.peak,
        perStep: samples.perStep(),
      },
    },
    explained: explaining?.explained(),
  };
}

function planOf(run: QueryRun): Plan {
  const { expr, grid, stepMs, endMs } = run;
  try {
    return buildPlan(expr, { startMs: grid.startMs, endMs, stepMs, isScalarFunction });
  } catch (error) {
    // A length of time that cannot be is the query's fault.
    if (!(error instanceof DurationValueError)) throw error;
    throw new QueryError("badData", error.message, { cause: error });
  }
}

async function selectAll(
  selections: readonly PlannedSelection[],
  querier: Querier,
  run: QueryRun,
): Promise<ReadonlyMap<SelectorPlan, readonly SeriesSource[]>> {
  const selected = new Map<SelectorPlan, readonly SeriesSource[]>();
  for (const { selector, minMs, maxMs } of selections) {
    const hints = { minMs, maxMs, seriesMax: 0 };
    const series = querier.select(selector.matchers, hints, run.signal).catch((error: unknown) => {
      throw selectionFailed(error, run);
    });
    selected.set(selector, await series);
  }
  return selected;
}

function selectionFailed(error: unknown, run: QueryRun): QueryError {
  const step = "expanding series";
  if (run.clock.elapsedMs() >= run.deadlineMs) {
    return new QueryError("timeout", `${step}: context deadline exceeded`, { cause: error });
  }
  if (run.signal.aborted) {
    return new QueryError("canceled", `${step}: context canceled`, { cause: error });
  }
  return new QueryError("execution", `${step}: ${describeError(error)}`, { cause: error });
}

async function evaluate(
  plan: Plan,
  run: QueryRun,
  scope: Scope,
  stopwatch: Stopwatch,
): Promise<QueryValue> {
  const timestampMs = run.grid.startMs;
  const isInstant = run.stepMs === 0;
  const inner = plan.kind === "invariant" ? plan.expr : plan;
  if (inner.kind === "string") return { type: "string", timestampMs, value: inner.value };
  if (inner.kind === "matrix" || inner.kind === "subquery") {
    const series = await evaluateMatrix(inner, scope);
    stopwatch.lap("innerEvalTime");
    return series;
  }
  if (plan.type === "scalar") {
    const values = await scope.scalar(plan);
    stopwatch.lap("innerEvalTime");
    return scalarOf(values, run.grid, isInstant ? "instant" : "range");
  }
  const builder = isInstant ? new VectorBuilder() : new MatrixBuilder(run.grid);
  await scope.stream(plan, (column) => {
    builder.add(column);
    scope.columns.give(column);
  });
  stopwatch.lap("innerEvalTime");
  if (builder instanceof VectorBuilder) return builder.build(timestampMs);
  const matrix = builder.build();
  stopwatch.lap("resultSortTime");
  return matrix;
}

type Lap = "queryPreparationTime" | "innerEvalTime" | "resultSortTime";

/** Measures the parts of a query's time, in seconds. */
class Stopwatch {
  readonly #clock: Clock;
  readonly #cameMs: number;
  readonly #startedMs: number;
  readonly #laps: Record<Lap, number> = {
    queryPreparationTime: 0,
    innerEvalTime: 0,
    resultSortTime: 0,
  };
  #lapStartMs: number;

  constructor(clock: Clock, cameMs: number) {
    this.#clock = clock;
    this.#cameMs = cameMs;
    this.#startedMs = clock.elapsedMs();
    this.#lapStartMs = this.#startedMs;
  }

  lap(lap: Lap): void {
    const nowMs = this.#clock.elapsedMs();
    this.#laps[lap] = (nowMs - this.#lapStartMs) / 1000;
    this.#lapStartMs = nowMs;
  }

  timings(): QueryResult["statistics"]["timings"] {
    const nowMs = this.#clock.elapsedMs();
    return {
      ...this.#laps,
      evalTotalTime: (nowMs - this.#startedMs) / 1000,
      execQueueTime: (this.#startedMs - this.#cameMs) / 1000,
      execTotalTime: (nowMs - this.#cameMs) / 1000,
    };
  }
}
