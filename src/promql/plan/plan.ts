import type { LabelMatcher } from "#series";
import type {
  AggregationOperator,
  BinaryOperator,
  Span,
  ValueType,
  VectorMatching,
} from "../syntax/ast.ts";

/**
 * An expression made ready to be evaluated for the times of one query: parentheses are gone,
 * durations are numbers, `@ start()` and `@ end()` are times, `step()` and the like are numbers,
 * and parts that give the same at every step are marked.
 */
export type Plan =
  | NumberPlan
  | StringPlan
  | SelectorPlan
  | MatrixPlan
  | SubqueryPlan
  | CallPlan
  | AggregationPlan
  | BinaryPlan
  | UnaryPlan
  | InvariantPlan;

interface NumberPlan {
  readonly kind: "number";
  readonly type: "scalar";
  readonly span: Span;
  readonly value: number;
}

interface StringPlan {
  readonly kind: "string";
  readonly type: "string";
  readonly span: Span;
  readonly value: string;
}

/** The time that a selector or a subquery looks at: that of the step or a fixed one, moved back. */
export interface TimeReference {
  readonly offsetMs: number;
  readonly atMs: number | undefined;
}

export interface SelectorPlan extends TimeReference {
  readonly kind: "selector";
  readonly type: "vector";
  readonly span: Span;
  readonly matchers: readonly LabelMatcher[];
  readonly extension: WindowExtension;
  /** Whether anything looks at the buckets of histograms, or only at their count and sum. */
  readonly histograms: "whole" | "statistics";
}

/** How the borders of a window are completed from samples outside it. */
export type WindowExtension = "none" | "anchored" | "smoothed";

export interface MatrixPlan {
  readonly kind: "matrix";
  readonly type: "matrix";
  readonly span: Span;
  readonly selector: SelectorPlan;
  readonly rangeMs: number;
}

export interface SubqueryPlan extends TimeReference {
  readonly kind: "subquery";
  readonly type: "matrix";
  readonly span: Span;
  readonly expr: Plan;
  readonly rangeMs: number;
  /** Undefined means the engine's default for the range. */
  readonly stepMs: number | undefined;
}

export interface CallPlan {
  readonly kind: "call";
  readonly type: ValueType;
  readonly span: Span;
  readonly functionName: string;
  readonly args: readonly Plan[];
}

export interface AggregationPlan {
  readonly kind: "aggregation";
  readonly type: "vector";
  readonly span: Span;
  readonly operator: AggregationOperator;
  readonly expr: Plan;
  readonly param: Plan | undefined;
  /** Sorted. */
  readonly grouping: readonly string[];
  readonly isWithout: boolean;
}

export interface BinaryPlan {
  readonly kind: "binary";
  readonly type: "scalar" | "vector";
  readonly span: Span;
  readonly operator: BinaryOperator;
  readonly left: Plan;
  readonly right: Plan;
  readonly returnsBool: boolean;
  /** Undefined when a side is a scalar. */
  readonly matching: VectorMatching | undefined;
}

/** A sign. Plus changes nothing, but what it gives is computed rather than selected. */
interface UnaryPlan {
  readonly kind: "unary";
  readonly operator: "+" | "-";
  readonly type: "scalar" | "vector";
  readonly span: Span;
  readonly expr: Plan;
}

/** Evaluated at the first step only; its value is that of every step. */
export interface InvariantPlan {
  readonly kind: "invariant";
  readonly type: ValueType;
  readonly span: Span;
  readonly expr: Plan;
}
