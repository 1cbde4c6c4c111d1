/** Writes the messages of remote read: the request, and what the answers consist of. */
import { ProtobufWriter } from "#base";
import type { Labels, SampleBuffer } from "#series";
import { writeLabels, writeTimeSeries } from "../wire/encode-time-series.ts";
import type { HistogramRow } from "../wire/write-series.ts";
import { matchOperators, type ReadQuery, type SentChunk } from "./read-message.ts";

/** A request with one query, by a reader that prefers chunks. */
export function encodeReadRequest({ minMs, maxMs, matchers }: ReadQuery): Uint8Array {
  const writer = new ProtobufWriter();
  const query = writer.begin(1);
  writer.integer(1, minMs);
  writer.integer(2, maxMs);
  for (const { operator, name, value } of matchers) {
    const mark = writer.begin(3);
    writer.integer(1, matchOperators.indexOf(operator));
    writer.string(2, name);
    writer.string(3, value);
    writer.end(mark);
  }
  const hints = writer.begin(4);
  writer.integer(3, minMs);
  writer.integer(4, maxMs);
  writer.end(hints);
  writer.end(query);
  const types = writer.begin(2);
  writer.varint(1);
  writer.varint(0);
  writer.end(types);
  return writer.finish();
}

/** Adds one series to a `QueryResult`, which the caller has begun. */
export function writeResultSeries(
  writer: ProtobufWriter,
  labels: Labels,
  samples: SampleBuffer,
): void {
  const mark = writer.begin(1);
  writeTimeSeries(writer, { labels, ...rowsOf(samples), exemplars: [] });
  writer.end(mark);
}

/** A `ChunkedReadResponse`: some chunks of one series. */
export function encodeChunkedSeries(
  queryIndex: number,
  labels: Labels,
  chunks: readonly SentChunk[],
): Uint8Array {
  const writer = new ProtobufWriter();
  const series = writer.begin(1);
  writeLabels(writer, labels);
  for (const { minMs, maxMs, encoding, bytes } of chunks) {
    const mark = writer.begin(2);
    writer.integer(1, minMs);
    writer.integer(2, maxMs);
    writer.integer(3, encoding);
    writer.bytes(4, bytes);
    writer.end(mark);
  }
  writer.end(series);
  if (queryIndex !== 0) writer.integer(2, queryIndex);
  return writer.finish();
}

/** Floats and histograms apart, as the message has them. */
function rowsOf({ count, timestampsMs, values, histograms }: SampleBuffer) {
  const startTimestampsMs = new Float64Array(0);
  if (histograms === undefined) {
    return { floats: { count, timestampsMs, values, startTimestampsMs }, histograms: [] };
  }
  const floatRows = Array.from({ length: count }, (_, row) => row).filter(
    (row) => histograms[row] === undefined,
  );
  const floats = {
    count: floatRows.length,
    timestampsMs: Float64Array.from(floatRows, (row) => timestampsMs[row] ?? 0),
    values: pickedBits(values, floatRows),
    startTimestampsMs,
  };
  const found: HistogramRow[] = [];
  for (let row = 0; row < count; row++) {
    const histogram = histograms[row];
    if (histogram === undefined) continue;
    found.push({ timestampMs: timestampsMs[row] ?? 0, startTimestampMs: 0, histogram });
  }
  return { floats, histograms: found };
}

/** Copies bits, not numbers: stale markers have to stay. */
function pickedBits(values: Float64Array, rows: readonly number[]): Float64Array {
  const picked = new Float64Array(rows.length);
  for (const [at, row] of rows.entries()) picked.set(values.subarray(row, row + 1), at);
  return picked;
}
