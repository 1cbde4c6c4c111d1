import type { Querier, SeriesSource } from "#series";
import type { Annotations } from "../annotations.ts";
import type { Plan, SelectorPlan } from "../plan/plan.ts";
import type { SampleBudget } from "./budget.ts";
import { type Column, ColumnPool, columnSize } from "./column.ts";
import type { Grid } from "./grid.ts";
import { hasOneName } from "./metric-name.ts";
import type { Pacer } from "./pacer.ts";
import type { SampleCounter } from "./sample-counter.ts";

/** What is the same for all parts of a query while it is evaluated. */
export interface QueryContext {
  readonly options: EvaluationOptions;
  readonly budget: SampleBudget;
  readonly pacer: Pacer;
  readonly querier: Querier;
  readonly signal: AbortSignal;
  /** What each selector selected. */
  readonly selections: ReadonlyMap<SelectorPlan, readonly SeriesSource[]>;
  readonly evaluator: Evaluator;
}

interface EvaluationOptions {
  readonly lookbackMs: number;
  /** The step of a subquery that names none, for its range. */
  readonly defaultSubqueryStepMs: (rangeMs: number) => number;
  /** Metric names are removed when the query is done, so that a function may still use them. */
  readonly nameRemoval: "delayed" | "immediate";
  /** Whether `__type__` tells counters from gauges, rather than the name's ending. */
  readonly counterSign: "type label" | "name";
  readonly startTimestamps: "used" | "ignored";
}

/** Takes the series of a value one by one, and owns each column that it is given. */
export type Sink = (column: Column) => void;

/** Evaluates any plan; parts evaluate their own parts through it. */
export interface Evaluator {
  stream(plan: Plan, scope: Scope, sink: Sink): Promise<void>;
  scalar(plan: Plan, scope: Scope): Promise<Float64Array>;
}

interface ScopePlace {
  readonly grid: Grid;
  readonly samples: SampleCounter;
  readonly annotations: Annotations;
  /** Of the same grid; new ones when there are none. */
  readonly columns?: ColumnPool;
}

/** Where a part of a query is evaluated: at which steps, and where it leaves its notes. */
export class Scope {
  readonly query: QueryContext;
  readonly grid: Grid;
  readonly samples: SampleCounter;
  readonly annotations: Annotations;
  readonly columns: ColumnPool;

  constructor(query: QueryContext, place: ScopePlace) {
    this.query = query;
    this.grid = place.grid;
    this.samples = place.samples;
    this.annotations = place.annotations;
    this.columns = place.columns ?? new ColumnPool(place.grid.count);
  }

  /** Evaluates a vector and hands its series to `sink`, one by one. */
  stream(plan: Plan, sink: Sink): Promise<void> {
    return this.query.evaluator.stream(plan, this, sink);
  }

  /** Evaluates a vector and keeps all its series. */
  async collect(plan: Plan): Promise<Column[]> {
    const columns: Column[] = [];
    await this.stream(plan, (column) => {
      this.query.budget.keepColumn(this.grid.count);
      columns.push(column);
    });
    return columns;
  }

  /** Evaluates a scalar: its value at each step. */
  scalar(plan: Plan): Promise<Float64Array> {
    return this.query.evaluator.scalar(plan, this);
  }

  /** The same place with other steps. */
  withGrid(grid: Grid, samples: SampleCounter): Scope {
    return new Scope(this.query, { grid, samples, annotations: this.annotations });
  }

  /** The same place with its own annotations, to be merged when it is their turn. */
  withAnnotations(annotations: Annotations): Scope {
    const { grid, samples, columns } = this;
    return new Scope(this.query, { grid, samples, columns, annotations });
  }

  /**
   * Whether the series of `source` may become equal when their names are dropped, and with them their
   * types and units, which series of one name have in common unless these are labels, too.
   */
  mayCollide(source: Plan): boolean {
    if (!this.removesNames) return false;
    return this.query.options.counterSign === "type label" || !hasOneName(source);
  }

  get removesNames(): boolean {
    return this.query.options.nameRemoval === "immediate";
  }

  /**
   * A sink that counts the result of a part, which is held besides what it is made from, or comes in
   * its place; `settle` makes it all that the part holds.
   */
  counted(sink: Sink, held: "besides" | "instead" = "besides"): CountedSink {
    return new CountedSink(this.query.budget, sink, held);
  }
}

/** Counts what a part gives against the budget. */
export class CountedSink {
  readonly #budget: SampleBudget;
  readonly #sink: Sink;
  readonly #held: "besides" | "instead";
  readonly #heldBefore: number;
  #given = 0;

  constructor(budget: SampleBudget, sink: Sink, held: "besides" | "instead") {
    this.#budget = budget;
    this.#sink = sink;
    this.#held = held;
    this.#heldBefore = budget.held;
  }

  give(column: Column): void {
    const size = columnSize(column);
    this.#given += size;
    if (this.#held === "besides") this.#budget.hold(size);
    this.#sink(column);
  }

  /** The part is done: what it was made from is no longer held. */
  settle(): void {
    this.#budget.settle(this.#heldBefore + this.#given);
  }
}
