import type { Column } from "./evaluation/column.ts";
import type { Scope, Sink } from "./evaluation/scope.ts";
import type { Window } from "./evaluation/window.ts";
import type { CallPlan, WindowExtension } from "./plan/plan.ts";

/** A PromQL function, in the form that suits it best. */
export type FunctionDefinition =
  | ValueFunction
  | ColumnFunction
  | VectorFunction
  | RangeFunction
  | ScalarFunction
  | StreamFunction;

/** One float becomes another. Histograms are dropped, the metric name too. */
export interface ValueFunction {
  readonly kind: "value";
  readonly name: string;
  apply(value: number): number;
}

export function defineValueFunction(definition: Omit<ValueFunction, "kind">): ValueFunction {
  return { kind: "value", ...definition };
}

/** Changes each series of its vector argument in place, knowing no other. Drops the metric name. */
export interface ColumnFunction {
  readonly kind: "column";
  readonly name: string;
  /** Which argument is the vector. */
  readonly vectorIndex: number;
  /** `args` are the scalar arguments in order: each one's value at every step. */
  transform(column: Column, args: readonly Float64Array[]): void;
}

export function defineColumnFunction(definition: Omit<ColumnFunction, "kind">): ColumnFunction {
  return { kind: "column", ...definition };
}

/** Needs all series of its vector argument at once. */
export interface VectorFunction {
  readonly kind: "vector";
  readonly name: string;
  readonly vectorIndex: number;
  /** Gets the vector's columns to keep and change. */
  evaluate(columns: Column[], call: VectorCall): readonly Column[];
}

export interface VectorCall {
  readonly plan: CallPlan;
  readonly scope: Scope;
  /** The scalar arguments in order: each one's value at every step. */
  readonly args: readonly Float64Array[];
}

export function defineVectorFunction(definition: Omit<VectorFunction, "kind">): VectorFunction {
  return { kind: "vector", ...definition };
}

/** Looks at a window of each series at each step. */
export interface RangeFunction {
  readonly kind: "range";
  readonly name: string;
  readonly keepsMetricName: boolean;
  /** The window extensions that it understands, besides none. */
  readonly extensions: readonly WindowExtension[];
  /** Whether it is meant for counters, so that a name that is not one's is pointed out. */
  readonly expectsCounter: boolean;
  /** Whether it looks at when counters began. */
  readonly usesStartTimestamps: boolean;
  /** Emits at most one result through the window. Called only when there is a sample in it. */
  evaluate(window: Window): void;
}

export type RangeFunctionOptions = Pick<RangeFunction, "name" | "evaluate"> &
  Partial<Omit<RangeFunction, "kind">>;

export function defineRangeFunction(definition: RangeFunctionOptions): RangeFunction {
  return {
    kind: "range",
    keepsMetricName: false,
    extensions: [],
    expectsCounter: false,
    usesStartTimestamps: false,
    ...definition,
  };
}

/** Gives a number at each step. */
export interface ScalarFunction {
  readonly kind: "scalar";
  readonly name: string;
  evaluate(plan: CallPlan, scope: Scope): Promise<Float64Array>;
}

export function defineScalarFunction(definition: Omit<ScalarFunction, "kind">): ScalarFunction {
  return { kind: "scalar", ...definition };
}

/** Evaluates its arguments itself, because it needs them in a way of its own. */
export interface StreamFunction {
  readonly kind: "stream";
  readonly name: string;
  stream(plan: CallPlan, scope: Scope, sink: Sink): Promise<void>;
}

export function defineStreamFunction(definition: Omit<StreamFunction, "kind">): StreamFunction {
  return { kind: "stream", ...definition };
}
