import { formatFloat, quoteGo } from "#base";
import { formatHistogram, isValidLabelName, setLabel } from "#series";
import type { AggregationPlan } from "../plan/plan.ts";
import { evaluationFailed } from "../query-error.ts";
import { absent, type Column, histogram } from "./column.ts";
import { Grouping } from "./grouping.ts";
import type { Scope, Sink } from "./scope.ts";
import { SeriesMerge } from "./series-merge.ts";

/** `count_values("label", …)`: for each value how many series of the group have it. */
export async function streamCountValues(
  plan: AggregationPlan,
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const label = labelOf(plan);
  const names = plan.isWithout ? plan.grouping : [...plan.grouping, label].toSorted();
  const grouping = new Grouping(names, plan.isWithout);
  const counts = new Map<string, Column>();
  await scope.stream(plan.expr, (column) => {
    for (let step = 0; step < scope.grid.count; step++) {
      if (column.kinds[step] === absent) continue;
      const labels = setLabel(column.labels, label, valueText(column, step));
      const key = grouping.keyOf(labels);
      let counted = counts.get(key);
      if (counted === undefined) {
        counted = scope.columns.take(grouping.labelsOf(labels));
        counts.set(key, counted);
      }
      const before = counted.kinds[step] === absent ? 0 : (counted.values[step] ?? 0);
      counted.setFloat(step, before + 1);
    }
    scope.columns.give(column);
  });
  // Groups differ in what they are counted by, which the labels may not show.
  const merge = new SeriesMerge();
  for (const column of counts.values()) merge.add(column);
  for (const column of merge.columns()) sink(column);
}

function labelOf(plan: AggregationPlan): string {
  const label = plan.param?.kind === "string" ? plan.param.value : "";
  if (isValidLabelName(label, "utf8")) return label;
  throw evaluationFailed(`invalid label name ${quoteGo(label)}`);
}

function valueText(column: Column, step: number): string {
  const value = column.kinds[step] === histogram ? column.histograms?.[step] : undefined;
  return value === undefined ? formatFloat(column.values[step] ?? 0, "f") : formatHistogram(value);
}
