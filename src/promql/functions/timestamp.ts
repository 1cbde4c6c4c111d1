import { SampleBuffer } from "#series";
import { absent, type Column, float } from "../evaluation/column.ts";
import { dropMetricName } from "../evaluation/metric-name.ts";
import { fillFromNewest, readSeries, selectedSeries } from "../evaluation/selector.ts";
import type { Scope, Sink } from "../evaluation/scope.ts";
import { streamNameless } from "../evaluation/series-merge.ts";
import { defineStreamFunction } from "../function-definition.ts";
import type { Plan, SelectorPlan } from "../plan/plan.ts";
import { referenceMs, selectionOf } from "../plan/selections.ts";

/** `timestamp(v)`: when each sample was taken, in seconds; of what is computed, the time of the step. */
export const timestamp = defineStreamFunction({
  name: "timestamp",
  async stream({ args: [vector] }, scope, sink) {
    if (vector === undefined) throw new TypeError("timestamp needs an argument");
    if (vector.kind === "selector") await streamTimes(vector, "sample", scope, sink);
    else await streamStepTimes(vector, scope, sink);
  },
});

/** `start_timestamp(v)`: when the counter of each sample began; nothing for what is computed. */
export const startTimestamp = defineStreamFunction({
  name: "start_timestamp",
  async stream({ args: [vector] }, scope, sink) {
    if (vector === undefined) throw new TypeError("start_timestamp needs an argument");
    const isUsed = scope.query.options.startTimestamps === "used";
    const discard: Sink = (column) => scope.columns.give(column);
    if (vector.kind !== "selector") await scope.stream(vector, discard);
    else if (isUsed) await streamTimes(vector, "start", scope, sink);
    else await readTimes(vector, "start", scope, discard);
  },
});

function streamTimes(
  plan: SelectorPlan,
  which: "sample" | "start",
  scope: Scope,
  sink: Sink,
): Promise<void> {
  return streamNameless(plan, scope, sink, (distinct) =>
    readTimes(plan, which, scope, (column) => giveNameless(column, scope, distinct)),
  );
}

async function readTimes(
  plan: SelectorPlan,
  which: "sample" | "start",
  scope: Scope,
  sink: Sink,
): Promise<void> {
  const { grid, query } = scope;
  const { minMs, maxMs } = selectionOf(plan, 0, grid, query.options);
  const buffer = new SampleBuffer();
  const lookup = {
    // With `@`, upstream forgets the offset here, though not when it selects the samples.
    firstMs: plan.atMs ?? referenceMs(plan, grid.startMs),
    stepMs: plan.atMs === undefined ? grid.stepMs : 0,
    lookbackMs: query.options.lookbackMs,
    rows: new Int32Array(grid.count),
  };
  for (const source of selectedSeries(plan, scope)) {
    if (query.pacer.isDue()) await query.pacer.pause();
    readSeries(source, plan, { minMs, maxMs }, buffer);
    const column = scope.columns.take(source.labels);
    if (fillFromNewest(column, buffer, lookup) === 0) continue;
    const times = which === "sample" ? buffer.timestampsMs : buffer.startTimestampsMs;
    for (let step = 0; step < grid.count; step++) {
      if (column.kinds[step] === absent) continue;
      scope.samples.addQueryable(step, 1);
      scope.samples.addRead(step, 1);
      column.setFloat(step, (times?.[lookup.rows[step] ?? 0] ?? 0) / 1000);
    }
    sink(column);
  }
}

async function streamStepTimes(vector: Plan, scope: Scope, sink: Sink): Promise<void> {
  const { grid } = scope;
  await streamNameless(vector, scope, sink, (distinct) =>
    scope.stream(vector, (column) => {
      for (let step = 0; step < grid.count; step++) {
        if (column.kinds[step] === absent) continue;
        column.values[step] = (grid.startMs + step * grid.stepMs) / 1000;
        column.kinds[step] = float;
      }
      giveNameless(column, scope, distinct);
    }),
  );
}

function giveNameless(column: Column, scope: Scope, sink: Sink): void {
  column.dropsName = true;
  if (scope.removesNames) column.labels = dropMetricName(column.labels);
  sink(column);
}
