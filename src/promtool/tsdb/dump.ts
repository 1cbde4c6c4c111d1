/** `promtool tsdb dump` and `dump-openmetrics`: everything in a database, as text. */
import { formatFloat, quoteGo } from "#base";
import { parseMetricSelector } from "#promql";
import {
  compareLabels,
  dropLabels,
  formatHistogram,
  formatLabels,
  isStaleAt,
  labelPairs,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  type Querier,
  SampleBuffer,
  type SeriesSource,
} from "#series";
import { formatJson } from "../http/print-value.ts";
import { exitSuccess, type Surroundings } from "../surroundings.ts";
import { openToRead } from "./open.ts";

export interface DumpOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** Series that match any of them. */
  readonly selectors: readonly string[];
  /** `series` are only their labels, one JSON object a line. */
  readonly format: "samples" | "series" | "openmetrics";
}

/** So much text is gathered before it is written. */
const writtenMin = 1 << 16;

export async function dumpDatabase(
  path: string,
  options: DumpOptions,
  surroundings: Surroundings,
): Promise<number> {
  const { console } = surroundings;
  await using database = await openToRead(surroundings, path);
  await using querier = await database.querier(options.minMs, options.maxMs);
  const series = await selectSeries(querier, options, surroundings);
  let text = "";
  for (const line of linesOf(series, options)) {
    text += `${line}\n`;
    if (text.length < writtenMin) continue;
    await console.write(text);
    text = "";
  }
  await console.write(options.format === "openmetrics" ? `${text}# EOF\n` : text);
  return exitSuccess;
}

async function selectSeries(
  querier: Querier,
  { selectors, minMs, maxMs }: DumpOptions,
  { signal }: Surroundings,
): Promise<readonly SeriesSource[]> {
  const found = new Map<string, SeriesSource>();
  for (const selector of selectors) {
    const matchers = parseMetricSelector(selector);
    const series = await querier.select(matchers, { minMs, maxMs, seriesMax: 0 }, signal);
    for (const one of series) found.set(labelsKey(one.labels), one);
  }
  return [...found.values()].sort((left, right) => compareLabels(left.labels, right.labels));
}

function* linesOf(
  series: readonly SeriesSource[],
  { format, minMs, maxMs }: DumpOptions,
): Generator<string> {
  const buffer = new SampleBuffer();
  for (const source of series) {
    if (format === "series") {
      yield formatJson(Object.fromEntries(labelPairs(source.labels)));
      continue;
    }
    buffer.clear();
    source.read(buffer, minMs, maxMs);
    if (format === "samples") yield* sampleLines(source.labels, buffer);
    else yield* openMetricsLines(source.labels, buffer);
  }
}

function* sampleLines(labels: Labels, buffer: SampleBuffer): Generator<string> {
  const shown = formatLabels(labels);
  for (let row = 0; row < buffer.count; row++) {
    const histogram = buffer.histograms?.[row];
    const value =
      histogram === undefined
        ? formatFloat(buffer.values[row] ?? 0, "g")
        : formatHistogram(histogram);
    yield `${shown} ${value} ${buffer.timestampsMs[row] ?? 0}`;
  }
}

/** Native histograms and stale markers have no form in OpenMetrics. */
function* openMetricsLines(labels: Labels, buffer: SampleBuffer): Generator<string> {
  const rest = dropLabels(labels, new Set([metricNameLabel]));
  const pairs = [...labelPairs(rest)].map(([name, value]) => `${name}=${quoteGo(value)}`);
  const shown = `${labelValue(labels, metricNameLabel)}{${pairs.join(",")}}`;
  for (let row = 0; row < buffer.count; row++) {
    if (buffer.histograms?.[row] !== undefined || isStaleAt(buffer.values, row)) continue;
    const value = formatFloat(buffer.values[row] ?? 0, "g");
    yield `${shown} ${value} ${((buffer.timestampsMs[row] ?? 0) / 1_000).toFixed(3)}`;
  }
}
