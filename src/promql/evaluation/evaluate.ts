import { assert, unreachable } from "#base";
import { evaluateScalarScalar } from "../binary/scalar-scalar.ts";
import { streamSetOperation } from "../binary/set-operation.ts";
import { streamVectorScalar } from "../binary/vector-scalar.ts";
import { streamVectorVector } from "../binary/vector-vector.ts";
import { getFunction } from "../functions/registry.ts";
import type { BinaryPlan, CallPlan, InvariantPlan, Plan } from "../plan/plan.ts";
import { streamAggregation } from "./aggregation.ts";
import { streamCall } from "./call.ts";
import { type Column, histogram } from "./column.ts";
import { instantGrid } from "./grid.ts";
import { streamNegation } from "./negation.ts";
import { SampleCounter } from "./sample-counter.ts";
import type { Evaluator, Scope, Sink } from "./scope.ts";
import { streamSelector } from "./selector.ts";
import { streamSmoothedSelector } from "./smoothed-selector.ts";

/** Evaluates plans of all kinds. */
export const evaluator: Evaluator = { stream, scalar };

async function stream(plan: Plan, scope: Scope, sink: Sink): Promise<void> {
  scope.query.pacer.check();
  if (scope.grid.count === 0) return;
  switch (plan.kind) {
    case "selector":
      return plan.extension === "smoothed"
        ? streamSmoothedSelector(plan, scope, sink)
        : streamSelector(plan, scope, sink);
    case "call":
      return streamCall(plan, scope, sink);
    case "aggregation":
      return streamAggregation(plan, scope, sink);
    case "binary":
      return streamBinary(plan, scope, sink);
    case "unary":
      return plan.operator === "+"
        ? scope.stream(plan.expr, sink)
        : streamNegation(plan.expr, scope, sink);
    case "invariant":
      return streamInvariant(plan, scope, sink);
    case "number":
    case "string":
    case "matrix":
    case "subquery":
      throw new TypeError(`a ${plan.kind} is no vector`);
    default:
      return unreachable(plan);
  }
}

function streamBinary(plan: BinaryPlan, scope: Scope, sink: Sink): Promise<void> {
  if (plan.left.type === "scalar" || plan.right.type === "scalar") {
    return streamVectorScalar(plan, scope, sink);
  }
  const { matching } = plan;
  assert(matching !== undefined, "vectors are matched");
  return matching.cardinality === "many-to-many"
    ? streamSetOperation(plan, matching, scope, sink)
    : streamVectorVector(plan, matching, scope, sink);
}

async function streamInvariant(plan: InvariantPlan, scope: Scope, sink: Sink): Promise<void> {
  const once = instantGrid(scope.grid.startMs);
  const counter = new SampleCounter(once, "total");
  const result = scope.counted(sink, "instead");
  await scope.withGrid(once, counter).stream(plan.expr, (column) => {
    result.give(repeated(column, scope));
  });
  result.settle();
  scope.samples.addQueryableAtEveryStep(counter.queryable);
  scope.samples.addRead(0, counter.read);
}

/** The only step of a column at every step. */
function repeated(column: Column, scope: Scope): Column {
  const copy = scope.columns.take(column.labels);
  copy.dropsName = column.dropsName;
  copy.kinds.fill(column.kinds[0] ?? 0);
  copy.values.fill(column.values[0] ?? 0);
  const value = column.kinds[0] === histogram ? column.histograms?.[0] : undefined;
  if (value !== undefined) copy.histograms = Array.from(copy.kinds, () => value);
  return copy;
}

async function scalar(plan: Plan, scope: Scope): Promise<Float64Array> {
  scope.query.pacer.check();
  const { count } = scope.grid;
  switch (plan.kind) {
    case "number":
      scope.query.budget.touch(count);
      return new Float64Array(count).fill(plan.value);
    case "binary":
      return evaluateScalarScalar(plan, scope);
    case "unary": {
      const values = await scope.scalar(plan.expr);
      return plan.operator === "+" ? values : values.map((value) => -value);
    }
    case "call":
      return evaluateScalarCall(plan, scope);
    case "invariant":
      return evaluateInvariantScalar(plan, scope);
    default:
      throw new TypeError(`a ${plan.kind} is no scalar`);
  }
}

function evaluateScalarCall(plan: CallPlan, scope: Scope): Promise<Float64Array> {
  const definition = getFunction(plan.functionName);
  assert(definition.kind === "scalar", "only scalar functions give scalars");
  return definition.evaluate(plan, scope);
}

async function evaluateInvariantScalar(plan: InvariantPlan, scope: Scope): Promise<Float64Array> {
  const once = instantGrid(scope.grid.startMs);
  const counter = new SampleCounter(once, "total");
  const [value = Number.NaN] = await scope.withGrid(once, counter).scalar(plan.expr);
  scope.samples.addQueryableAtEveryStep(counter.queryable);
  scope.samples.addRead(0, counter.read);
  return new Float64Array(scope.grid.count).fill(value);
}
