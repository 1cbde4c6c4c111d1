import { SampleBuffer, type SeriesSource } from "#series";
import type { MatrixPlan, SubqueryPlan } from "../plan/plan.ts";
import { referenceMs, selectionOf, subqueryGrid } from "../plan/selections.ts";
import { evaluationFailed } from "../query-error.ts";
import type { MatrixSeries, MatrixValue } from "../result.ts";
import { byLabels, MatrixBuilder } from "../result-value.ts";
import { extendedFloats } from "../rate/extended-floats.ts";
import { histogramSize } from "./column.ts";
import { RangeSamples } from "./range-samples.ts";
import { SampleCounter } from "./sample-counter.ts";
import type { Scope } from "./scope.ts";
import { readSeries, selectedSeries } from "./selector.ts";

/** Evaluates a range vector that is the query's value: the samples themselves. */
export async function evaluateMatrix(
  plan: MatrixPlan | SubqueryPlan,
  scope: Scope,
): Promise<MatrixValue> {
  return plan.kind === "matrix" ? evaluateSelection(plan, scope) : evaluateSubquery(plan, scope);
}

async function evaluateSubquery(plan: SubqueryPlan, scope: Scope): Promise<MatrixValue> {
  const grid = subqueryGrid(plan, scope.grid, scope.query.options);
  scope.query.budget.refuseSteps(grid.count);
  const counter = new SampleCounter(grid, "per-step");
  const child = scope.withGrid(grid, counter);
  const builder = new MatrixBuilder(grid);
  await child.stream(plan.expr, (column) => {
    builder.add(column);
    child.columns.give(column);
  });
  scope.samples.addQueryable(0, counter.queryable);
  scope.samples.addReadOfSubquery(counter, 0, 0);
  return builder.build();
}

async function evaluateSelection(plan: MatrixPlan, scope: Scope): Promise<MatrixValue> {
  const { query, grid } = scope;
  const { minMs, maxMs } = selectionOf(plan.selector, plan.rangeMs, grid, query.options);
  const window = {
    endMs: referenceMs(plan.selector, grid.startMs),
    startMs: referenceMs(plan.selector, grid.startMs) - plan.rangeMs,
  };
  const buffer = new SampleBuffer();
  const series: MatrixSeries[] = [];
  for (const source of selectedSeries(plan.selector, scope)) {
    if (query.pacer.isDue()) await query.pacer.pause();
    readSeries(source, plan.selector, { minMs, maxMs }, buffer);
    const samples = new RangeSamples("ignored");
    samples.load(buffer);
    const selected = seriesOf(source, samples, plan, window);
    if (selected === undefined) continue;
    series.push(selected);
    countSamples(selected, scope);
  }
  return { type: "matrix", series: series.sort(byLabels) };
}

function countSamples(series: MatrixSeries, scope: Scope): void {
  let size = 0;
  for (let row = 0; row < series.values.length; row++) {
    const value = series.histograms?.[row];
    size += value === undefined ? 1 : histogramSize(value);
  }
  scope.samples.addQueryable(0, size);
  scope.samples.addRead(0, size);
  scope.query.budget.hold(size);
}

function seriesOf(
  source: SeriesSource,
  samples: RangeSamples,
  plan: MatrixPlan,
  window: { readonly startMs: number; readonly endMs: number },
): MatrixSeries | undefined {
  const { extension } = plan.selector;
  const { labels } = source;
  if (extension === "none") return rowsWithin(source, samples, window);
  if (samples.histogramCount > 0) {
    throw evaluationFailed(`${extension} modifier is not supported with histograms`);
  }
  const extended = extendedFloats(samples, {
    ...window,
    from: 0,
    to: samples.floatCount,
    extension,
  });
  return extended === undefined ? undefined : { labels, ...extended, histograms: undefined };
}

/** Floats and histograms together, in the order of their times. */
function rowsWithin(
  { labels }: SeriesSource,
  samples: RangeSamples,
  window: { readonly startMs: number; readonly endMs: number },
): MatrixSeries | undefined {
  const rows: { readonly timeMs: number; readonly row: number; readonly isFloat: boolean }[] = [];
  const isWithin = (timeMs: number) => timeMs > window.startMs && timeMs <= window.endMs;
  for (let row = 0; row < samples.floatCount; row++) {
    const timeMs = samples.floatTimesMs[row] ?? 0;
    if (isWithin(timeMs)) rows.push({ timeMs, row, isFloat: true });
  }
  for (let row = 0; row < samples.histogramCount; row++) {
    const timeMs = samples.histogramTimesMs[row] ?? 0;
    if (isWithin(timeMs)) rows.push({ timeMs, row, isFloat: false });
  }
  if (rows.length === 0) return undefined;
  rows.sort((left, right) => left.timeMs - right.timeMs);
  return {
    labels,
    timestampsMs: Float64Array.from(rows, ({ timeMs }) => timeMs),
    values: Float64Array.from(rows, ({ row, isFloat }) =>
      isFloat ? (samples.floats[row] ?? 0) : Number.NaN,
    ),
    histograms:
      samples.histogramCount === 0
        ? undefined
        : rows.map(({ row, isFloat }) => (isFloat ? undefined : samples.histograms[row])),
  };
}
