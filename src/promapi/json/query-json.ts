/** Query results as the API writes them, piece by piece: a large matrix never is one string. */
import { formatFloat } from "#base";
import type {
  ExplainedExpr,
  MatrixSeries,
  QueryResult,
  QueryStatistics,
  QueryValue,
  StepStatistics,
  VectorSample,
} from "#promql";
import { goJson } from "./go-json.ts";
import { histogramJson } from "./histogram-json.ts";
import { labelsJson } from "./labels-json.ts";
import { formatValue, timestampJson } from "./time-json.ts";

/** How much of what a query cost is shown. */
export type StatsLevel = "none" | "basic" | "all";

/** The `data` of `/query` and `/query_range`. */
export function* queryJson(result: QueryResult, stats: StatsLevel): Generator<string> {
  yield `{"resultType":"${result.value.type}","result":`;
  yield* valueJson(result.value);
  if (stats !== "none") yield `,"stats":${statisticsJson(result.statistics, stats)}`;
  if (result.explained !== undefined) yield `,"explained":${explainedJson(result.explained)}`;
  yield "}";
}

function* valueJson(value: QueryValue): Generator<string> {
  switch (value.type) {
    case "scalar":
      yield `[${value.timestampMs / 1000},"${formatFloat(value.value, "f")}"]`;
      return;
    case "string":
      yield `[${value.timestampMs / 1000},${goJson(value.value)}]`;
      return;
    case "vector":
      yield* listJson(value.samples, (sample) => sampleJson(sample, value.timestampMs));
      return;
    case "matrix":
      yield* listJson(value.series, seriesJson);
  }
}

function* listJson<T>(items: readonly T[], itemJson: (item: T) => string): Generator<string> {
  yield "[";
  for (const [index, item] of items.entries()) {
    yield index === 0 ? itemJson(item) : `,${itemJson(item)}`;
  }
  yield "]";
}

function sampleJson(sample: VectorSample, timestampMs: number): string {
  const metric = `{"metric":${labelsJson(sample.labels)}`;
  const time = timestampJson(timestampMs);
  if (sample.histogram === undefined) {
    return `${metric},"value":[${time},"${formatValue(sample.value)}"]}`;
  }
  return `${metric},"histogram":[${time},${histogramJson(sample.histogram)}]}`;
}

function seriesJson(series: MatrixSeries): string {
  const floats: string[] = [];
  const histograms: string[] = [];
  for (let row = 0; row < series.timestampsMs.length; row++) {
    const time = timestampJson(series.timestampsMs[row] ?? 0);
    const histogram = series.histograms?.[row];
    if (histogram !== undefined) histograms.push(`[${time},${histogramJson(histogram)}]`);
    else floats.push(`[${time},"${formatValue(series.values[row] ?? 0)}"]`);
  }
  const values = floats.length > 0 ? `,"values":[${floats.join(",")}]` : "";
  const others = histograms.length > 0 ? `,"histograms":[${histograms.join(",")}]` : "";
  return `{"metric":${labelsJson(series.labels)}${values}${others}}`;
}

/** What a query cost, as `stats` of the API shows it. */
export function statisticsJson({ timings, samples }: QueryStatistics, level: StatsLevel): string {
  const steps = level === "all" ? samples.perStep : undefined;
  const perStep = (of: (step: StepStatistics) => number) =>
    steps?.map((step) => [step.timestampMs / 1000, of(step)]);
  const { evalTotalTime, resultSortTime, queryPreparationTime } = timings;
  const { innerEvalTime, execQueueTime, execTotalTime } = timings;
  return JSON.stringify({
    timings: {
      evalTotalTime,
      resultSortTime,
      queryPreparationTime,
      innerEvalTime,
      execQueueTime,
      execTotalTime,
    },
    samples: {
      totalQueryableSamplesPerStep: perStep(({ queryableSamples }) => queryableSamples),
      totalQueryableSamples: samples.totalQueryableSamples,
      samplesReadPerStep: perStep(({ samplesRead }) => samplesRead),
      samplesRead: samples.totalSamplesRead,
      peakSamples: samples.peakSamples,
    },
  });
}

function explainedJson(explained: ExplainedExpr): string {
  return JSON.stringify(explained);
}
