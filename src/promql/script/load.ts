/** Carries out `load`: appends what it describes to a storage. */
import {
  type Appendable,
  type Appender,
  ClassicHistogram,
  dropLabels,
  floatHistogram,
  type Histogram,
  type Labels,
  labelsKey,
  labelValue,
  metricNameLabel,
  setLabel,
} from "#series";
import type { LoadCommand, LoadedSeries } from "./script.ts";

/** Appends all series in one batch. Rejects when the storage refuses a sample. */
export async function load(command: LoadCommand, storage: Appendable): Promise<void> {
  const appender = storage.appender();
  const series = lastOfEach(command.series);
  for (const each of series) appendSeries(appender, each, command.stepMs);
  if (command.withCustomBuckets) appendCollated(appender, series, command.stepMs);
  await appender.commit();
}

/** A series that is given twice counts as it is given last. */
function lastOfEach(series: readonly LoadedSeries[]): readonly LoadedSeries[] {
  return [...new Map(series.map((each) => [labelsKey(each.labels), each])).values()];
}

function appendSeries(appender: Appender, series: LoadedSeries, stepMs: number): void {
  const ref = appender.seriesRef(series.labels);
  for (const [index, sample] of series.values.entries()) {
    const timeMs = index * stepMs;
    const startOffsetMs = series.startOffsetsMs[index];
    const startMs = startOffsetMs === undefined ? 0 : timeMs + startOffsetMs;
    switch (sample.kind) {
      case "gap":
        break;
      case "stale":
        requireTaken(appender.appendStale(ref, timeMs));
        break;
      case "float":
        requireTaken(appender.appendFloat(ref, timeMs, sample.value, startMs));
        break;
      case "histogram":
        requireTaken(appender.appendHistogram(ref, timeMs, sample.histogram, startMs));
        break;
    }
  }
}

function requireTaken(refusal: string | undefined): void {
  if (refusal !== undefined) throw new Error(`loading a sample: ${refusal}`);
}

interface Collated {
  readonly labels: Labels;
  readonly byIndex: Map<number, ClassicHistogram>;
}

const bucketLabel = "le";

/** Makes native histograms with custom buckets of the classic ones among the series. */
function appendCollated(appender: Appender, series: readonly LoadedSeries[], stepMs: number): void {
  const collated = new Map<string, Collated>();
  for (const each of series) collate(collated, each);
  for (const { labels, byIndex } of collated.values()) {
    const ref = appender.seriesRef(labels);
    const histograms = [...byIndex].sort(([left], [right]) => left - right);
    for (const [index, classic] of histograms) {
      const histogram: Histogram = floatHistogram(classic.toHistogram());
      requireTaken(appender.appendHistogram(ref, index * stepMs, histogram, 0));
    }
  }
}

function collate(collated: Map<string, Collated>, series: LoadedSeries): void {
  const name = labelValue(series.labels, metricNameLabel);
  const [, base = "", part] = /^(.*)_(bucket|count|sum)$/s.exec(name) ?? [];
  if (part === undefined) return;
  const bound = Number(labelValue(series.labels, bucketLabel).replace(/inf$/i, "Infinity"));
  if (part === "bucket" && Number.isNaN(bound)) return;
  const labels = dropLabels(setLabel(series.labels, metricNameLabel, base), new Set([bucketLabel]));
  const target = collated.get(labelsKey(labels)) ?? { labels, byIndex: new Map() };
  collated.set(labelsKey(labels), target);
  for (const [index, sample] of series.values.entries()) {
    if (sample.kind !== "float" && sample.kind !== "stale") continue;
    const value = sample.kind === "float" ? sample.value : Number.NaN;
    const histogram = target.byIndex.get(index) ?? new ClassicHistogram();
    target.byIndex.set(index, histogram);
    if (part === "bucket") histogram.setBucket(bound, value);
    else if (part === "count") histogram.setCount(value);
    else histogram.setSum(value);
  }
}
