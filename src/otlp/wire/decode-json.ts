/**
 * Reads `ExportMetricsServiceRequest` in the JSON encoding of OpenTelemetry's protocol: names in
 * camel case (or as in the message), integers of 64 bits as texts, identifiers in hexadecimal.
 */
import type {
  Attributes,
  AttributeValue,
  ExponentialBuckets,
  Metric,
  MetricBody,
  ResourceMetrics,
  ScopeMetrics,
  SentExemplar,
  Temporality,
} from "../metrics.ts";
import { attributeDepthMax } from "./decode-attributes.ts";
import { isEnd, temporalityOf } from "./draft.ts";
import { hexOf, millisOf } from "./fields.ts";

/** A text that is not this message. */
class OtlpJsonError extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options);
    this.name = "OtlpJsonError";
  }
}

/** Throws an `OtlpJsonError`. */
export function decodeJsonRequest(text: string): readonly ResourceMetrics[] {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    // What is no JSON is the sender's fault.
    throw new OtlpJsonError(String(error), { cause: error });
  }
  return listOf(fieldOf(root, "resourceMetrics"), readResource);
}

function readResource(value: unknown): ResourceMetrics {
  return {
    attributes: attributesOf(fieldOf(fieldOf(value, "resource"), "attributes")),
    scopes: listOf(fieldOf(value, "scopeMetrics"), readScope),
  };
}

function readScope(value: unknown): ScopeMetrics {
  const scope = fieldOf(value, "scope");
  return {
    name: textOf(fieldOf(scope, "name")),
    version: textOf(fieldOf(scope, "version")),
    attributes: attributesOf(fieldOf(scope, "attributes")),
    schemaUrl: textOf(fieldOf(value, "schemaUrl")),
    metrics: listOf(fieldOf(value, "metrics"), readMetric),
  };
}

function readMetric(value: unknown): Metric {
  return {
    name: textOf(fieldOf(value, "name")),
    description: textOf(fieldOf(value, "description")),
    unit: textOf(fieldOf(value, "unit")),
    body: readBody(value),
  };
}

function readBody(value: unknown): MetricBody {
  const gauge = fieldOf(value, "gauge");
  if (gauge !== undefined) return { kind: "gauge", points: pointsOf(gauge, readNumberPoint) };
  const sum = fieldOf(value, "sum");
  if (sum !== undefined) {
    return {
      kind: "sum",
      points: pointsOf(sum, readNumberPoint),
      temporality: readTemporality(sum),
      isMonotonic: fieldOf(sum, "isMonotonic") === true,
    };
  }
  const histogram = fieldOf(value, "histogram");
  if (histogram !== undefined) {
    const points = pointsOf(histogram, readHistogramPoint);
    return { kind: "histogram", points, temporality: readTemporality(histogram) };
  }
  const exponential = fieldOf(value, "exponentialHistogram");
  if (exponential !== undefined) {
    const points = pointsOf(exponential, readExponentialPoint);
    const temporality = readTemporality(exponential);
    return { kind: "exponentialHistogram", points, temporality };
  }
  const summary = fieldOf(value, "summary");
  if (summary === undefined) return { kind: "unknown" };
  return { kind: "summary", points: pointsOf(summary, readSummaryPoint) };
}

function pointsOf<T>(value: unknown, read: (point: unknown) => T): readonly T[] {
  return listOf(fieldOf(value, "dataPoints"), read);
}

const temporalityNames = [
  "AGGREGATION_TEMPORALITY_UNSPECIFIED",
  "AGGREGATION_TEMPORALITY_DELTA",
  "AGGREGATION_TEMPORALITY_CUMULATIVE",
];

function readTemporality(value: unknown): Temporality {
  const sent = fieldOf(value, "aggregationTemporality");
  const place = typeof sent === "string" ? temporalityNames.indexOf(sent) : numberOf(sent);
  return temporalityOf(place);
}

function readPoint(value: unknown) {
  return {
    attributes: attributesOf(fieldOf(value, "attributes")),
    timestampMs: millisOf(integerOf(fieldOf(value, "timeUnixNano"))),
    startTimestampMs: millisOf(integerOf(fieldOf(value, "startTimeUnixNano"))),
    isEnd: isEnd(numberOf(fieldOf(value, "flags"))),
  };
}

function readNumberPoint(value: unknown) {
  const integer = fieldOf(value, "asInt");
  const number = integer === undefined ? numberOf(fieldOf(value, "asDouble")) : integerOf(integer);
  return { ...readPoint(value), value: Number(number), exemplars: exemplarsOf(value) };
}

function readHistogramPoint(value: unknown) {
  return {
    ...readPoint(value),
    ...readCountAndSum(value),
    bucketCounts: listOf(fieldOf(value, "bucketCounts"), (count) => Number(integerOf(count))),
    bounds: listOf(fieldOf(value, "explicitBounds"), numberOf),
    exemplars: exemplarsOf(value),
  };
}

function readExponentialPoint(value: unknown) {
  return {
    ...readPoint(value),
    ...readCountAndSum(value),
    scale: numberOf(fieldOf(value, "scale")),
    zeroCount: Number(integerOf(fieldOf(value, "zeroCount"))),
    positive: readBuckets(fieldOf(value, "positive")),
    negative: readBuckets(fieldOf(value, "negative")),
    exemplars: exemplarsOf(value),
  };
}

function readCountAndSum(value: unknown) {
  const sum = fieldOf(value, "sum");
  return {
    count: Number(integerOf(fieldOf(value, "count"))),
    sum: sum === undefined ? undefined : numberOf(sum),
  };
}

function readBuckets(value: unknown): ExponentialBuckets {
  const counts = listOf(fieldOf(value, "bucketCounts"), (count) => Number(integerOf(count)));
  return { offset: numberOf(fieldOf(value, "offset")), counts };
}

function readSummaryPoint(value: unknown) {
  const { count, sum = 0 } = readCountAndSum(value);
  const quantiles = listOf(fieldOf(value, "quantileValues"), (item) => ({
    quantile: numberOf(fieldOf(item, "quantile")),
    value: numberOf(fieldOf(item, "value")),
  }));
  return { ...readPoint(value), count, sum, quantiles };
}

function exemplarsOf(value: unknown): readonly SentExemplar[] {
  return listOf(fieldOf(value, "exemplars"), (sent) => {
    const integer = fieldOf(sent, "asInt");
    const double = fieldOf(sent, "asDouble");
    const number = integer === undefined ? double : integerOf(integer);
    return {
      attributes: attributesOf(fieldOf(sent, "filteredAttributes")),
      timestampMs: millisOf(integerOf(fieldOf(sent, "timeUnixNano"))),
      value: number === undefined ? undefined : numberOf(number),
      traceId: identifierOf(fieldOf(sent, "traceId")),
      spanId: identifierOf(fieldOf(sent, "spanId")),
    };
  });
}

function attributesOf(value: unknown, depth = 0): Attributes {
  return listOf(value, (one) => [
    textOf(fieldOf(one, "key")),
    valueOf(fieldOf(one, "value"), depth),
  ]);
}

function valueOf(value: unknown, depth: number): AttributeValue {
  if (depth > attributeDepthMax) throw new OtlpJsonError("attribute values are nested too deep");
  const text = fieldOf(value, "stringValue");
  if (text !== undefined) return { kind: "text", value: textOf(text) };
  const bool = fieldOf(value, "boolValue");
  if (bool !== undefined) return { kind: "bool", value: bool === true };
  const integer = fieldOf(value, "intValue");
  if (integer !== undefined) return { kind: "integer", value: integerOf(integer) };
  const double = fieldOf(value, "doubleValue");
  if (double !== undefined) return { kind: "double", value: numberOf(double) };
  const list = fieldOf(value, "arrayValue");
  if (list !== undefined) {
    const values = listOf(fieldOf(list, "values"), (one) => valueOf(one, depth + 1));
    return { kind: "list", values };
  }
  const map = fieldOf(value, "kvlistValue");
  if (map !== undefined) {
    return { kind: "map", values: attributesOf(fieldOf(map, "values"), depth + 1) };
  }
  const bytes = fieldOf(value, "bytesValue");
  return bytes === undefined ? { kind: "empty" } : { kind: "bytes", value: base64Of(bytes) };
}

/** A field of an object, by its name in camel case or in snake case; null is as good as absent. */
function fieldOf(value: unknown, name: string): unknown {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new OtlpJsonError(`an object with ${name} is expected`);
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return fields.get(name) ?? fields.get(snake) ?? undefined;
}

function listOf<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OtlpJsonError("a list is expected");
  return value.map((item) => read(item));
}

function textOf(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  throw new OtlpJsonError("a text is expected");
}

function numberOf(value: unknown): number {
  if (value === undefined) return 0;
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  const isNumber = typeof number === "number" && (!Number.isNaN(number) || value === "NaN");
  if (isNumber) return number;
  if (typeof number === "bigint") return Number(number);
  throw new OtlpJsonError("a number is expected");
}

/** An integer of 64 bits: a number while it is exact. */
function integerOf(value: unknown): number | bigint {
  if (value === undefined) return 0;
  if (typeof value === "number" && Number.isInteger(value)) return value;
  if (typeof value !== "string" || !/^[+-]?\d{1,20}$/.test(value)) {
    throw new OtlpJsonError("an integer is expected");
  }
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value.replace("+", ""));
}

function identifierOf(value: unknown): string {
  const text = textOf(value).toLowerCase();
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new OtlpJsonError("an identifier is hexadecimal");
  return hexOf(Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
}

function base64Of(value: unknown): Uint8Array {
  const text = textOf(value);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw new OtlpJsonError("bytes are base64");
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
