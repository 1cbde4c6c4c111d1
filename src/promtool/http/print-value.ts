/** Answers of a server as text: in the form of the usual client, or as JSON. */
import { compareText, formatFloat, quoteGo } from "#base";
import type {
  BucketValue,
  HistogramPoint,
  LabelSet,
  Point,
  QueryValue,
  Stream,
} from "./query-value.ts";

/** `up{job="node"} => 1 @[1435781451.781]`, a line for each sample. */
export function formatValue(value: QueryValue): string {
  switch (value.kind) {
    case "vector":
      return value.streams.map(formatSample).join("\n");
    case "matrix":
      return [...value.streams].sort(byMetric).map(formatStream).join("\n");
    case "scalar":
      return `scalar: ${value.point === undefined ? "" : formatPoint(value.point)}`;
    case "string":
      return value.text;
  }
}

/** The same as the API's JSON. */
export function formatValueJson(value: QueryValue): string {
  switch (value.kind) {
    case "vector":
      return formatJson(value.streams.map(sampleJson));
    case "matrix":
      return formatJson(value.streams.map(streamJson));
    case "scalar":
      return formatJson(value.point && pointJson(value.point));
    case "string":
      return formatJson([value.point?.timeS, value.text]);
  }
}

/** As JSON on one line, and nothing in it that HTML would read. */
export function formatJson(json: unknown): string {
  return JSON.stringify(json).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
}

/** `{__name__="up", job="node"}`. */
export function formatLabelSet(labels: LabelSet): string {
  const pairs = Array.from(labels, ([name, value]) => `${name}=${quoteGo(value)}`);
  return `{${pairs.join(", ")}}`;
}

/** `up{job="node"}`. */
function formatMetric(metric: LabelSet): string {
  const name = metric.get("__name__") ?? "";
  const pairs = [...metric]
    .filter(([label]) => label !== "__name__")
    .map(([label, value]) => `${label}=${quoteGo(value)}`)
    .sort(compareText);
  if (pairs.length === 0) return name === "" ? "{}" : name;
  return `${name}{${pairs.join(", ")}}`;
}

function formatSample({ metric, values, histograms }: Stream): string {
  const [point] = values;
  const [histogram] = histograms;
  const shown = histogram === undefined ? point && formatPoint(point) : formatHistogram(histogram);
  return `${formatMetric(metric)} => ${shown ?? ""}`;
}

function formatStream({ metric, values, histograms }: Stream): string {
  const lines = [...values.map(formatPoint), ...histograms.map(formatHistogram)];
  return `${formatMetric(metric)} =>\n${lines.join("\n")}`;
}

function formatPoint({ timeS, value }: Point): string {
  return `${formatFloat(value, "f")} @[${formatFloat(timeS, "f")}]`;
}

function formatHistogram({ timeS, count, sum, buckets }: HistogramPoint): string {
  const shown = buckets.map(formatBucket).join(" ");
  const counts = `Count: ${sixDecimals(count)}, Sum: ${sixDecimals(sum)}`;
  return `${counts}, Buckets: [${shown}] @[${formatFloat(timeS, "f")}]`;
}

function formatBucket({ boundaries, lower, upper, count }: BucketValue): string {
  const opening = boundaries === 1 || boundaries === 3 ? "[" : "(";
  const closing = boundaries === 0 || boundaries === 3 ? "]" : ")";
  const range = `${formatFloat(lower, "g")},${formatFloat(upper, "g")}`;
  return `${opening}${range}${closing}:${formatFloat(count, "f")}`;
}

function sixDecimals(value: number): string {
  if (!Number.isFinite(value)) return formatFloat(value, "f");
  return Math.abs(value) < 1e21 ? value.toFixed(6) : `${formatFloat(value, "f")}.000000`;
}

/** Fewer labels first; then by the first label that differs. */
function byMetric({ metric: left }: Stream, { metric: right }: Stream): number {
  if (left.size !== right.size) return left.size - right.size;
  for (const name of [...new Set([...left.keys(), ...right.keys()])].sort(compareText)) {
    const [one, other] = [left.get(name), right.get(name)];
    if (one === other) continue;
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    return compareText(one, other);
  }
  return 0;
}

function sampleJson(stream: Stream): object {
  const metric = Object.fromEntries(stream.metric);
  const [value] = stream.values.map(pointJson);
  const [histogram] = stream.histograms.map(histogramJson);
  return histogram === undefined ? { metric, value } : { metric, histogram };
}

function streamJson(stream: Stream): object {
  const values = stream.values.map(pointJson);
  const histograms = stream.histograms.map(histogramJson);
  return {
    metric: Object.fromEntries(stream.metric),
    ...((values.length > 0 || histograms.length === 0) && { values }),
    ...(histograms.length > 0 && { histograms }),
  };
}

function pointJson({ timeS, value }: Point) {
  return [timeS, formatFloat(value, "f")] as const;
}

function histogramJson({ timeS, count, sum, buckets }: HistogramPoint) {
  const shown = buckets.map(({ boundaries, lower, upper, count: inside }) => {
    return [boundaries, ...[lower, upper, inside].map((value) => formatFloat(value, "f"))];
  });
  const counts = { count: formatFloat(count, "f"), sum: formatFloat(sum, "f") };
  return [timeS, shown.length === 0 ? counts : { ...counts, buckets: shown }] as const;
}
