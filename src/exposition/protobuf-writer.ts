import { ProtobufWriter } from "#base";
import { type Buckets, type Exemplar, type Histogram, labelPairs, type Labels } from "#series";
import type {
  HistogramBucket,
  HistogramValue,
  Metric,
  MetricFamily,
  NumberValue,
  SummaryValue,
} from "./family.ts";
import {
  bucketField,
  counterField,
  exemplarField,
  familyField,
  histogramField,
  metricField,
  metricTypeNumbers,
  pairField,
  quantileField,
  spanField,
  summaryField,
  timestampField,
} from "./metric-family-fields.ts";

/** The family as one message of the delimited protobuf format: its length, then itself. */
export function writeProtobuf(family: MetricFamily): Uint8Array {
  const writer = new ProtobufWriter();
  writer.string(familyField.name, family.name);
  if (family.help !== "") writer.string(familyField.help, family.help);
  writer.integer(familyField.type, metricTypeNumbers[family.type]);
  for (const metric of family.metrics) writeMetric(writer, family, metric);
  if (family.unit !== "") writer.string(familyField.unit, family.unit);
  const message = writer.finish();
  const delimited = new ProtobufWriter();
  delimited.varint(message.length);
  delimited.raw(message);
  return delimited.finish();
}

function writeMetric(writer: ProtobufWriter, family: MetricFamily, metric: Metric): void {
  const mark = writer.begin(familyField.metric);
  writeLabels(writer, metricField.label, metric.labels);
  const { value } = metric;
  if (value.kind === "number") writeNumber(writer, family, metric, value);
  else if (value.kind === "summary") writeSummary(writer, metric, value);
  else writeHistogram(writer, metric, value);
  if (metric.timestampMs !== 0) writer.integer(metricField.timestampMs, metric.timestampMs);
  writer.end(mark);
}

function writeLabels(writer: ProtobufWriter, field: number, labels: Labels): void {
  for (const [name, value] of labelPairs(labels)) {
    const mark = writer.begin(field);
    writer.string(pairField.name, name);
    writer.string(pairField.value, value);
    writer.end(mark);
  }
}

function writeNumber(
  writer: ProtobufWriter,
  { type }: MetricFamily,
  metric: Metric,
  { value, exemplar }: NumberValue,
): void {
  const isGauge = metricTypeNumbers[type] === metricTypeNumbers.gauge;
  const field = isGauge ? metricField.gauge : metricField.untyped;
  const mark = writer.begin(type === "counter" ? metricField.counter : field);
  writer.double(counterField.value, value);
  if (type === "counter") {
    if (exemplar !== undefined) writeExemplar(writer, counterField.exemplar, exemplar);
    writeTimestamp(writer, counterField.created, metric.startTimestampMs);
  }
  writer.end(mark);
}

function writeSummary(writer: ProtobufWriter, metric: Metric, summary: SummaryValue): void {
  const mark = writer.begin(metricField.summary);
  writer.integer(summaryField.count, summary.count);
  writer.double(summaryField.sum, summary.sum);
  for (const { quantile, value } of summary.quantiles) {
    const inner = writer.begin(summaryField.quantile);
    writer.double(quantileField.quantile, quantile);
    writer.double(quantileField.value, value);
    writer.end(inner);
  }
  writeTimestamp(writer, summaryField.created, metric.startTimestampMs);
  writer.end(mark);
}

function writeHistogram(writer: ProtobufWriter, metric: Metric, value: HistogramValue): void {
  const mark = writer.begin(metricField.histogram);
  const isFloat = value.native?.counts === "float" || !Number.isInteger(value.count);
  if (isFloat) writer.double(histogramField.countFloat, value.count);
  else writer.integer(histogramField.count, value.count);
  writer.double(histogramField.sum, value.sum);
  for (const bucket of value.buckets) writeBucket(writer, bucket);
  if (value.native !== undefined) writeNative(writer, value.native);
  for (const exemplar of value.exemplars) {
    writeExemplar(writer, histogramField.exemplar, exemplar);
  }
  writeTimestamp(writer, histogramField.created, metric.startTimestampMs);
  writer.end(mark);
}

function writeBucket(writer: ProtobufWriter, bucket: HistogramBucket): void {
  const mark = writer.begin(histogramField.bucket);
  const { cumulativeCount, upper, exemplar } = bucket;
  if (Number.isInteger(cumulativeCount)) writer.integer(bucketField.count, cumulativeCount);
  else writer.double(bucketField.countFloat, cumulativeCount);
  writer.double(bucketField.upper, upper);
  if (exemplar !== undefined) writeExemplar(writer, bucketField.exemplar, exemplar);
  writer.end(mark);
}

function writeNative(writer: ProtobufWriter, native: Histogram): void {
  writer.integer(histogramField.schema, zigzag(native.schema));
  writer.double(histogramField.zeroThreshold, native.zeroThreshold);
  const isFloat = native.counts === "float";
  if (isFloat) writer.double(histogramField.zeroCountFloat, native.zeroCount);
  else writer.integer(histogramField.zeroCount, native.zeroCount);
  writeBuckets(writer, native.negative, {
    span: histogramField.negativeSpan,
    counts: isFloat ? histogramField.negativeCount : histogramField.negativeDelta,
    isFloat,
  });
  const isEmpty = native.positive.spanOffsets.length + native.negative.spanOffsets.length === 0;
  if (isEmpty && native.zeroThreshold === 0) {
    // A span without buckets tells an empty native histogram from none.
    writer.end(writer.begin(histogramField.positiveSpan));
  }
  writeBuckets(writer, native.positive, {
    span: histogramField.positiveSpan,
    counts: isFloat ? histogramField.positiveCount : histogramField.positiveDelta,
    isFloat,
  });
}

interface BucketFields {
  readonly span: number;
  readonly counts: number;
  readonly isFloat: boolean;
}

function writeBuckets(writer: ProtobufWriter, buckets: Buckets, fields: BucketFields): void {
  for (const [at, offset] of buckets.spanOffsets.entries()) {
    const mark = writer.begin(fields.span);
    writer.integer(spanField.offset, zigzag(offset));
    writer.integer(spanField.length, buckets.spanLengths[at] ?? 0);
    writer.end(mark);
  }
  let previous = 0;
  for (const count of buckets.bucketCounts) {
    if (fields.isFloat) writer.double(fields.counts, count);
    else writer.integer(fields.counts, zigzag(count - previous));
    previous = count;
  }
}

function writeExemplar(writer: ProtobufWriter, field: number, exemplar: Exemplar): void {
  const mark = writer.begin(field);
  writeLabels(writer, exemplarField.label, exemplar.labels);
  writer.double(exemplarField.value, exemplar.value);
  writeTimestamp(writer, exemplarField.timestamp, exemplar.timestampMs);
  writer.end(mark);
}

function writeTimestamp(writer: ProtobufWriter, field: number, timestampMs: number): void {
  if (timestampMs === 0) return;
  const mark = writer.begin(field);
  const seconds = Math.floor(timestampMs / 1_000);
  writer.integer(timestampField.seconds, seconds);
  writer.integer(timestampField.nanos, (timestampMs - seconds * 1_000) * 1_000_000);
  writer.end(mark);
}

/** Signed integers so that small ones of both signs are short. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
