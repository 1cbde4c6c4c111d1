import { isStaleAt, SampleBuffer, type SeriesSource } from "#series";
import type { SelectorPlan } from "../plan/plan.ts";
import { reduceToStatistics } from "./histogram-statistics.ts";
import { referenceMs, selectionOf } from "../plan/selections.ts";
import { type Column, columnSize, float, sizeAt } from "./column.ts";
import type { Scope, Sink } from "./scope.ts";

/** Evaluates an instant selector: at each step the newest sample within the lookback. */
export async function streamSelector(plan: SelectorPlan, scope: Scope, sink: Sink): Promise<void> {
  const { query, grid } = scope;
  const { minMs, maxMs } = selectionOf(plan, 0, grid, query.options);
  const result = scope.counted(sink);
  const buffer = new SampleBuffer();
  const lookup: Lookup = {
    firstMs: referenceMs(plan, grid.startMs),
    stepMs: plan.atMs === undefined ? grid.stepMs : 0,
    lookbackMs: query.options.lookbackMs,
  };
  for (const source of selectedSeries(plan, scope)) {
    if (query.pacer.isDue()) await query.pacer.pause();
    readSeries(source, plan, { minMs, maxMs }, buffer);
    const column = scope.columns.take(source.labels);
    if (fillFromNewest(column, buffer, lookup) > 0) {
      countSamples(column, scope);
      result.give(column);
    } else {
      scope.columns.give(column);
    }
  }
}

export function selectedSeries(plan: SelectorPlan, scope: Scope): readonly SeriesSource[] {
  return scope.query.selections.get(plan) ?? [];
}

/** Reads a series' samples into `buffer`, in place of what is in it. */
export function readSeries(
  source: SeriesSource,
  plan: SelectorPlan,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  buffer: SampleBuffer,
): void {
  buffer.clear();
  source.read(buffer, minMs, maxMs);
  if (plan.histograms === "statistics") reduceToStatistics(buffer);
}

/** The times that the steps of a column look at: `firstMs`, and `stepMs` more for each step. */
export interface Lookup {
  readonly firstMs: number;
  readonly stepMs: number;
  readonly lookbackMs: number;
  /** Filled, where given, with the buffer's row for each step that has one. */
  readonly rows?: Int32Array;
}

/** Takes for each step the newest sample of its lookback. Returns how many steps have one. */
export function fillFromNewest(column: Column, buffer: SampleBuffer, lookup: Lookup): number {
  const { timestampsMs, values, histograms, count } = buffer;
  const { firstMs, stepMs, lookbackMs, rows } = lookup;
  const stepCount = column.kinds.length;
  let filled = 0;
  let next = 0;
  for (let step = 0; step < stepCount; step++) {
    const atMs = firstMs + step * stepMs;
    while (next < count && (timestampsMs[next] ?? 0) <= atMs) next++;
    const newest = next - 1;
    if (newest < 0 || (timestampsMs[newest] ?? 0) <= atMs - lookbackMs) continue;
    if (rows !== undefined) rows[step] = newest;
    const value = values[newest] ?? 0;
    if (value === value) {
      column.values[step] = value;
      column.kinds[step] = float;
      filled++;
      continue;
    }
    const sample = histograms?.[newest];
    if (sample !== undefined) {
      column.setHistogram(step, sample);
      filled++;
    } else if (!isStaleAt(values, newest)) {
      column.setFloat(step, value);
      filled++;
    }
  }
  return filled;
}

function countSamples(column: Column, scope: Scope): void {
  const size = columnSize(column);
  if (!scope.samples.keepsSteps) {
    scope.samples.addQueryable(0, size);
    scope.samples.addRead(0, size);
    return;
  }
  for (let step = 0; step < column.kinds.length; step++) {
    const ofStep = sizeAt(column, step);
    scope.samples.addQueryable(step, ofStep);
    scope.samples.addRead(step, ofStep);
  }
}
