import { absent, float } from "../evaluation/column.ts";
import { dropMetricName } from "../evaluation/metric-name.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { streamNameless } from "../evaluation/series-merge.ts";
import { defineStreamFunction, type StreamFunction } from "../function-definition.ts";
import type { CallPlan } from "../plan/plan.ts";

const dayMs = 86_400_000;
/** Dates repeat after 400 years, weekdays included. */
const cycleYears = 400;
const cycleSeconds = 146_097 * 86_400;
/** What `Date` can tell. */
const dateSecondsMax = 8.64e12;

/** What the functions read off a date in UTC. */
const fields: Readonly<Record<string, Field>> = {
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

type Field = (date: Date) => number;

/** A field at any number of seconds; what 64 bits do not hold is where upstream's time overflows to. */
function fieldAt(field: Field, seconds: number): number {
  const whole = Math.abs(seconds) < 2 ** 63 ? Math.trunc(seconds) : 2 ** 63;
  if (Math.abs(whole) <= dateSecondsMax) return field(new Date(whole * 1000));
  const inCycle = ((whole % cycleSeconds) + cycleSeconds) % cycleSeconds;
  const value = field(new Date(inCycle * 1000));
  const cycleCount = Math.round((whole - inCycle) / cycleSeconds);
  return field === fields["year"] ? value + cycleCount * cycleYears : value;
}

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

async function streamField(plan: CallPlan, scope: Scope, sink: Sink, field: Field): Promise<void> {
  const [vector] = plan.args;
  if (vector === undefined) return giveFieldOfSteps(scope, sink, field);
  await streamNameless(vector, scope, sink, (distinct) =>
    scope.stream(vector, (column) => {
      const { values, kinds } = column;
      for (let step = 0; step < kinds.length; step++) {
        if (kinds[step] !== float) kinds[step] = absent;
        else values[step] = fieldAt(field, values[step] ?? 0);
      }
      column.dropsName = true;
      if (scope.removesNames) column.labels = dropMetricName(column.labels);
      if (!column.isEmpty) distinct(column);
    }),
  );
}

function giveFieldOfSteps(scope: Scope, sink: Sink, field: Field): void {
  const { grid } = scope;
  const column = scope.columns.take([]);
  for (let step = 0; step < grid.count; step++) {
    const timeMs = grid.startMs + step * grid.stepMs;
    column.setFloat(step, fieldAt(field, timeMs / 1000));
  }
  sink(column);
}
