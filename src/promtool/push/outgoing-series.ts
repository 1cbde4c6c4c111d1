import { formatFloat } from "#base";
import type { OutgoingSeries } from "#remote";
import { type Labels, labelsOf, type MetricMetadata } from "#series";
import type { FamilyType, TextFamily, TextMetric } from "../families/family.ts";

/** The series of families as remote write carries them; what has no time of its own is of `nowMs`. */
export function outgoingSeries(
  families: readonly TextFamily[],
  extraLabels: ReadonlyMap<string, string>,
  nowMs: number,
): readonly OutgoingSeries[] {
  const sorted = [...families].sort(({ name: left }, { name: right }) => (left < right ? -1 : 1));
  return sorted.flatMap((family) =>
    family.metrics.flatMap((metric) =>
      samplesOf(family, metric).map(({ name, part, value }) => ({
        labels: labelsWith(metric, extraLabels, [["__name__", name], ...part]),
        floats: oneFloat(metric.timestampMs ?? nowMs, value),
        histograms: [],
        exemplars: [],
        metadata: metadataOf(family),
      })),
    ),
  );
}

interface Sample {
  readonly name: string;
  /** The label that tells a part of a summary or histogram from the others. */
  readonly part: readonly (readonly [string, string])[];
  readonly value: number;
}

function samplesOf({ name, type }: TextFamily, metric: TextMetric): readonly Sample[] {
  const { value, sum, count, parts } = metric;
  if (type === "counter" || type === "gauge" || type === "untyped") {
    return [{ name, part: [], value }];
  }
  const isSummary = type === "summary";
  const label = isSummary ? "quantile" : "le";
  const hasAll = isSummary || parts.some(([bound]) => bound === Number.POSITIVE_INFINITY);
  const all = hasAll ? parts : [...parts, [Number.POSITIVE_INFINITY, count] as const];
  return [
    ...all.map(([bound, part]): Sample => {
      const labels = [[label, formatFloat(bound, "g")]] as const;
      return { name: isSummary ? name : `${name}_bucket`, part: labels, value: part };
    }),
    { name: `${name}_sum`, part: [], value: sum },
    { name: `${name}_count`, part: [], value: count },
  ];
}

/** A metric's own `job` makes room for that of the pusher, as a scrape would see to. */
function labelsWith(
  { labels }: TextMetric,
  extra: ReadonlyMap<string, string>,
  own: readonly (readonly [string, string])[],
): Labels {
  const renamed = labels.map(([name, value]) => {
    return [name === "job" ? "exported_job" : name, value] as const;
  });
  return labelsOf([...extra, ...renamed, ...own]);
}

function oneFloat(timestampMs: number, value: number): OutgoingSeries["floats"] {
  return {
    count: 1,
    timestampsMs: Float64Array.of(timestampMs),
    values: Float64Array.of(value),
    startTimestampsMs: Float64Array.of(0),
  };
}

const metadataTypes: Readonly<Record<FamilyType, MetricMetadata["type"]>> = {
  counter: "counter",
  gauge: "gauge",
  summary: "summary",
  untyped: "unknown",
  histogram: "histogram",
  gauge_histogram: "gaugehistogram",
};

export function metadataOf({ type, help = "" }: TextFamily): MetricMetadata {
  return { type: metadataTypes[type], help, unit: "" };
}
