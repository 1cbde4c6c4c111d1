import type { Labels } from "#series";
import type {
  Accumulator,
  FoldingAggregation,
  Parameter,
  ParameterContext,
  SelectingAggregation,
} from "../aggregation-definition.ts";
import { getAggregation } from "../aggregations/registry.ts";
import { Annotations } from "../annotations.ts";
import { greaterOf, lesserOf } from "../extreme.ts";
import type { AggregationPlan } from "../plan/plan.ts";
import type { Column } from "./column.ts";
import { streamCountValues } from "./count-values.ts";
import { Grouping } from "./grouping.ts";
import type { Scope, Sink } from "./scope.ts";

/** Evaluates an aggregation. Its series are folded as they come wherever the operator allows it. */
export async function streamAggregation(
  plan: AggregationPlan,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const countsValues = plan.operator === "count_values";
  const result = scope.counted(sink, countsValues ? "besides" : "instead");
  const give: Sink = (column) => result.give(column);
  if (countsValues) {
    await streamCountValues(plan, scope, give);
  } else {
    const definition = getAggregation(plan.operator);
    const param = plan.param === undefined ? new Float64Array(0) : await scope.scalar(plan.param);
    if (definition.kind === "folding") await fold({ plan, definition, param }, scope, give);
    else await select({ plan, definition, param }, scope, give);
  }
  result.settle();
}

interface Aggregated<Definition> {
  readonly plan: AggregationPlan;
  readonly definition: Definition;
  readonly param: Float64Array;
}

interface FoldedGroup {
  readonly labels: Labels;
  readonly accumulator: Accumulator;
  dropsName: boolean;
}

async function fold(
  aggregated: Aggregated<FoldingAggregation>,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const { plan, definition, param } = aggregated;
  const annotations = new Annotations();
  const context = { stepCount: scope.grid.count, annotations, span: plan.expr.span, param };
  const grouping = new Grouping(plan.grouping, plan.isWithout);
  const groups = new Map<string, FoldedGroup>();
  definition.check?.(parameterOf(param), parameterContext(plan, annotations));
  await scope.stream(plan.expr, (column) => {
    const key = grouping.keyOf(column.labels);
    let group = groups.get(key);
    if (group === undefined) {
      const accumulator = definition.open(context);
      group = { labels: grouping.labelsOf(column.labels), accumulator, dropsName: false };
      groups.set(key, group);
    }
    if (column.dropsName) group.dropsName = true;
    group.accumulator.add(column);
    scope.columns.give(column);
  });
  for (const group of groups.values()) {
    const column = scope.columns.take(group.labels);
    group.accumulator.finish(column);
    column.dropsName = group.dropsName;
    if (column.isEmpty) scope.columns.give(column);
    else sink(column);
  }
  scope.annotations.merge(annotations);
}

async function select(
  aggregated: Aggregated<SelectingAggregation>,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const { plan, definition, param } = aggregated;
  const annotations = new Annotations();
  const columns = await scope.collect(plan.expr);
  const place = parameterContext(plan, annotations);
  if (definition.check(parameterOf(param), place) === "selects none") return;
  const context = { ...place, param, seriesCount: columns.length, pacer: scope.query.pacer };
  const grouping = new Grouping(plan.grouping, plan.isWithout);
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const key = grouping.keyOf(column.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [column]);
    else group.push(column);
  }
  for (const group of groups.values()) {
    for (const column of await definition.select(group, context)) sink(column);
  }
  scope.annotations.merge(annotations);
}

function parameterContext(plan: AggregationPlan, annotations: Annotations): ParameterContext {
  return { annotations, span: plan.span, paramSpan: plan.param?.span ?? plan.span };
}

function parameterOf(values: Float64Array): Parameter {
  let min = Number.MAX_VALUE;
  let max = -Number.MAX_VALUE;
  let hasNaN = false;
  for (const value of values) {
    min = lesserOf(min, value);
    max = greaterOf(max, value);
    if (Number.isNaN(value)) hasNaN = true;
  }
  return { min, max, hasNaN };
}
