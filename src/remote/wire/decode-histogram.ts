import { ProtobufReader, wireBytes } from "#base";
import {
  type Buckets,
  type CounterResetHint,
  type Histogram,
  isStaleAt,
  noBuckets,
  supportedHistogram,
} from "#series";
import type { HistogramRow } from "./write-series.ts";

const resetHints: readonly CounterResetHint[] = ["unknown", "reset", "notReset", "gauge"];

/** One sign's buckets while they are read: spans, and either deltas or absolute counts. */
interface BucketFields {
  readonly offsets: number[];
  readonly lengths: number[];
  readonly deltas: number[];
  readonly counts: number[];
}

/** Field numbers of one sign's buckets: spans, deltas, counts. */
const negativeFields = [8, 9, 10] as const;
const positiveFields = [11, 12, 13] as const;

/** A message's fields while they are read. */
interface HistogramFields {
  readonly negative: BucketFields;
  readonly positive: BucketFields;
  readonly customValues: number[];
  /** One element: its bits tell whether the histogram is a stale marker. */
  readonly sum: Float64Array;
  schema: number;
  count: number;
  zeroCount: number;
  zeroThreshold: number;
  hint: number;
  isFloat: boolean;
  timestampMs: number;
  startTimestampMs: number;
}

/** Reads a `Histogram` message; both versions of the protocol number its fields alike. */
export function decodeHistogram(reader: ProtobufReader): HistogramRow {
  const fields: HistogramFields = {
    negative: emptyFields(),
    positive: emptyFields(),
    customValues: [],
    sum: new Float64Array(1),
    schema: 0,
    count: 0,
    zeroCount: 0,
    zeroThreshold: 0,
    hint: 0,
    isFloat: false,
    timestampMs: 0,
    startTimestampMs: 0,
  };
  while (reader.next()) {
    const { field } = reader;
    if (field >= 8 && field <= 10) readBuckets(reader, fields.negative, negativeFields);
    else if (field >= 11 && field <= 13) readBuckets(reader, fields.positive, positiveFields);
    else if (field < 8) readNumber(reader, fields);
    else readEnd(reader, fields);
  }
  const { timestampMs, startTimestampMs } = fields;
  const isStale = isStaleAt(fields.sum, 0);
  return { timestampMs, startTimestampMs, histogram: isStale ? undefined : histogramOf(fields) };
}

function readNumber(reader: ProtobufReader, into: HistogramFields): void {
  const { field } = reader;
  if (field === 1) into.count = Number(reader.uint64());
  else if (field === 2) {
    into.count = reader.double();
    into.isFloat = true;
  } else if (field === 3) reader.doubleInto(into.sum, 0);
  else if (field === 4) into.schema = zigzag(reader.uint64());
  else if (field === 5) into.zeroThreshold = reader.double();
  else if (field === 6) into.zeroCount = Number(reader.uint64());
  else into.zeroCount = reader.double();
}

function readEnd(reader: ProtobufReader, into: HistogramFields): void {
  const { field } = reader;
  if (field === 14) into.hint = reader.int32();
  else if (field === 15) into.timestampMs = Number(reader.int64());
  else if (field === 16) readDoubles(reader, into.customValues);
  else if (field === 17) into.startTimestampMs = Number(reader.int64());
  else reader.skip();
}

function histogramOf(fields: HistogramFields): Histogram {
  const histogram: Histogram = {
    schema: fields.schema,
    counts: fields.isFloat ? "float" : "integer",
    counterResetHint: resetHints[fields.hint] ?? "unknown",
    zeroThreshold: fields.zeroThreshold,
    zeroCount: fields.zeroCount,
    count: fields.count,
    sum: fields.sum[0] ?? 0,
    positive: bucketsOf(fields.positive, fields.isFloat),
    negative: bucketsOf(fields.negative, fields.isFloat),
    customValues: Float64Array.from(fields.customValues),
  };
  // A schema that nobody knows is the store's to refuse.
  return supportedHistogram(histogram) ?? histogram;
}

function emptyFields(): BucketFields {
  return { offsets: [], lengths: [], deltas: [], counts: [] };
}

function readBuckets(
  reader: ProtobufReader,
  into: BucketFields,
  [spans, deltas, counts]: readonly [number, number, number],
): void {
  if (reader.field === spans) readSpan(reader.message(), into);
  else if (reader.field === deltas) readDeltas(reader, into.deltas);
  else if (reader.field === counts) readDoubles(reader, into.counts);
  else reader.skip();
}

function readSpan(reader: ProtobufReader, into: BucketFields): void {
  let offset = 0;
  let length = 0;
  while (reader.next()) {
    if (reader.field === 1) offset = zigzag(reader.uint64());
    else if (reader.field === 2) length = reader.uint32();
    else reader.skip();
  }
  into.offsets.push(offset);
  into.lengths.push(length);
}

function readDeltas(reader: ProtobufReader, into: number[]): void {
  if (reader.wireType !== wireBytes) {
    into.push(zigzag(reader.uint64()));
    return;
  }
  const packed = ProtobufReader.packed(reader.bytes());
  while (!packed.isAtEnd) into.push(zigzag(packed.varint()));
}

function readDoubles(reader: ProtobufReader, into: number[]): void {
  if (reader.wireType !== wireBytes) {
    into.push(reader.double());
    return;
  }
  const bytes = reader.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.byteLength; at += 8) into.push(view.getFloat64(at, true));
}

/** Signed integers are sent as 0, −1, 1, −2, …. */
function zigzag(value: number | bigint): number {
  if (typeof value === "bigint") return Number((value >> 1n) ^ -(value & 1n));
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function bucketsOf({ offsets, lengths, deltas, counts }: BucketFields, isFloat: boolean): Buckets {
  if (offsets.length === 0) return noBuckets;
  return {
    spanOffsets: Int32Array.from(offsets),
    spanLengths: Uint32Array.from(lengths),
    bucketCounts: Float64Array.from(isFloat ? counts : summed(deltas)),
  };
}

function summed(deltas: readonly number[]): readonly number[] {
  let count = 0;
  return deltas.map((delta) => {
    count += delta;
    return count;
  });
}
