import { absent, float } from "../evaluation/column.ts";
import { dropMetricName } from "../evaluation/metric-name.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { streamNameless } from "../evaluation/series-merge.ts";
import { defineStreamFunction, type StreamFunction } from "../function-definition.ts";
import type { CallPlan } from "../plan/plan.ts";

const dayMs = 86_400_000;

/** What the functions read off a date in UTC. */
const fields: Readonly<Record<string, (date: Date) => number>> = {
  day_of_month: (date) => date.getUTCDate(),
  day_of_week: (date) => date.getUTCDay(),
  day_of_year: (date) => (startOfDay(date) - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs + 1,
  days_in_month: (date) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  month: (date) => date.getUTCMonth() + 1,
  year: (date) => date.getUTCFullYear(),
};

/** `minute(v=vector(time()))`, `hour`, … `year`: of times in seconds since the epoch. */
export const dateFunctions: readonly StreamFunction[] = Object.entries(fields).map(
  ([name, field]) =>
    defineStreamFunction({
      name,
      stream: (plan, scope, sink) => streamField(plan, scope, sink, field),
    }),
);

function startOfDay(date: Date): number {
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
}

async function streamField(
  plan: CallPlan,
  scope: Scope,
  sink: Sink,
  field: (date: Date) => number,
): Promise<void> {
  const [vector] = plan.args;
  if (vector === undefined) return giveFieldOfSteps(scope, sink, field);
  await streamNameless(vector, scope, sink, (distinct) =>
    scope.stream(vector, (column) => {
      const { values, kinds } = column;
      for (let step = 0; step < kinds.length; step++) {
        if (kinds[step] !== float) kinds[step] = absent;
        else values[step] = field(new Date(Math.trunc(values[step] ?? 0) * 1000));
      }
      column.dropsName = true;
      if (scope.removesNames) column.labels = dropMetricName(column.labels);
      if (!column.isEmpty) distinct(column);
    }),
  );
}

function giveFieldOfSteps(scope: Scope, sink: Sink, field: (date: Date) => number): void {
  const { grid } = scope;
  const column = scope.columns.take([]);
  for (let step = 0; step < grid.count; step++) {
    const timeMs = grid.startMs + step * grid.stepMs;
    column.setFloat(step, field(new Date(Math.trunc(timeMs / 1000) * 1000)));
  }
  sink(column);
}
