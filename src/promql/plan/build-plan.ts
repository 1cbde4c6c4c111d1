import { assert, unreachable } from "#base";
import type {
  Aggregation,
  AtModifier,
  BinaryExpr,
  Call,
  Duration,
  Expr,
  Subquery,
  TimeModifiers,
  VectorSelector,
} from "../syntax/ast.ts";
import { resolveDurations } from "../syntax/resolve-durations.ts";
import type { Plan, SelectorPlan, SubqueryPlan, TimeReference } from "./plan.ts";

/** The times of a query, and what the plan must know of the functions in it. */
export interface PlanContext {
  readonly startMs: number;
  readonly endMs: number;
  /** 0 for an instant query. */
  readonly stepMs: number;
  isScalarFunction(name: string): boolean;
}

/**
 * Makes `expr` ready to be evaluated. The highest parts whose value does not depend on the step are
 * wrapped, so that they are evaluated once. Throws `DurationValueError` on durations of no length.
 */
export function buildPlan(expr: Expr, context: PlanContext): Plan {
  const rangeMs = context.endMs - context.startMs;
  const resolved = resolveDurations(expr, { stepMs: context.stepMs, rangeMs });
  return wrap(buildPart(resolved, { ...context, histograms: "unread" }));
}

interface PartContext extends PlanContext {
  /**
   * What the parts around this one read of histograms: nothing yet, their statistics, or, once
   * anything does, their buckets.
   */
  readonly histograms: "unread" | "statistics" | "whole";
}

/** Functions whose result depends on the step even where their arguments do not. */
const timeBoundFunctions: ReadonlySet<string> = new Set([
  "days_in_month",
  "day_of_month",
  "day_of_week",
  "day_of_year",
  "hour",
  "minute",
  "month",
  "year",
  "predict_linear",
  "time",
  "timestamp",
]);

interface Part {
  readonly plan: Plan;
  /** The same at every step. */
  readonly isInvariant: boolean;
  /** Worth marking as such: a constant is not, and a matrix is marked by its function. */
  readonly isWrappable: boolean;
}

function wrap(part: Part): Plan {
  if (!part.isWrappable) return part.plan;
  return asInvariant(part.plan);
}

function asInvariant(plan: Plan): Plan {
  return { kind: "invariant", type: plan.type, span: plan.span, expr: plan };
}

function variable(plan: Plan): Part {
  return { plan, isInvariant: false, isWrappable: false };
}

function constant(plan: Plan): Part {
  return { plan, isInvariant: true, isWrappable: false };
}

function buildPart(expr: Expr, context: PartContext): Part {
  switch (expr.kind) {
    case "number":
      return constant({ kind: "number", type: "scalar", span: expr.span, value: expr.value });
    case "string":
      return constant({ kind: "string", type: "string", span: expr.span, value: expr.value });
    case "selector": {
      const plan = buildSelector(expr, context);
      const isInvariant = plan.atMs !== undefined;
      return { plan, isInvariant, isWrappable: isInvariant };
    }
    case "matrix": {
      const selector = buildSelector(expr.selector, context);
      const rangeMs = millisecondsOf(expr.range);
      const plan = { kind: "matrix", type: "matrix", span: expr.span, selector, rangeMs } as const;
      return { plan, isInvariant: selector.atMs !== undefined, isWrappable: false };
    }
    case "subquery":
      return buildSubquery(expr, context);
    case "call":
      return buildCall(expr, context);
    case "aggregation":
      return buildAggregation(expr, context);
    case "binary":
      return buildBinary(expr, context);
    case "unary": {
      const operand = buildPart(expr.expr, context);
      const { operator, span } = expr;
      const type = operand.plan.type === "scalar" ? "scalar" : "vector";
      const plan = { kind: "unary", operator, type, span, expr: operand.plan } as const;
      return { ...operand, plan };
    }
    case "paren":
    case "invariant":
      return buildPart(expr.expr, context);
    default:
      return unreachable(expr);
  }
}

function buildSelector(selector: VectorSelector, context: PartContext): SelectorPlan {
  return {
    kind: "selector",
    type: "vector",
    span: selector.span,
    matchers: selector.matchers,
    extension: selector.extension,
    histograms: context.histograms === "statistics" ? "statistics" : "whole",
    ...buildTime(selector.time, context),
  };
}

function buildTime(time: TimeModifiers, context: PlanContext): TimeReference {
  const offsetMs = time.offset === undefined ? 0 : millisecondsOf(time.offset);
  return { offsetMs, atMs: time.at === undefined ? undefined : resolveAt(time.at, context) };
}

function resolveAt(at: AtModifier, context: PlanContext): number {
  switch (at.kind) {
    case "time":
      return at.timestampMs;
    case "start":
      return context.startMs;
    case "end":
      return context.endMs;
    default:
      return unreachable(at);
  }
}

function millisecondsOf(duration: Duration): number {
  assert(duration.kind === "literal", "durations are resolved");
  return duration.ms;
}

function buildSubquery(expr: Subquery, context: PartContext): Part {
  // Resets between the steps show in the buckets only.
  const inner = buildPart(expr.expr, { ...context, histograms: "whole" });
  const plan: SubqueryPlan = {
    kind: "subquery",
    type: "matrix",
    span: expr.span,
    // Its own steps are many even where the query has one.
    expr: inner.isInvariant && inner.plan.kind !== "number" ? asInvariant(inner.plan) : inner.plan,
    rangeMs: millisecondsOf(expr.range),
    stepMs: expr.step === undefined ? undefined : millisecondsOf(expr.step),
    ...buildTime(expr.time, context),
  };
  return { plan, isInvariant: plan.atMs !== undefined, isWrappable: false };
}

function buildCall(expr: Call, context: PartContext): Part {
  const constantValue = evaluateQueryContext(expr.functionName, context);
  if (constantValue !== undefined) {
    return constant({ kind: "number", type: "scalar", span: expr.span, value: constantValue });
  }
  const inner = { ...context, histograms: histogramsReadBy(expr.functionName, context) };
  const args = expr.args.map((arg) => buildPart(arg, inner));
  const isInvariant = isInvariantCall(expr.functionName, args);
  const plan: Plan = {
    kind: "call",
    type: context.isScalarFunction(expr.functionName) ? "scalar" : "vector",
    span: expr.span,
    functionName: expr.functionName,
    args: isInvariant ? args.map((arg) => arg.plan) : args.map(wrap),
  };
  return isInvariant ? { plan, isInvariant, isWrappable: true } : variable(plan);
}

function histogramsReadBy(name: string, context: PartContext): PartContext["histograms"] {
  if (bucketFunctions.has(name) || context.histograms === "whole") return "whole";
  return statisticsFunctions.has(name) ? "statistics" : context.histograms;
}

const statisticsFunctions: ReadonlySet<string> = new Set([
  "histogram_count",
  "histogram_sum",
  "histogram_avg",
]);

const bucketFunctions: ReadonlySet<string> = new Set([
  "histogram_quantile",
  "histogram_quantiles",
  "histogram_fraction",
]);

/** `start()`, `end()`, `range()` and `step()` are the same for the whole query. */
function evaluateQueryContext(name: string, context: PlanContext): number | undefined {
  switch (name) {
    case "start":
      return context.startMs / 1000;
    case "end":
      return context.endMs / 1000;
    case "range":
      return (context.endMs - context.startMs) / 1000;
    case "step":
      return context.startMs === context.endMs ? 0 : context.stepMs / 1000;
    default:
      return undefined;
  }
}

function isInvariantCall(name: string, args: readonly Part[]): boolean {
  if (!args.every((arg) => arg.isInvariant)) return false;
  if (!timeBoundFunctions.has(name)) return true;
  // The time of a sample is fixed with the sample, that of an expression is the step's.
  return name === "timestamp" && args.every((arg) => arg.plan.kind === "selector");
}

function buildAggregation(expr: Aggregation, context: PartContext): Part {
  const inner = buildPart(expr.expr, context);
  const param = expr.param === undefined ? undefined : buildPart(expr.param, context);
  const plan: Plan = {
    kind: "aggregation",
    type: "vector",
    span: expr.span,
    operator: expr.operator,
    expr: inner.plan,
    param: param?.plan,
    grouping: expr.grouping.toSorted(),
    isWithout: expr.isWithout,
  };
  return { ...inner, plan };
}

function buildBinary(expr: BinaryExpr, context: PartContext): Part {
  const isTrim = expr.operator === "</" || expr.operator === ">/";
  const inner = isTrim ? ({ ...context, histograms: "whole" } as const) : context;
  const left = buildPart(expr.left, inner);
  const right = buildPart(expr.right, inner);
  const isInvariant = left.isInvariant && right.isInvariant;
  const bothScalar = left.plan.type === "scalar" && right.plan.type === "scalar";
  const plan: Plan = {
    kind: "binary",
    type: bothScalar ? "scalar" : "vector",
    span: expr.span,
    operator: expr.operator,
    left: isInvariant ? left.plan : wrap(left),
    right: isInvariant ? right.plan : wrap(right),
    returnsBool: expr.returnsBool,
    matching: expr.matching,
  };
  return isInvariant ? { plan, isInvariant, isWrappable: true } : variable(plan);
}
