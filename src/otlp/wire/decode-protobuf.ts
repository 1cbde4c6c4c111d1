/** Reads `ExportMetricsServiceRequest` of OpenTelemetry's protocol, version 1. */
import { ProtobufReader } from "#base";
import type {
  ExponentialBuckets,
  ExponentialPoint,
  HistogramPoint,
  Metric,
  MetricBody,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  SentExemplar,
  SummaryPoint,
} from "../metrics.ts";
import { readAttribute, readAttributes } from "./decode-attributes.ts";
import {
  type DraftOf,
  emptyExponential,
  emptyHistogram,
  emptyNumber,
  emptyScope,
  emptySummary,
  isEnd,
  temporalityOf,
} from "./draft.ts";
import { hexOf, millisOf, readCounts, readDoubles, zigzag } from "./fields.ts";

/** Throws a `ProtobufError` for bytes that are not this message. */
export function decodeProtobufRequest(bytes: Uint8Array): readonly ResourceMetrics[] {
  return readList(new ProtobufReader(bytes), 1, readResource);
}

function readResource(reader: ProtobufReader): ResourceMetrics {
  let attributes: ResourceMetrics["attributes"] = [];
  const scopes: ScopeMetrics[] = [];
  while (reader.next()) {
    if (reader.field === 1) attributes = readAttributes(reader.message(), 1);
    else if (reader.field === 2) scopes.push(readScope(reader.message()));
    else reader.skip();
  }
  return { attributes, scopes };
}

function readScope(reader: ProtobufReader): ScopeMetrics {
  const draft = emptyScope();
  while (reader.next()) {
    if (reader.field === 1) readScopeNames(reader.message(), draft);
    else if (reader.field === 2) draft.metrics.push(readMetric(reader.message()));
    else if (reader.field === 3) draft.schemaUrl = reader.string();
    else reader.skip();
  }
  return draft;
}

function readScopeNames(reader: ProtobufReader, into: ReturnType<typeof emptyScope>): void {
  while (reader.next()) {
    if (reader.field === 1) into.name = reader.string();
    else if (reader.field === 2) into.version = reader.string();
    else if (reader.field === 3) into.attributes.push(readAttribute(reader.message()));
    else reader.skip();
  }
}

function readMetric(reader: ProtobufReader): Metric {
  const texts = { name: "", description: "", unit: "" };
  let body: MetricBody = { kind: "unknown" };
  while (reader.next()) {
    if (reader.field === 1) texts.name = reader.string();
    else if (reader.field === 2) texts.description = reader.string();
    else if (reader.field === 3) texts.unit = reader.string();
    else if (reader.field >= 5 && reader.field <= 11) body = readBody(reader) ?? body;
    else reader.skip();
  }
  return { ...texts, body };
}

function readBody(reader: ProtobufReader): MetricBody | undefined {
  switch (reader.field) {
    case 5:
      return { kind: "gauge", points: readList(reader.message(), 1, readNumberPoint) };
    case 7:
      return { kind: "sum", ...readPoints(reader.message(), readNumberPoint) };
    case 9: {
      const { points, temporality } = readPoints(reader.message(), readHistogramPoint);
      return { kind: "histogram", points, temporality };
    }
    case 10: {
      const { points, temporality } = readPoints(reader.message(), readExponentialPoint);
      return { kind: "exponentialHistogram", points, temporality };
    }
    case 11:
      return { kind: "summary", points: readList(reader.message(), 1, readSummaryPoint) };
    default:
      reader.skip();
      return undefined;
  }
}

function readList<T>(
  reader: ProtobufReader,
  field: number,
  read: (item: ProtobufReader) => T,
): readonly T[] {
  const items: T[] = [];
  while (reader.next()) {
    if (reader.field === field) items.push(read(reader.message()));
    else reader.skip();
  }
  return items;
}

function readPoints<T>(reader: ProtobufReader, read: (point: ProtobufReader) => T) {
  const points: T[] = [];
  let number = 0;
  let isMonotonic = false;
  while (reader.next()) {
    if (reader.field === 1) points.push(read(reader.message()));
    else if (reader.field === 2) number = reader.int32();
    else if (reader.field === 3) isMonotonic = reader.bool();
    else reader.skip();
  }
  return { points, temporality: temporalityOf(number), isMonotonic };
}

function readNumberPoint(reader: ProtobufReader): NumberPoint {
  const draft = emptyNumber();
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) draft.startTimestampMs = millisOf(reader.fixed64());
    else if (field === 3) draft.timestampMs = millisOf(reader.fixed64());
    else if (field === 4) draft.value = reader.double();
    else if (field === 5) draft.exemplars.push(readExemplar(reader.message()));
    else if (field === 6) draft.value = signed(reader.fixed64());
    else if (field === 7) draft.attributes.push(readAttribute(reader.message()));
    else if (field === 8) draft.isEnd = isEnd(reader.uint32());
    else reader.skip();
  }
  return draft;
}

function readHistogramPoint(reader: ProtobufReader): HistogramPoint {
  const draft = emptyHistogram();
  while (reader.next()) {
    if (reader.field < 5) readCommon(reader, draft);
    else readHistogramRest(reader, draft);
  }
  return draft;
}

function readHistogramRest(reader: ProtobufReader, into: DraftOf<HistogramPoint>): void {
  const { field } = reader;
  if (field === 5) into.sum = reader.double();
  else if (field === 6) readCounts(reader, into.bucketCounts, "fixed");
  else if (field === 7) readDoubles(reader, into.bounds);
  else if (field === 8) into.exemplars.push(readExemplar(reader.message()));
  else if (field === 9) into.attributes.push(readAttribute(reader.message()));
  else if (field === 10) into.isEnd = isEnd(reader.uint32());
  else reader.skip();
}

function readExponentialPoint(reader: ProtobufReader): ExponentialPoint {
  const draft = emptyExponential();
  while (reader.next()) {
    if (reader.field === 1) draft.attributes.push(readAttribute(reader.message()));
    else if (reader.field < 5) readCommon(reader, draft);
    else readExponentialRest(reader, draft);
  }
  return draft;
}

function readExponentialRest(reader: ProtobufReader, into: DraftOf<ExponentialPoint>): void {
  const { field } = reader;
  if (field === 5) into.sum = reader.double();
  else if (field === 6) into.scale = zigzag(reader.uint32());
  else if (field === 7) into.zeroCount = Number(reader.fixed64());
  else if (field === 8) into.positive = readBuckets(reader.message());
  else if (field === 9) into.negative = readBuckets(reader.message());
  else if (field === 10) into.isEnd = isEnd(reader.uint32());
  else if (field === 11) into.exemplars.push(readExemplar(reader.message()));
  else reader.skip();
}

function readBuckets(reader: ProtobufReader): ExponentialBuckets {
  let offset = 0;
  const counts: number[] = [];
  while (reader.next()) {
    if (reader.field === 1) offset = zigzag(reader.uint32());
    else if (reader.field === 2) readCounts(reader, counts, "varint");
    else reader.skip();
  }
  return { offset, counts };
}

function readSummaryPoint(reader: ProtobufReader): SummaryPoint {
  const draft = emptySummary();
  while (reader.next()) {
    const { field } = reader;
    if (field < 5) readCommon(reader, draft);
    else if (field === 5) draft.sum = reader.double();
    else if (field === 6) draft.quantiles.push(readQuantile(reader.message()));
    else if (field === 7) draft.attributes.push(readAttribute(reader.message()));
    else if (field === 8) draft.isEnd = isEnd(reader.uint32());
    else reader.skip();
  }
  return draft;
}

function readQuantile(reader: ProtobufReader) {
  const found = { quantile: 0, value: 0 };
  while (reader.next()) {
    if (reader.field === 1) found.quantile = reader.double();
    else if (reader.field === 2) found.value = reader.double();
    else reader.skip();
  }
  return found;
}

/** Times and the count, which all points but numbers have under the same numbers. */
function readCommon(
  reader: ProtobufReader,
  into: DraftOf<HistogramPoint | ExponentialPoint | SummaryPoint>,
): void {
  if (reader.field === 2) into.startTimestampMs = millisOf(reader.fixed64());
  else if (reader.field === 3) into.timestampMs = millisOf(reader.fixed64());
  else if (reader.field === 4) into.count = Number(reader.fixed64());
  else reader.skip();
}

function readExemplar(reader: ProtobufReader): SentExemplar {
  const attributes: SentExemplar["attributes"][number][] = [];
  let value: number | undefined;
  let timestampMs = 0;
  let traceId = "";
  let spanId = "";
  while (reader.next()) {
    const { field } = reader;
    if (field === 2) timestampMs = millisOf(reader.fixed64());
    else if (field === 3) value = reader.double();
    else if (field === 4) spanId = hexOf(reader.bytes());
    else if (field === 5) traceId = hexOf(reader.bytes());
    else if (field === 6) value = signed(reader.fixed64());
    else if (field === 7) attributes.push(readAttribute(reader.message()));
    else reader.skip();
  }
  return { attributes, value, timestampMs, traceId, spanId };
}

function signed(value: number | bigint): number {
  return Number(BigInt.asIntN(64, BigInt(value)));
}
