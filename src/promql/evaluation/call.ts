import { unreachable } from "#base";
import type { ColumnFunction, ValueFunction, VectorFunction } from "../function-definition.ts";
import { getFunction } from "../functions/registry.ts";
import type { CallPlan, Plan } from "../plan/plan.ts";
import { absent, type Column, float } from "./column.ts";
import { dropMetricName } from "./metric-name.ts";
import { evaluateScalarArgs } from "./scalar-args.ts";
import { streamRangeCall } from "./range-call.ts";
import type { Scope, Sink } from "./scope.ts";
import { SeriesMerge, streamNameless } from "./series-merge.ts";

/** Evaluates a function that gives a vector. */
export async function streamCall(plan: CallPlan, scope: Scope, sink: Sink): Promise<void> {
  const definition = getFunction(plan.functionName);
  switch (definition.kind) {
    case "value":
      return streamValues(plan, definition, scope, sink);
    case "column":
      return streamColumns(plan, definition, scope, sink);
    case "vector":
      return evaluateVector(plan, definition, scope, sink);
    case "range":
      return streamRangeCall(plan, definition, scope, sink);
    case "stream": {
      const result = scope.counted(sink);
      await definition.stream(plan, scope, (column) => result.give(column));
      return result.settle();
    }
    case "scalar":
      throw new TypeError(`${definition.name} gives no vector`);
    default:
      return unreachable(definition);
  }
}

function streamValues(
  plan: CallPlan,
  definition: ValueFunction,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  return streamChanged(argumentAt(plan, 0), scope, sink, (column) => {
    const { values, kinds } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === float) values[step] = definition.apply(values[step] ?? 0);
      else kinds[step] = absent;
    }
  });
}

async function streamColumns(
  plan: CallPlan,
  definition: ColumnFunction,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const args = await evaluateScalarArgs(plan, scope);
  await streamChanged(argumentAt(plan, definition.vectorIndex), scope, sink, (column) => {
    definition.transform(column, args);
  });
}

/** Streams a vector through `change`, which makes another quantity of each series. */
async function streamChanged(
  vector: Plan,
  scope: Scope,
  sink: Sink,
  change: (column: Column) => void,
): Promise<void> {
  const result = scope.counted(sink);
  const give: Sink = (column) => result.give(column);
  await streamNameless(vector, scope, give, (distinct) =>
    scope.stream(vector, (column) => {
      change(column);
      if (column.isEmpty) {
        scope.columns.give(column);
        return;
      }
      column.dropsName = true;
      if (scope.removesNames) column.labels = dropMetricName(column.labels);
      distinct(column);
    }),
  );
  result.settle();
}

async function evaluateVector(
  plan: CallPlan,
  definition: VectorFunction,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const result = scope.counted(sink);
  const args = await evaluateScalarArgs(plan, scope);
  const columns = await scope.collect(argumentAt(plan, definition.vectorIndex));
  const merge = new SeriesMerge(scope.columns);
  for (const column of definition.evaluate(columns, { plan, scope, args })) merge.add(column);
  merge.finish((column) => result.give(column));
  result.settle();
}

function argumentAt(plan: CallPlan, index: number): Plan {
  const arg = plan.args[index];
  if (arg === undefined) throw new TypeError(`${plan.functionName} has no argument ${index}`);
  return arg;
}
