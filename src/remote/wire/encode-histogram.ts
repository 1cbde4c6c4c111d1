import { type ProtobufWriter, wireBytes } from "#base";
import { type Buckets, type CounterResetHint, type Histogram, writeStaleAt } from "#series";
import type { HistogramRow } from "./write-series.ts";

const hintNumbers: Readonly<Record<CounterResetHint, number>> = {
  unknown: 0,
  reset: 1,
  notReset: 2,
  gauge: 3,
};
const staleSum = staleBits();

/** Writes the fields of a `Histogram` message; the caller has begun it. */
export function encodeHistogram(writer: ProtobufWriter, row: HistogramRow): void {
  const { histogram } = row;
  if (histogram === undefined) writer.fixed64(3, staleSum);
  else writeFields(writer, histogram);
  writer.integer(15, row.timestampMs);
  if (histogram !== undefined) writeDoubles(writer, 16, histogram.customValues);
  if (row.startTimestampMs !== 0) writer.integer(17, row.startTimestampMs);
}

function writeFields(writer: ProtobufWriter, histogram: Histogram): void {
  const isFloat = histogram.counts === "float";
  if (isFloat) writer.double(2, histogram.count);
  else writer.integer(1, histogram.count);
  writer.double(3, histogram.sum);
  writer.integer(4, zigzag(histogram.schema));
  writer.double(5, histogram.zeroThreshold);
  if (isFloat) writer.double(7, histogram.zeroCount);
  else writer.integer(6, histogram.zeroCount);
  writeBuckets(writer, histogram.negative, isFloat ? [8, 10] : [8, 9]);
  writeBuckets(writer, histogram.positive, isFloat ? [11, 13] : [11, 12]);
  writer.integer(14, hintNumbers[histogram.counterResetHint]);
}

function writeBuckets(
  writer: ProtobufWriter,
  { spanOffsets, spanLengths, bucketCounts }: Buckets,
  [spans, counts]: readonly [number, number],
): void {
  for (const [index, offset] of spanOffsets.entries()) {
    const mark = writer.begin(spans);
    writer.integer(1, zigzag(offset));
    writer.integer(2, spanLengths[index] ?? 0);
    writer.end(mark);
  }
  if (bucketCounts.length === 0) return;
  if (counts === 10 || counts === 13) writeDoubles(writer, counts, bucketCounts);
  else writeDeltas(writer, counts, bucketCounts);
}

function writeDeltas(writer: ProtobufWriter, field: number, counts: Float64Array): void {
  const mark = writer.begin(field);
  let before = 0;
  for (const count of counts) {
    writer.varint(zigzag(count - before));
    before = count;
  }
  writer.end(mark);
}

function writeDoubles(writer: ProtobufWriter, field: number, values: Float64Array): void {
  if (values.length === 0) return;
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setFloat64(index * 8, value, true);
  writer.tag(field, wireBytes);
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function staleBits(): bigint {
  const value = new Float64Array(1);
  writeStaleAt(value, 0);
  return new BigUint64Array(value.buffer)[0] ?? 0n;
}
