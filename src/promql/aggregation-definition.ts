import type { Annotations } from "./annotations.ts";
import type { Column } from "./evaluation/column.ts";
import type { Pacer } from "./evaluation/pacer.ts";
import type { AggregationOperator, Span } from "./syntax/ast.ts";

/** An operator that makes something of groups of series. */
export type AggregationDefinition = FoldingAggregation | SelectingAggregation;

/**
 * Folds the series of a group into one, as they come: each is added to the group's accumulator and
 * forgotten.
 */
export interface FoldingAggregation {
  readonly kind: "folding";
  readonly operator: AggregationOperator;
  /** Looks at the parameter before anything is folded. */
  check?(param: Parameter, context: ParameterContext): void;
  open(context: FoldContext): Accumulator;
}

export interface FoldContext {
  readonly stepCount: number;
  readonly annotations: Annotations;
  /** The aggregated expression's place. */
  readonly span: Span;
  /** The aggregation's parameter at each step; empty when it has none. */
  readonly param: Float64Array;
}

/** What is known of one group so far. */
export interface Accumulator {
  /** Takes in a series; the column stays the caller's. */
  add(column: Column): void;
  /** Writes the group's result into an empty column. */
  finish(result: Column): void;
}

export function defineFolding(definition: Omit<FoldingAggregation, "kind">): FoldingAggregation {
  return { kind: "folding", ...definition };
}

/** Keeps some series of each group as they are. */
export interface SelectingAggregation {
  readonly kind: "selecting";
  readonly operator: AggregationOperator;
  /** Looks at the parameter first; refuses it, or says that nothing can be selected. */
  check(param: Parameter, context: ParameterContext): "selects some" | "selects none";
  /** Removes from the group's series the steps that are not selected; gives the order of the rest. */
  select(group: readonly Column[], context: SelectContext): Promise<readonly Column[]>;
}

export interface SelectContext extends ParameterContext {
  /** The aggregation's parameter at each step. */
  readonly param: Float64Array;
  /** How many series there are in all groups. */
  readonly seriesCount: number;
  /** To be asked between steps: a group may have any number of series. */
  readonly pacer: Pacer;
}

export function defineSelecting(
  definition: Omit<SelectingAggregation, "kind">,
): SelectingAggregation {
  return { kind: "selecting", ...definition };
}

export interface ParameterContext {
  readonly annotations: Annotations;
  /** The parameter's place, and the whole aggregation's. */
  readonly paramSpan: Span;
  readonly span: Span;
}

/** What upstream asks of a parameter, whose value may differ from step to step. */
export interface Parameter {
  readonly min: number;
  readonly max: number;
  readonly hasNaN: boolean;
}
