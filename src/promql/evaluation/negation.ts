import type { Plan } from "../plan/plan.ts";
import { multiplyHistogram } from "#series";
import { type Column, histogram } from "./column.ts";
import { dropMetricName } from "./metric-name.ts";
import type { Scope, Sink } from "./scope.ts";
import { streamNameless } from "./series-merge.ts";

/** Evaluates `-vector`. */
export function streamNegation(vector: Plan, scope: Scope, sink: Sink): Promise<void> {
  return streamNameless(vector, scope, sink, (distinct) =>
    scope.stream(vector, (column) => {
      negate(column);
      column.dropsName = true;
      if (scope.removesNames) column.labels = dropMetricName(column.labels);
      distinct(column);
    }),
  );
}

function negate(column: Column): void {
  const { values, kinds, histograms } = column;
  for (let step = 0; step < values.length; step++) values[step] = -(values[step] ?? 0);
  if (histograms === undefined) return;
  for (let step = 0; step < kinds.length; step++) {
    const value = kinds[step] === histogram ? histograms[step] : undefined;
    if (value !== undefined) histograms[step] = multiplyHistogram(value, -1);
  }
}
