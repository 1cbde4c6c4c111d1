import { formatFloat } from "#base";
import { type Exemplar, isValidMetricName, labelPairs, type Labels } from "#series";
import type { HistogramValue, Metric, MetricFamily, MetricValue } from "./family.ts";
import { formatOpenMetricsFloat } from "./format-boundary.ts";

/** One series of a metric, as it becomes a line. */
interface Sample {
  readonly suffix: string;
  /** The label of the part, `le` or `quantile`. */
  readonly part: readonly [name: string, value: number] | undefined;
  readonly value: number;
  readonly kind: "float" | "count";
  readonly exemplar: Exemplar | undefined;
}

/** The family in the text format 0.0.4 (and 1.0.0 where names need quotes); no metrics, no text. */
export function writeText(family: MetricFamily): string {
  if (family.metrics.length === 0) return "";
  const name = formatName(family.name);
  const lines = family.help === "" ? [] : [`# HELP ${name} ${escapeHelp(family.help)}\n`];
  lines.push(`# TYPE ${name} ${textType(family)}\n`);
  for (const metric of family.metrics) {
    const time = metric.timestampMs === 0 ? "" : ` ${metric.timestampMs}`;
    for (const { suffix, part, value } of samplesOf(metric.value)) {
      const series = formatSeries(
        family.name + suffix,
        metric.labels,
        part && [part[0], formatFloat(part[1], "g")],
      );
      lines.push(`${series} ${formatFloat(value, "g")}${time}\n`);
    }
  }
  return lines.join("");
}

/** The family in OpenMetrics 1.0.0. The body must be closed with `openMetricsEnd`. */
export function writeOpenMetrics(family: MetricFamily): string {
  const isCounter = family.type === "counter" && family.name.endsWith("_total");
  // Counters are called without their suffix in metadata; one without it is no counter here.
  const called = formatName(isCounter ? family.name.slice(0, -"_total".length) : family.name);
  const type = family.type === "counter" && !isCounter ? "unknown" : family.type;
  const lines = family.help === "" ? [] : [`# HELP ${called} ${escapeText(family.help)}\n`];
  lines.push(`# TYPE ${called} ${type}\n`);
  if (family.unit !== "") lines.push(`# UNIT ${called} ${escapeText(family.unit)}\n`);
  for (const metric of family.metrics) lines.push(...openMetricsLines(family.name, metric));
  return lines.join("");
}

export const openMetricsEnd = "# EOF\n";

function openMetricsLines(name: string, metric: Metric): readonly string[] {
  const time = metric.timestampMs === 0 ? "" : ` ${formatSeconds(metric.timestampMs)}`;
  return samplesOf(metric.value).map(({ suffix, part, value, kind, exemplar }) => {
    const own = part && ([part[0], formatOpenMetricsFloat(part[1])] as const);
    const series = formatSeries(name + suffix, metric.labels, own);
    const isInteger = kind === "count" && Number.isInteger(value);
    const shown = isInteger ? formatFloat(value, "f") : formatOpenMetricsFloat(value);
    return `${series} ${shown}${time}${formatExemplar(exemplar)}\n`;
  });
}

function formatExemplar(exemplar: Exemplar | undefined): string {
  if (exemplar === undefined || exemplar.labels.length === 0) return "";
  const { labels, value, timestampMs } = exemplar;
  const time = timestampMs === 0 ? "" : ` ${formatSeconds(timestampMs)}`;
  return ` # ${formatSeries("", labels, undefined)} ${formatOpenMetricsFloat(value)}${time}`;
}

function formatSeconds(timestampMs: number): string {
  return formatOpenMetricsFloat(timestampMs / 1_000);
}

function textType({ type }: MetricFamily): string {
  switch (type) {
    case "counter":
    case "gauge":
    case "histogram":
    case "summary":
      return type;
    case "gaugehistogram":
      return "histogram";
    case "info":
    case "stateset":
      return "gauge";
    case "unknown":
      return "untyped";
  }
}

function samplesOf(value: MetricValue): readonly Sample[] {
  if (value.kind === "number") {
    return [sample("", value.value, { exemplar: value.exemplar })];
  }
  const totals = [sample("_sum", value.sum, {}), sample("_count", value.count, { kind: "count" })];
  if (value.kind === "histogram") return [...bucketSamples(value), ...totals];
  const quantiles = value.quantiles.map((one) => {
    return sample("", one.value, { part: ["quantile", one.quantile] });
  });
  return [...quantiles, ...totals];
}

function bucketSamples({ buckets, count }: HistogramValue): readonly Sample[] {
  const samples = buckets.map(({ upper, cumulativeCount, exemplar }) => {
    return sample("_bucket", cumulativeCount, { part: ["le", upper], kind: "count", exemplar });
  });
  if (buckets.at(-1)?.upper === Number.POSITIVE_INFINITY) return samples;
  const part = ["le", Number.POSITIVE_INFINITY] as const;
  return [...samples, sample("_bucket", count, { part, kind: "count" })];
}

function sample(suffix: string, value: number, rest: Partial<Sample>): Sample {
  return { suffix, value, part: undefined, kind: "float", exemplar: undefined, ...rest };
}

/** `name{label="value",le="1"}`, `{"a name",label="value"}`, `{label="value"}` without a name. */
function formatSeries(
  name: string,
  labels: Labels,
  part: readonly [name: string, value: string] | undefined,
): string {
  const isBare = name === "" || isValidMetricName(name, "legacy");
  const inBraces = isBare ? [] : [formatName(name)];
  for (const [label, value] of labelPairs(labels)) {
    inBraces.push(`${formatName(label)}="${escapeText(value)}"`);
  }
  if (part !== undefined) inBraces.push(`${part[0]}="${part[1]}"`);
  const braces = inBraces.length > 0 || name === "" ? `{${inBraces.join(",")}}` : "";
  return isBare ? name + braces : braces;
}

function formatName(name: string): string {
  return isValidMetricName(name, "legacy") ? name : `"${escapeText(name)}"`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeText(text: string): string {
  return /["\\\n]/.test(text) ? escapeHelp(text).replaceAll('"', '\\"') : text;
}
