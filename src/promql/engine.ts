import type { Clock } from "#base";
import type { Queryable } from "#series";
import { ActiveQueries, type ActiveQuery } from "./active-queries.ts";
import { defaultEngineOptions, type EngineOptions } from "./engine-options.ts";
import { type Grid, gridOf, instantGrid } from "./evaluation/grid.ts";
import { QueryError, queryCanceled } from "./query-error.ts";
import { type QueryRun, runQuery } from "./query-run.ts";
import { noObserver, type QueryObserver, type QueryOrigin } from "./query-observer.ts";
import type { QueryResult, QueryStatistics } from "./result.ts";
import type { Expr } from "./syntax/ast.ts";
import { parseExpr } from "./syntax/parser.ts";
import { valueTypeOf } from "./syntax/walk.ts";

export interface EngineDeps {
  readonly clock: Clock;
  /** Absent when nobody wants to know. */
  readonly observer?: QueryObserver;
}

/** What to evaluate: a query's text, or with it the expression that it was parsed to. */
export type Query = string | ParsedQuery;

export interface ParsedQuery {
  /** For messages: places are looked up in it. */
  readonly text: string;
  readonly expr: Expr;
}

/** What a query may ask for beside its value. */
export interface QueryOptions {
  /** Instead of the engine's. */
  readonly lookbackMs?: number;
  /** Instead of the engine's, when it is shorter. */
  readonly timeoutMs?: number;
  /** The samples of every step, if the engine keeps them. */
  readonly perStepStatistics?: "wanted" | "unwanted";
  /** What each part of the expression gave and how long it took. */
  readonly explanation?: "wanted" | "unwanted";
  /** For observers. */
  readonly origin?: QueryOrigin;
}

export interface InstantQueryOptions extends QueryOptions {
  readonly timeMs: number;
}

export interface RangeQueryOptions extends QueryOptions {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * Evaluates PromQL. Every method throws a `PromqlError` for what is not PromQL and a `QueryError` for
 * what cannot be evaluated, is canceled through `signal` or takes too long.
 */
export interface QueryEngine {
  /** Evaluates a query of any type at one time. */
  instant(
    query: Query,
    options: InstantQueryOptions,
    queryable: Queryable,
    signal: AbortSignal,
  ): Promise<QueryResult>;
  /** Evaluates a scalar or a vector at each step; the value is a matrix. */
  range(
    query: Query,
    options: RangeQueryOptions,
    queryable: Queryable,
    signal: AbortSignal,
  ): Promise<QueryResult>;
  /** The queries that run or wait, in the order in which they came. */
  activeQueries(): readonly ActiveQuery[];
  /** Ends a query that runs or waits. False when there is none of that id. */
  cancel(id: number): boolean;
}

export function createEngine(deps: EngineDeps, options: Partial<EngineOptions> = {}): QueryEngine {
  return new Engine(deps, { ...defaultEngineOptions, ...options });
}

class Engine implements QueryEngine {
  readonly #clock: Clock;
  readonly #options: EngineOptions;
  readonly #active: ActiveQueries;
  readonly #observer: QueryObserver;

  constructor(deps: EngineDeps, options: EngineOptions) {
    this.#clock = deps.clock;
    this.#observer = deps.observer ?? noObserver;
    this.#options = options;
    this.#active = new ActiveQueries(deps.clock, options.runningMax);
  }

  async instant(
    query: Query,
    options: InstantQueryOptions,
    queryable: Queryable,
    signal: AbortSignal,
  ): Promise<QueryResult> {
    const parsed = this.#parse(query);
    const times = { grid: instantGrid(options.timeMs), stepMs: 0, endMs: options.timeMs };
    return this.#run({ parsed, times, options }, queryable, signal);
  }

  async range(
    query: Query,
    options: RangeQueryOptions,
    queryable: Queryable,
    signal: AbortSignal,
  ): Promise<QueryResult> {
    const parsed = this.#parse(query);
    refuseRangeOf(parsed.expr);
    const { startMs, endMs, stepMs } = options;
    const times = { grid: gridOf(startMs, endMs, stepMs), stepMs, endMs };
    return this.#run({ parsed, times, options }, queryable, signal);
  }

  activeQueries(): readonly ActiveQuery[] {
    return this.#active.list();
  }

  cancel(id: number): boolean {
    return this.#active.cancel(id);
  }

  #parse(query: Query): ParsedQuery {
    if (typeof query !== "string") return query;
    return { text: query, expr: parseExpr(query, this.#options.syntax) };
  }

  async #run(asked: AskedQuery, queryable: Queryable, signal: AbortSignal): Promise<QueryResult> {
    const startedMs = this.#clock.elapsedMs();
    const tell = (statistics: QueryStatistics, error?: unknown) => {
      const { parsed, times, options } = asked;
      const { grid, endMs, stepMs } = times;
      const range = { startMs: grid.startMs, endMs, stepMs };
      const { origin } = options;
      this.#observer.finished({ text: parsed.text, ...range, statistics, error, origin });
    };
    try {
      const result = await this.#turn(asked, queryable, signal, startedMs);
      tell(result.statistics);
      return result;
    } catch (error) {
      // Observers hear of failures too.
      tell(failedStatistics((this.#clock.elapsedMs() - startedMs) / 1000), error);
      throw error;
    }
  }

  async #turn(
    asked: AskedQuery,
    queryable: Queryable,
    signal: AbortSignal,
    startedMs: number,
  ): Promise<QueryResult> {
    const { parsed, times, options } = asked;
    const timeoutMs = Math.min(options.timeoutMs ?? Infinity, this.#options.timeoutMs);
    using turn = await this.#active.enter(parsed.text, timeoutMs, signal);
    using _running = this.#observer.running(parsed.text);
    if (turn.signal.aborted) throw queryCanceled("query execution");
    // The storage cannot see the deadline; it ends what it does when the signal aborts.
    const deadlineMs = startedMs + timeoutMs;
    const leftMs = deadlineMs - this.#clock.elapsedMs();
    using _timer = this.#clock.schedule(leftMs, () => turn.end());
    const run: QueryRun = {
      ...parsed,
      ...times,
      clock: this.#clock,
      options: { ...this.#options, lookbackMs: options.lookbackMs ?? this.#options.lookbackMs },
      keepsSteps:
        options.perStepStatistics === "wanted" && this.#options.perStepStatistics === "available",
      explains: options.explanation === "wanted",
      signal: turn.signal,
      startedMs,
      deadlineMs,
    };
    return await runQuery(run, queryable);
  }
}

function failedStatistics(seconds: number): QueryStatistics {
  return {
    timings: {
      evalTotalTime: 0,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: 0,
      execQueueTime: 0,
      execTotalTime: seconds,
    },
    samples: {
      totalQueryableSamples: 0,
      totalSamplesRead: 0,
      peakSamples: 0,
      perStep: undefined,
    },
  };
}

interface AskedQuery {
  readonly parsed: ParsedQuery;
  readonly times: { readonly grid: Grid; readonly stepMs: number; readonly endMs: number };
  readonly options: QueryOptions;
}

const documentedTypes = {
  scalar: "scalar",
  string: "string",
  vector: "instant vector",
  matrix: "range vector",
} as const;

function refuseRangeOf(expr: Expr): void {
  const type = valueTypeOf(expr);
  if (type === "scalar" || type === "vector") return;
  throw new QueryError(
    "badData",
    `invalid expression type "${documentedTypes[type]}" for range query, must be Scalar or instant Vector`,
  );
}
