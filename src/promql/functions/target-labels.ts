import { formatLabels, type LabelMatcher, SampleBuffer, type SeriesSource } from "#series";
import { Column, histogram } from "../evaluation/column.ts";
import { lastMs } from "../evaluation/grid.ts";
import type { Scope } from "../evaluation/scope.ts";
import { fillFromNewest } from "../evaluation/selector.ts";
import { defineStreamFunction } from "../function-definition.ts";
import { InfoJoin, type InfoSeries } from "../enrichment/join.ts";
import { isInfoSeries, planInfoMatchers, readSelection } from "../enrichment/selection.ts";
import { findInfoTime } from "../enrichment/reference-time.ts";
import type { TimeReference } from "../plan/plan.ts";
import { referenceMs } from "../plan/selections.ts";
import { evaluationFailed } from "../query-error.ts";

/** `info(v, {label selectors})`: completes series with the labels of their info series. */
export const targetLabels = defineStreamFunction({
  name: "info",
  async stream({ args: [vector, selector] }, scope, sink) {
    if (vector === undefined) throw new TypeError("info needs an argument");
    const selection = readSelection(selector);
    const columns = await scope.collect(vector);
    const incomplete = new Set(columns.filter((column) => !isInfoSeries(column, selection)));
    const matchers = planInfoMatchers([...incomplete], selection);
    const sources =
      matchers === undefined ? [] : await selectInfos(matchers, findInfoTime(vector), scope);
    const infos = sources.flatMap((source) => readInfo(source, findInfoTime(vector), scope) ?? []);
    const join = new InfoJoin(scope, selection, infos);
    for (const column of columns) {
      if (incomplete.has(column)) join.complete(column);
      else join.pass(column);
    }
    join.finish(sink);
  },
});

async function selectInfos(
  matchers: readonly LabelMatcher[],
  time: TimeReference,
  scope: Scope,
): Promise<readonly SeriesSource[]> {
  const { querier, signal } = scope.query;
  const { minMs, maxMs } = rangeOf(time, scope);
  return querier.select(matchers, { minMs, maxMs, seriesMax: 0 }, signal);
}

function rangeOf(time: TimeReference, scope: Scope): { minMs: number; maxMs: number } {
  const { lookbackMs } = scope.query.options;
  return {
    minMs: referenceMs(time, scope.grid.startMs) - lookbackMs + 1,
    maxMs: referenceMs(time, lastMs(scope.grid)),
  };
}

function readInfo(source: SeriesSource, time: TimeReference, scope: Scope): InfoSeries | undefined {
  const { grid, query, samples } = scope;
  const { minMs, maxMs } = rangeOf(time, scope);
  const buffer = new SampleBuffer();
  source.read(buffer, minMs, maxMs);
  const rows = new Int32Array(grid.count);
  const column = new Column(source.labels, grid.count);
  const count = fillFromNewest(column, buffer, {
    firstMs: referenceMs(time, grid.startMs),
    stepMs: time.atMs === undefined ? grid.stepMs : 0,
    lookbackMs: query.options.lookbackMs,
    rows,
  });
  if (count === 0) return undefined;
  if (column.kinds.includes(histogram)) {
    const series = formatLabels(source.labels);
    throw evaluationFailed(`this should be an info metric, with float samples: ${series}`);
  }
  for (const [step, kind] of column.kinds.entries()) {
    samples.addQueryable(step, kind);
    samples.addRead(step, kind);
  }
  const sampleTimesMs = Float64Array.from(rows, (row) => buffer.timestampsMs[row] ?? 0);
  return { labels: source.labels, present: column.kinds, sampleTimesMs };
}
