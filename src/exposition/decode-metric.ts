import { ProtobufReader, wireFixed64, wireVarint } from "#base";
import {
  type Buckets,
  type CounterResetHint,
  compactHistogram,
  type Exemplar,
  type Histogram,
  type Labels,
} from "#series";
import { decodeText, quoteBytes } from "./bytes.ts";
import { uniqueLabels } from "./label-list.ts";
import {
  bucketField,
  counterField,
  exemplarField,
  histogramField,
  pairField,
  quantileField,
  spanField,
  summaryField,
  timestampField,
} from "./metric-family-fields.ts";
import { ExpositionError } from "./reader.ts";

/** A counter, gauge or untyped value. */
export interface DecodedNumber {
  value: number;
  exemplar: Exemplar | undefined;
  startTimestampMs: number;
}

export interface DecodedSummary {
  count: number;
  sum: number;
  readonly quantiles: { readonly quantile: number; readonly value: number }[];
  startTimestampMs: number;
}

interface DecodedBucket {
  count: number;
  countFloat: number;
  upper: number;
  exemplar: Exemplar | undefined;
}

/** A histogram as it came: classic, native or both, in integers or floats. */
export interface DecodedHistogram {
  count: number;
  countFloat: number;
  sum: number;
  readonly buckets: DecodedBucket[];
  schema: number;
  zeroThreshold: number;
  zeroCount: number;
  zeroCountFloat: number;
  readonly positive: DecodedBuckets;
  readonly negative: DecodedBuckets;
  readonly exemplars: Exemplar[];
  startTimestampMs: number;
}

/** Native buckets of one sign. */
interface DecodedBuckets {
  readonly offsets: number[];
  readonly lengths: number[];
  readonly deltas: number[];
  readonly counts: number[];
}

export function decodeNumber(reader: ProtobufReader): DecodedNumber {
  const decoded: DecodedNumber = { value: 0, exemplar: undefined, startTimestampMs: 0 };
  while (reader.next()) {
    if (reader.field === counterField.value) decoded.value = reader.double();
    else if (reader.field === counterField.exemplar) {
      decoded.exemplar = decodeExemplar(reader.message());
    } else if (reader.field === counterField.created) {
      decoded.startTimestampMs = decodeTimestamp(reader.message());
    } else reader.skip();
  }
  return decoded;
}

export function decodeSummary(reader: ProtobufReader): DecodedSummary {
  const decoded: DecodedSummary = { count: 0, sum: 0, quantiles: [], startTimestampMs: 0 };
  while (reader.next()) {
    switch (reader.field) {
      case summaryField.count:
        decoded.count = Number(reader.uint64());
        break;
      case summaryField.sum:
        decoded.sum = reader.double();
        break;
      case summaryField.quantile:
        decoded.quantiles.push(decodeQuantile(reader.message()));
        break;
      case summaryField.created:
        decoded.startTimestampMs = decodeTimestamp(reader.message());
        break;
      default:
        reader.skip();
    }
  }
  return decoded;
}

function decodeQuantile(reader: ProtobufReader): DecodedSummary["quantiles"][number] {
  let quantile = 0;
  let value = 0;
  while (reader.next()) {
    if (reader.field === quantileField.quantile) quantile = reader.double();
    else if (reader.field === quantileField.value) value = reader.double();
    else reader.skip();
  }
  return { quantile, value };
}

export function decodeHistogram(reader: ProtobufReader): DecodedHistogram {
  const decoded: DecodedHistogram = {
    count: 0,
    countFloat: 0,
    sum: 0,
    buckets: [],
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    zeroCountFloat: 0,
    positive: { offsets: [], lengths: [], deltas: [], counts: [] },
    negative: { offsets: [], lengths: [], deltas: [], counts: [] },
    exemplars: [],
    startTimestampMs: 0,
  };
  while (reader.next()) {
    if (!decodeTotal(reader, decoded) && !decodeBucketsField(reader, decoded)) reader.skip();
  }
  return decoded;
}

function decodeTotal(reader: ProtobufReader, decoded: DecodedHistogram): boolean {
  switch (reader.field) {
    case histogramField.count:
      decoded.count = Number(reader.uint64());
      return true;
    case histogramField.countFloat:
      decoded.countFloat = reader.double();
      return true;
    case histogramField.sum:
      decoded.sum = reader.double();
      return true;
    case histogramField.schema:
      decoded.schema = unzigzag(reader.uint64());
      return true;
    case histogramField.zeroThreshold:
      decoded.zeroThreshold = reader.double();
      return true;
    case histogramField.zeroCount:
      decoded.zeroCount = Number(reader.uint64());
      return true;
    case histogramField.zeroCountFloat:
      decoded.zeroCountFloat = reader.double();
      return true;
    case histogramField.created:
      decoded.startTimestampMs = decodeTimestamp(reader.message());
      return true;
    default:
      return false;
  }
}

function decodeBucketsField(reader: ProtobufReader, decoded: DecodedHistogram): boolean {
  switch (reader.field) {
    case histogramField.bucket:
      decoded.buckets.push(decodeBucket(reader.message()));
      return true;
    case histogramField.negativeSpan:
      decodeSpan(reader.message(), decoded.negative);
      return true;
    case histogramField.negativeDelta:
      eachVarint(reader, (value) => decoded.negative.deltas.push(unzigzag(value)));
      return true;
    case histogramField.negativeCount:
      eachDouble(reader, (value) => decoded.negative.counts.push(value));
      return true;
    case histogramField.positiveSpan:
      decodeSpan(reader.message(), decoded.positive);
      return true;
    case histogramField.positiveDelta:
      eachVarint(reader, (value) => decoded.positive.deltas.push(unzigzag(value)));
      return true;
    case histogramField.positiveCount:
      eachDouble(reader, (value) => decoded.positive.counts.push(value));
      return true;
    case histogramField.exemplar:
      decoded.exemplars.push(decodeExemplar(reader.message()));
      return true;
    default:
      return false;
  }
}

/** Integers of a repeated field, packed into one value or each with its own tag. */
function eachVarint(reader: ProtobufReader, visit: (value: number | bigint) => void): void {
  if (reader.wireType === wireVarint) {
    visit(reader.uint64());
    return;
  }
  const packed = ProtobufReader.packed(reader.bytes());
  while (!packed.isAtEnd) visit(packed.varint());
}

function eachDouble(reader: ProtobufReader, visit: (value: number) => void): void {
  if (reader.wireType === wireFixed64) {
    visit(reader.double());
    return;
  }
  const packed = reader.bytes();
  if (packed.length % 8 !== 0) throw new ExpositionError("packed doubles of odd length");
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  for (let at = 0; at < packed.length; at += 8) visit(view.getFloat64(at, true));
}

function decodeBucket(reader: ProtobufReader): DecodedBucket {
  const decoded: DecodedBucket = { count: 0, countFloat: 0, upper: 0, exemplar: undefined };
  while (reader.next()) {
    if (reader.field === bucketField.count) decoded.count = Number(reader.uint64());
    else if (reader.field === bucketField.countFloat) decoded.countFloat = reader.double();
    else if (reader.field === bucketField.upper) decoded.upper = reader.double();
    else if (reader.field === bucketField.exemplar) {
      decoded.exemplar = decodeExemplar(reader.message());
    } else reader.skip();
  }
  return decoded;
}

function decodeSpan(reader: ProtobufReader, into: DecodedBuckets): void {
  let offset = 0;
  let length = 0;
  while (reader.next()) {
    if (reader.field === spanField.offset) offset = unzigzag(reader.uint64());
    else if (reader.field === spanField.length) length = reader.uint32();
    else reader.skip();
  }
  into.offsets.push(offset);
  into.lengths.push(length);
}

function decodeExemplar(reader: ProtobufReader): Exemplar {
  const pairs: (readonly [string, string])[] = [];
  let value = 0;
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === exemplarField.label) pairs.push(decodePair(reader.message()));
    else if (reader.field === exemplarField.value) value = reader.double();
    else if (reader.field === exemplarField.timestamp) {
      timestampMs = decodeTimestamp(reader.message());
    } else reader.skip();
  }
  return { labels: uniqueLabels(pairs), value, timestampMs };
}

function decodeTimestamp(reader: ProtobufReader): number {
  let milliseconds = 0;
  while (reader.next()) {
    if (reader.field === timestampField.seconds) milliseconds += Number(reader.int64()) * 1_000;
    else if (reader.field === timestampField.nanos) {
      milliseconds += Math.trunc(reader.int32() / 1_000_000);
    } else reader.skip();
  }
  return milliseconds;
}

/** A label. Names and values must be valid UTF-8. */
export function decodePair(reader: ProtobufReader): readonly [name: string, value: string] {
  let name = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === pairField.name) name = decodeUtf8(reader.bytes(), "label name");
    else if (reader.field === pairField.value) value = decodeUtf8(reader.bytes(), "label value");
    else reader.skip();
  }
  return [name, value];
}

export function decodeUtf8(bytes: Uint8Array, what: string): string {
  const text = decodeText(bytes, 0, bytes.length);
  if (text !== undefined) return text;
  throw new ExpositionError(`invalid ${what}: ${quoteBytes(bytes, 0, bytes.length)}`);
}

/** Whether it has a native form; one without observations is told by a span without buckets. */
export function isNative(decoded: DecodedHistogram): boolean {
  const { positive, negative, zeroThreshold, zeroCount } = decoded;
  const spans = positive.offsets.length + negative.offsets.length;
  return spans > 0 || zeroThreshold > 0 || zeroCount > 0;
}

/** The native histogram. Throws `ExpositionError` when spans and buckets do not fit together. */
export function nativeHistogram(
  decoded: DecodedHistogram,
  counterResetHint: CounterResetHint,
): Histogram {
  const { schema, sum, zeroThreshold } = decoded;
  const isFloat = decoded.countFloat > 0 || decoded.zeroCountFloat > 0;
  return compactHistogram({
    schema,
    counts: isFloat ? "float" : "integer",
    counterResetHint,
    zeroThreshold,
    zeroCount: isFloat ? decoded.zeroCountFloat : decoded.zeroCount,
    count: isFloat ? decoded.countFloat : decoded.count,
    sum,
    positive: bucketsOf(decoded.positive, isFloat, "positive"),
    negative: bucketsOf(decoded.negative, isFloat, "negative"),
    customValues: new Float64Array(0),
  });
}

function bucketsOf(decoded: DecodedBuckets, isFloat: boolean, side: string): Buckets {
  const { offsets, lengths, deltas, counts } = decoded;
  const required = lengths.reduce((total, length) => total + length, 0);
  const present = isFloat ? counts.length : deltas.length;
  if (required !== present) {
    throw new ExpositionError(`${side} side: spans require ${required} buckets, have ${present}`);
  }
  let count = 0;
  const absolute = isFloat ? counts : deltas.map((delta) => (count += delta));
  return {
    spanOffsets: Int32Array.from(offsets),
    spanLengths: Uint32Array.from(lengths),
    bucketCounts: Float64Array.from(absolute),
  };
}

/** The labels of a series from its name, its encoded labels and the label of its part. */
export function labelsFrom(
  pairs: readonly (readonly [string, string])[],
  name: string,
  part: readonly [string, string] | undefined,
): Labels {
  return uniqueLabels([["__name__", name], ...pairs, ...(part === undefined ? [] : [part])]);
}

/** The signed integer that zigzag encoding made unsigned. */
function unzigzag(value: number | bigint): number {
  if (typeof value === "bigint") return Number((value >> 1n) ^ -(value & 1n));
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
