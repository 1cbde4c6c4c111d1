import type { LabelMatcher } from "#series";

/** Half-open range of UTF-16 offsets in the query's text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What an expression evaluates to. */
export type ValueType = "scalar" | "vector" | "matrix" | "string";

/**
 * A PromQL expression, as parsed. `span` is what it covers in the text. Parentheses are kept, so
 * that the printer gives back what was meant.
 */
export type Expr =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | MatrixSelector
  | Subquery
  | Call
  | Aggregation
  | BinaryExpr
  | UnaryExpr
  | ParenExpr
  | StepInvariantExpr;

export interface NumberLiteral {
  readonly kind: "number";
  readonly span: Span;
  readonly value: number;
  /** Written as a duration (`5m`), which the printer keeps. */
  readonly isDuration: boolean;
}

export interface StringLiteral {
  readonly kind: "string";
  readonly span: Span;
  readonly value: string;
}

export interface VectorSelector {
  readonly kind: "selector";
  readonly span: Span;
  /** The name before the braces, or undefined when only braces are there. */
  readonly metricName: string | undefined;
  /** All conditions, that on `__name__` included. */
  readonly matchers: readonly LabelMatcher[];
  readonly time: TimeModifiers;
  /** How the window's borders are completed (`anchored`, `smoothed`). */
  readonly extension: "none" | "anchored" | "smoothed";
}

/** `offset` and `@`. */
export interface TimeModifiers {
  /** Negative looks ahead. */
  readonly offset: Duration | undefined;
  readonly at: AtModifier | undefined;
}

export type AtModifier =
  | { readonly kind: "time"; readonly timestampMs: number }
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/** A length of time as written: a literal, or arithmetic on literals that `resolveDurations` does. */
export type Duration = DurationLiteral | DurationExpr;

export interface DurationLiteral {
  readonly kind: "literal";
  readonly span: Span;
  /** Whole milliseconds, with which queries are evaluated. */
  readonly ms: number;
  /** As written, with which arithmetic counts. */
  readonly seconds: number;
  /** Written with units (`5m`) rather than as a number of seconds. */
  readonly isDuration: boolean;
}

/** Counts in seconds. `step()` and `range()` are those of the query. */
export type DurationExpr =
  | {
      readonly kind: "arithmetic";
      readonly span: Span;
      readonly operator: DurationOperator;
      readonly left: Duration;
      readonly right: Duration;
      readonly isParenthesized: boolean;
    }
  | {
      readonly kind: "negation" | "plus";
      readonly span: Span;
      readonly operand: Duration;
      readonly isParenthesized: boolean;
    }
  | { readonly kind: "step" | "range"; readonly span: Span; readonly isParenthesized: boolean }
  | {
      readonly kind: "min_of" | "max_of";
      readonly span: Span;
      readonly left: Duration;
      readonly right: Duration;
      readonly isParenthesized: boolean;
    };

export type DurationOperator = "+" | "-" | "*" | "/" | "%" | "^";

export interface MatrixSelector {
  readonly kind: "matrix";
  readonly span: Span;
  readonly selector: VectorSelector;
  readonly range: Duration;
}

export interface Subquery {
  readonly kind: "subquery";
  readonly span: Span;
  readonly expr: Expr;
  readonly range: Duration;
  /** Undefined means the engine's default step. */
  readonly step: Duration | undefined;
  readonly time: TimeModifiers;
}

export interface Call {
  readonly kind: "call";
  readonly span: Span;
  readonly functionName: string;
  readonly args: readonly Expr[];
}

export type AggregationOperator =
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "count"
  | "group"
  | "stddev"
  | "stdvar"
  | "topk"
  | "bottomk"
  | "count_values"
  | "quantile"
  | "limitk"
  | "limit_ratio";

export interface Aggregation {
  readonly kind: "aggregation";
  readonly span: Span;
  readonly operator: AggregationOperator;
  readonly expr: Expr;
  readonly param: Expr | undefined;
  readonly grouping: readonly string[];
  readonly isWithout: boolean;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^"
  | "atan2"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "</"
  | ">/"
  | "and"
  | "or"
  | "unless";

export interface BinaryExpr {
  readonly kind: "binary";
  readonly span: Span;
  /** A scalar when both operands are scalars. */
  readonly type: "scalar" | "vector";
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  readonly returnsBool: boolean;
  /** Undefined when a side is a scalar. */
  readonly matching: VectorMatching | undefined;
}

export interface VectorMatching {
  readonly cardinality: "one-to-one" | "many-to-one" | "one-to-many" | "many-to-many";
  /** `on` or `ignoring`; plain matching is `ignoring` with no labels. */
  readonly isOn: boolean;
  readonly labels: readonly string[];
  /** Labels copied from the one side, in `group_left(…)` or `group_right(…)`. */
  readonly include: readonly string[];
  readonly fillLeft: number | undefined;
  readonly fillRight: number | undefined;
}

export interface UnaryExpr {
  readonly kind: "unary";
  readonly span: Span;
  readonly operator: "+" | "-";
  readonly expr: Expr;
}

export interface ParenExpr {
  readonly kind: "paren";
  readonly span: Span;
  readonly expr: Expr;
}

/** Marks a part whose value does not depend on the step: evaluated once. Made by the engine. */
export interface StepInvariantExpr {
  readonly kind: "invariant";
  readonly span: Span;
  readonly expr: Expr;
}
