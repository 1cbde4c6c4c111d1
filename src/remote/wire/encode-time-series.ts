/** Writes what `TimeSeries` messages consist of, in remote write 1.0 and in remote read. */
import type { ProtobufWriter } from "#base";
import { type Exemplar, type Labels, labelPairs } from "#series";
import { encodeHistogram } from "./encode-histogram.ts";
import type { FloatRows, OutgoingSeries } from "./write-series.ts";

/** Writes the fields of a `TimeSeries`; the caller has begun it. */
export function writeTimeSeries(
  writer: ProtobufWriter,
  { labels, floats, histograms, exemplars }: Omit<OutgoingSeries, "metadata">,
): void {
  writeLabels(writer, labels);
  writeFloats(writer, floats, "without starts");
  for (const exemplar of exemplars) writeFirstExemplar(writer, exemplar);
  for (const row of histograms) {
    const mark = writer.begin(4);
    encodeHistogram(writer, { ...row, startTimestampMs: 0 });
    writer.end(mark);
  }
}

export function writeLabels(writer: ProtobufWriter, labels: Labels): void {
  for (const [name, value] of labelPairs(labels)) {
    const mark = writer.begin(1);
    writer.string(1, name);
    writer.string(2, value);
    writer.end(mark);
  }
}

export function writeFloats(
  writer: ProtobufWriter,
  { count, timestampsMs, values, startTimestampsMs }: FloatRows,
  starts: "with starts" | "without starts",
): void {
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  for (let row = 0; row < count; row++) {
    const mark = writer.begin(2);
    writer.fixed64(1, bits[row] ?? 0n);
    writer.integer(2, timestampsMs[row] ?? 0);
    const start = startTimestampsMs[row] ?? 0;
    if (starts === "with starts" && start !== 0) writer.integer(3, start);
    writer.end(mark);
  }
}

function writeFirstExemplar(writer: ProtobufWriter, exemplar: Exemplar): void {
  const mark = writer.begin(3);
  writeLabels(writer, exemplar.labels);
  writer.double(2, exemplar.value);
  writer.integer(3, exemplar.timestampMs);
  writer.end(mark);
}
