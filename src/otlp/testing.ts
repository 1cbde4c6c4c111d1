/** Requests for tests: written as JSON, and encoded as protobuf too. */
import { ProtobufWriter } from "#base";
import type {
  Attributes,
  AttributeValue,
  MetricBody,
  Point,
  ResourceMetrics,
  SentExemplar,
} from "./metrics.ts";

/** The protobuf message of a request. */
export function encodeProtobufRequest(resources: readonly ResourceMetrics[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const { attributes, scopes } of resources) {
    nested(writer, 1, () => {
      nested(writer, 1, () => writeAttributes(writer, 1, attributes));
      for (const scope of scopes) nested(writer, 2, () => writeScope(writer, scope));
    });
  }
  return writer.finish();
}

function writeScope(writer: ProtobufWriter, scope: ResourceMetrics["scopes"][number]): void {
  nested(writer, 1, () => {
    writer.string(1, scope.name);
    writer.string(2, scope.version);
    writeAttributes(writer, 3, scope.attributes);
  });
  for (const { name, description, unit, body } of scope.metrics) {
    nested(writer, 2, () => {
      writer.string(1, name);
      writer.string(2, description);
      writer.string(3, unit);
      writeBody(writer, body);
    });
  }
  writer.string(3, scope.schemaUrl);
}

const temporalities = ["unspecified", "delta", "cumulative"];
const bodyFields = {
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponentialHistogram: 10,
  summary: 11,
  unknown: 12,
} as const;

function writeBody(writer: ProtobufWriter, body: MetricBody): void {
  nested(writer, bodyFields[body.kind], () => {
    if (body.kind === "unknown") return;
    for (const point of body.points) nested(writer, 1, () => writePoint(writer, body.kind, point));
    if ("temporality" in body) writer.integer(2, temporalities.indexOf(body.temporality));
    if (body.kind === "sum") writer.bool(3, body.isMonotonic);
  });
}

function writePoint(writer: ProtobufWriter, kind: MetricBody["kind"], point: Point): void {
  const attributesField = kind === "histogram" ? 9 : kind === "exponentialHistogram" ? 1 : 7;
  const flagsField = kind === "histogram" || kind === "exponentialHistogram" ? 10 : 8;
  writeAttributes(writer, attributesField, point.attributes);
  writer.fixed64(2, BigInt(point.startTimestampMs) * 1_000_000n);
  writer.fixed64(3, BigInt(point.timestampMs) * 1_000_000n);
  writer.integer(flagsField, point.isEnd ? 1 : 0);
  if ("count" in point) writer.fixed64(4, Number(point.count));
  if ("sum" in point && point.sum !== undefined) writer.double(5, Number(point.sum));
  writeRest(writer, point);
}

function writeRest(writer: ProtobufWriter, point: Point): void {
  const fields: Readonly<Record<string, unknown>> = { ...point };
  if ("value" in fields) writer.double(4, Number(fields["value"]));
  if ("bounds" in fields) {
    for (const count of numbers(fields["bucketCounts"])) writer.fixed64(6, count);
    nested(writer, 7, () =>
      writer.raw(new Uint8Array(Float64Array.from(numbers(fields["bounds"])).buffer)),
    );
    writeExemplars(writer, 8, fields["exemplars"]);
  } else if ("scale" in fields) {
    writer.integer(6, zigzag(Number(fields["scale"])));
    writer.fixed64(7, Number(fields["zeroCount"]));
    writeBuckets(writer, 8, fields["positive"]);
    writeBuckets(writer, 9, fields["negative"]);
    writeExemplars(writer, 11, fields["exemplars"]);
  } else if ("quantiles" in fields) {
    for (const { quantile, value } of fields["quantiles"] as {
      quantile: number;
      value: number;
    }[]) {
      nested(writer, 6, () => {
        writer.double(1, quantile);
        writer.double(2, value);
      });
    }
  } else writeExemplars(writer, 5, fields["exemplars"]);
}

function writeBuckets(writer: ProtobufWriter, field: number, buckets: unknown): void {
  const { offset, counts } = buckets as { readonly offset: number; readonly counts: number[] };
  nested(writer, field, () => {
    writer.integer(1, zigzag(offset));
    nested(writer, 2, () => {
      for (const count of counts) writer.varint(count);
    });
  });
}

function writeExemplars(writer: ProtobufWriter, field: number, exemplars: unknown): void {
  for (const { attributes, timestampMs, value, traceId, spanId } of exemplars as SentExemplar[]) {
    nested(writer, field, () => {
      writeAttributes(writer, 7, attributes);
      writer.fixed64(2, BigInt(timestampMs) * 1_000_000n);
      if (value !== undefined) writer.double(3, value);
      writer.bytes(4, bytesOfHex(spanId));
      writer.bytes(5, bytesOfHex(traceId));
    });
  }
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes): void {
  for (const [name, value] of attributes) {
    nested(writer, field, () => {
      writer.string(1, name);
      nested(writer, 2, () => writeValue(writer, value));
    });
  }
}

function writeValue(writer: ProtobufWriter, value: AttributeValue): void {
  switch (value.kind) {
    case "empty":
      return;
    case "text":
      return writer.string(1, value.value);
    case "bool":
      return writer.bool(2, value.value);
    case "integer":
      return writer.integer(3, value.value);
    case "double":
      return writer.double(4, value.value);
    case "list":
      return nested(writer, 5, () => {
        for (const one of value.values) nested(writer, 1, () => writeValue(writer, one));
      });
    case "map":
      return nested(writer, 6, () => writeAttributes(writer, 1, value.values));
    case "bytes":
      return writer.bytes(7, value.value);
  }
}

function nested(writer: ProtobufWriter, field: number, write: () => void): void {
  const mark = writer.begin(field);
  write();
  writer.end(mark);
}

function numbers(value: unknown): readonly number[] {
  return value as readonly number[];
}

function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}
