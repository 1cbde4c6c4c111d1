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
import type { Histogram } from "#series";
import { goJson } from "./go-json.ts";
import { histogramJson } from "./histogram-json.ts";
import type { JsonSource, JsonWriter } from "./json-writer.ts";
import { writeLabels } from "./labels-json.ts";
import { timestampJson } from "./time-json.ts";

/** How much of what a query cost is shown. */
export type StatsLevel = "none" | "basic" | "all";

/** The `data` of `/query` and `/query_range`. */
export function queryJson(result: QueryResult, stats: StatsLevel): JsonSource {
  return function* (writer) {
    writer.text(`{"resultType":"${result.value.type}","result":`);
    yield* valueJson(writer, result.value);
    if (stats !== "none") writer.text(`,"stats":${statisticsJson(result.statistics, stats)}`);
    if (result.explained !== undefined) {
      writer.text(`,"explained":${explainedJson(result.explained)}`);
    }
    writer.text("}");
  };
}

function* valueJson(writer: JsonWriter, value: QueryValue): Generator<void> {
  switch (value.type) {
    case "scalar":
      writer.text(`[${value.timestampMs / 1000},"${formatFloat(value.value, "f")}"]`);
      return;
    case "string":
      writer.text(`[${value.timestampMs / 1000},${goJson(value.value)}]`);
      return;
    case "vector": {
      const time = timestampJson(value.timestampMs);
      yield* listJson(writer, value.samples, (sample) => writeSample(writer, sample, time));
      return;
    }
    case "matrix": {
      const points = value.series.reduce((sum, { values }) => sum + values.length, 0);
      writer.expect(points * pointBytes + value.series.length * seriesBytes);
      yield* listJson(writer, value.series, (series) => writeSeries(writer, series));
    }
  }
}

function* listJson<T>(
  writer: JsonWriter,
  items: readonly T[],
  write: (item: T) => void,
): Generator<void> {
  writer.ascii("[");
  let isFirst = true;
  for (const item of items) {
    if (!isFirst) writer.ascii(",");
    isFirst = false;
    write(item);
    yield;
  }
  writer.ascii("]");
}

function writeSample(writer: JsonWriter, sample: VectorSample, time: string): void {
  writer.ascii('{"metric":');
  writeLabels(writer, sample.labels);
  if (sample.histogram === undefined) {
    writer.ascii(`,"value":[${time},`);
    writer.value(sample.value);
  } else {
    writer.ascii(`,"histogram":[${time},${histogramJson(sample.histogram)}`);
  }
  writer.ascii("]}");
}

/** About as much as a point takes, with its time, and a series besides. */
const pointBytes = 33;
const seriesBytes = 100;

function writeSeries(writer: JsonWriter, series: MatrixSeries): void {
  const { timestampsMs, values, histograms } = series;
  writer.ascii('{"metric":');
  writeLabels(writer, series.labels);
  let before = ',"values":[[';
  for (let row = 0; row < timestampsMs.length; row++) {
    if (histograms?.[row] !== undefined) continue;
    writer.ascii(before);
    writer.time(timestampsMs[row] ?? 0);
    writer.ascii(",");
    writer.value(values[row] ?? 0);
    before = "],[";
  }
  writer.ascii(before === "],[" ? "]]" : "");
  if (histograms !== undefined) writeHistograms(writer, series, histograms);
  writer.ascii("}");
}

function writeHistograms(
  writer: JsonWriter,
  { timestampsMs }: MatrixSeries,
  histograms: readonly (Histogram | undefined)[],
): void {
  const points = histograms.flatMap((histogram, row) => {
    const time = timestampJson(timestampsMs[row] ?? 0);
    return histogram === undefined ? [] : [`[${time},${histogramJson(histogram)}]`];
  });
  if (points.length > 0) writer.ascii(`,"histograms":[${points.join(",")}]`);
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
