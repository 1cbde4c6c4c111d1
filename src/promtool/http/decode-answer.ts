/** Decodes the JSON of the HTTP API; what does not look like it is undefined. */
import type {
  BucketValue,
  HistogramPoint,
  LabelSet,
  Point,
  QueryValue,
  Stream,
} from "./query-value.ts";

export interface ApiEnvelope {
  readonly status: string;
  readonly errorType: string;
  readonly error: string;
  readonly warnings: readonly string[];
  readonly content: unknown;
}

export function decodeEnvelope(text: string): ApiEnvelope | undefined {
  const root = fieldsOf(parseJson(text));
  if (root === undefined) return undefined;
  return {
    status: textOf(root.get("status")),
    errorType: textOf(root.get("errorType")),
    error: textOf(root.get("error")),
    warnings: listOf(root.get("warnings")).map(textOf),
    content: root.get("data"),
  };
}

export function decodeQueryValue(content: unknown): QueryValue | undefined {
  const fields = fieldsOf(content);
  const kind = fields?.get("resultType");
  const json = fields?.get("result");
  const nothing = { streams: [], point: undefined, text: "" };
  switch (kind) {
    case "vector":
    case "matrix":
      return { ...nothing, kind, streams: listOf(json).map(streamOf) };
    case "scalar":
      return { ...nothing, kind, point: pointOf(json) };
    case "string":
      return { ...nothing, kind, point: pointOf(json), text: textOf(listOf(json)[1]) };
    default:
      return undefined;
  }
}

/** Label sets, as lists of series have them. */
export function decodeLabelSets(content: unknown): readonly LabelSet[] | undefined {
  return Array.isArray(content) ? content.map(labelSetOf) : undefined;
}

export function decodeNames(content: unknown): readonly string[] | undefined {
  return Array.isArray(content) ? content.map(textOf) : undefined;
}

function streamOf(json: unknown): Stream {
  const fields = fieldsOf(json);
  const one = fields?.get("value");
  const oneHistogram = fields?.get("histogram");
  const values = one === undefined ? listOf(fields?.get("values")) : [one];
  const histograms =
    oneHistogram === undefined ? listOf(fields?.get("histograms")) : [oneHistogram];
  return {
    metric: labelSetOf(fields?.get("metric")),
    values: values.map(pointOf),
    histograms: histograms.map(histogramOf),
  };
}

function pointOf(json: unknown): Point {
  const [timeS, value] = listOf(json);
  return { timeS: Number(timeS), value: numberOf(value) };
}

function histogramOf(json: unknown): HistogramPoint {
  const [timeS, histogram] = listOf(json);
  const fields = fieldsOf(histogram);
  return {
    timeS: Number(timeS),
    count: numberOf(fields?.get("count")),
    sum: numberOf(fields?.get("sum")),
    buckets: listOf(fields?.get("buckets")).map(bucketOf),
  };
}

function bucketOf(json: unknown): BucketValue {
  const [boundaries, lower, upper, count] = listOf(json);
  return {
    boundaries: numberOf(boundaries),
    lower: numberOf(lower),
    upper: numberOf(upper),
    count: numberOf(count),
  };
}

function labelSetOf(json: unknown): LabelSet {
  const pairs = [...(fieldsOf(json) ?? [])].map(([name, value]) => [name, textOf(value)] as const);
  return new Map(pairs.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function numberOf(json: unknown): number {
  if (typeof json === "number") return json;
  if (json === "+Inf") return Number.POSITIVE_INFINITY;
  return json === "-Inf" ? Number.NEGATIVE_INFINITY : Number(json);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Whatever answered is no server of this API.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function fieldsOf(json: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  return new Map(Object.entries(json));
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function textOf(json: unknown): string {
  return typeof json === "string" ? json : "";
}
