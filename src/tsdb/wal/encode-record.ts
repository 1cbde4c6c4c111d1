import { customBucketsSchema, type Histogram, type Labels, noBuckets } from "#series";
import { ByteWriter } from "../bytes/byte-writer.ts";
import type { Spans } from "../chunk/bucket-layout.ts";
import { staleHigh, staleLow } from "../chunk/stale-words.ts";
import type {
  LoggedExemplar,
  LoggedHistogram,
  LoggedMetadata,
  LoggedSeries,
  LoggedTombstone,
  MmapMarker,
  SampleColumns,
  WalRecord,
} from "./record.ts";
import {
  explicitStart,
  hintNumbers,
  metricTypes,
  noStart,
  recordTypes,
  sameStart,
} from "./record-types.ts";

/** No time beyond this is told apart: it means "always". */
const timeMax = 2 ** 63 - 1024;

/**
 * The bytes of a record. Histograms of several kinds become several records, and nothing to log none.
 *
 * Samples without start timestamps are written in the first form, which every version reads.
 */
export function encodeRecord(record: WalRecord): readonly Uint8Array[] {
  switch (record.kind) {
    case "series":
      return encoded(record.series, recordTypes.series, writeSeries);
    case "samples":
      return record.samples.count === 0 ? [] : [encodeSamples(record.samples)];
    case "histograms":
      return encodeHistograms(record.histograms);
    case "exemplars":
      return encodeExemplars(record.exemplars);
    case "metadata":
      return encoded(record.metadata, recordTypes.metadata, writeMetadata);
    case "tombstones":
      return encoded(record.tombstones, recordTypes.tombstones, writeTombstone);
    case "mmapMarkers":
      return encoded(record.markers, recordTypes.mmapMarkers, writeMarker);
  }
}

function encoded<T>(
  entries: readonly T[],
  type: number,
  write: (out: ByteWriter, entry: T) => void,
): readonly Uint8Array[] {
  if (entries.length === 0) return [];
  const out = new ByteWriter();
  out.byte(type);
  for (const entry of entries) write(out, entry);
  return [out.view()];
}

function writeSeries(out: ByteWriter, { ref, labels }: LoggedSeries): void {
  out.int64(ref);
  writeLabels(out, labels);
}

function writeLabels(out: ByteWriter, labels: Labels): void {
  out.uvarint(labels.length / 2);
  for (const text of labels) out.text(text);
}

function encodeSamples(samples: SampleColumns): Uint8Array {
  // Ten bytes a sample at least, and rarely more than fourteen.
  const out = new ByteWriter(32 + samples.count * 14);
  if (samples.startTimestampsMs === undefined) writeSamples(out, samples);
  else writeSamplesWithStarts(out, samples, samples.startTimestampsMs);
  return out.view();
}

function writeSamples(out: ByteWriter, { count, refs, timestampsMs, values }: SampleColumns): void {
  const firstRef = refs[0] ?? 0;
  const firstMs = timestampsMs[0] ?? 0;
  const words = wordsOf(values);
  out.byte(recordTypes.samples);
  out.int64(firstRef);
  out.int64(firstMs);
  for (let row = 0; row < count; row++) {
    out.varint((refs[row] ?? 0) - firstRef);
    out.varint((timestampsMs[row] ?? 0) - firstMs);
    out.words(words[row * 2 + 1] ?? 0, words[row * 2] ?? 0);
  }
}

function writeSamplesWithStarts(
  out: ByteWriter,
  { count, refs, timestampsMs, values }: SampleColumns,
  startsMs: Float64Array,
): void {
  const words = wordsOf(values);
  out.byte(recordTypes.samplesV2);
  for (let row = 0; row < count; row++) {
    writePlace(out, { row, refs, timestampsMs, startsMs });
    out.words(words[row * 2 + 1] ?? 0, words[row * 2] ?? 0);
  }
}

/** Columns of which one row is written. */
interface Place {
  readonly row: number;
  readonly refs: ArrayLike<number>;
  readonly timestampsMs: ArrayLike<number>;
  readonly startsMs: ArrayLike<number>;
}

/** Series, time and start of a row, where records keep start timestamps. */
function writePlace(out: ByteWriter, { row, refs, timestampsMs, startsMs }: Place): void {
  const firstStartMs = startsMs[0] ?? 0;
  const startMs = startsMs[row] ?? 0;
  if (row === 0) {
    out.varint(refs[0] ?? 0);
    out.varint(timestampsMs[0] ?? 0);
    return out.varint(firstStartMs);
  }
  out.varint((refs[row] ?? 0) - (refs[row - 1] ?? 0));
  out.varint((timestampsMs[row] ?? 0) - (timestampsMs[0] ?? 0));
  if (startMs === 0) return out.byte(noStart);
  if (startMs === startsMs[row - 1]) return out.byte(sameStart);
  out.byte(explicitStart);
  out.varint(startMs - firstStartMs);
}

function encodeHistograms(histograms: readonly LoggedHistogram[]): readonly Uint8Array[] {
  const { integer, integerCustom, float, floatCustom, integerV2, floatV2 } = histogramTypes;
  if (histograms.some(({ sample }) => sample.startTimestampMs !== 0)) {
    return [
      ...encodeHistogramsWithStarts(ofKind(histograms, "integer"), integerV2),
      ...encodeHistogramsWithStarts(ofKind(histograms, "float"), floatV2),
    ];
  }
  return [
    ...encodeHistogramKind(ofKind(histograms, "integer", false), integer),
    ...encodeHistogramKind(ofKind(histograms, "integer", true), integerCustom),
    ...encodeHistogramKind(ofKind(histograms, "float", false), float),
    ...encodeHistogramKind(ofKind(histograms, "float", true), floatCustom),
  ];
}

const histogramTypes = {
  integer: recordTypes.histograms,
  integerCustom: recordTypes.customHistograms,
  float: recordTypes.floatHistograms,
  floatCustom: recordTypes.customFloatHistograms,
  integerV2: recordTypes.histogramsV2,
  floatV2: recordTypes.floatHistogramsV2,
} as const;

function ofKind(
  histograms: readonly LoggedHistogram[],
  counts: Histogram["counts"],
  isCustom?: boolean,
): readonly LoggedHistogram[] {
  return histograms.filter(
    ({ sample }) =>
      sample.counts === counts &&
      (isCustom === undefined || isCustom === (sample.histogram?.schema === customBucketsSchema)),
  );
}

function encodeHistogramKind(
  histograms: readonly LoggedHistogram[],
  type: number,
): readonly Uint8Array[] {
  const first = histograms[0];
  if (first === undefined) return [];
  const out = new ByteWriter();
  out.byte(type);
  out.int64(first.ref);
  out.int64(first.sample.timestampMs);
  for (const { ref, sample } of histograms) {
    out.varint(ref - first.ref);
    out.varint(sample.timestampMs - first.sample.timestampMs);
    writeHistogram(out, sample.histogram, sample.counts);
  }
  return [out.view()];
}

function encodeHistogramsWithStarts(
  histograms: readonly LoggedHistogram[],
  type: number,
): readonly Uint8Array[] {
  if (histograms.length === 0) return [];
  const out = new ByteWriter();
  const refs = histograms.map(({ ref }) => ref);
  const timestampsMs = histograms.map(({ sample }) => sample.timestampMs);
  const startsMs = histograms.map(({ sample }) => sample.startTimestampMs);
  out.byte(type);
  for (const [row, { sample }] of histograms.entries()) {
    writePlace(out, { row, refs, timestampsMs, startsMs });
    writeHistogram(out, sample.histogram, sample.counts);
  }
  return [out.view()];
}

/** Without a histogram: the stale marker, which is its sum. */
function writeHistogram(
  out: ByteWriter,
  histogram: Histogram | undefined,
  counts: Histogram["counts"],
): void {
  const written = histogram ?? markerFields;
  const writeCount = counts === "integer" ? uvarintCount : doubleCount;
  const writeBuckets = counts === "integer" ? writeSteps : writeCounts;
  out.byte(hintNumbers.indexOf(written.counterResetHint));
  out.varint(written.schema);
  out.double(written.zeroThreshold);
  writeCount(out, written.zeroCount);
  writeCount(out, written.count);
  if (histogram === undefined) out.words(staleHigh, staleLow);
  else out.double(histogram.sum);
  writeSpans(out, written.positive);
  writeSpans(out, written.negative);
  writeBuckets(out, written.positive.bucketCounts);
  writeBuckets(out, written.negative.bucketCounts);
  if (written.schema === customBucketsSchema) writeCounts(out, written.customValues);
}

/** What a stale marker has beside its sum. */
const markerFields: Omit<Histogram, "sum" | "counts"> = {
  schema: 0,
  counterResetHint: "unknown",
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  positive: noBuckets,
  negative: noBuckets,
  customValues: new Float64Array(0),
};

function uvarintCount(out: ByteWriter, count: number): void {
  out.uvarint(count);
}

function doubleCount(out: ByteWriter, count: number): void {
  out.double(count);
}

function writeSpans(out: ByteWriter, spans: Spans): void {
  out.uvarint(spans.spanLengths.length);
  for (const [run, length] of spans.spanLengths.entries()) {
    out.varint(spans.spanOffsets[run] ?? 0);
    out.uvarint(length);
  }
}

function writeSteps(out: ByteWriter, counts: ArrayLike<number>): void {
  out.uvarint(counts.length);
  for (let index = 0; index < counts.length; index++) {
    out.varint((counts[index] ?? 0) - (counts[index - 1] ?? 0));
  }
}

function writeCounts(out: ByteWriter, counts: ArrayLike<number>): void {
  out.uvarint(counts.length);
  for (let index = 0; index < counts.length; index++) out.double(counts[index] ?? 0);
}

function encodeExemplars(exemplars: readonly LoggedExemplar[]): readonly Uint8Array[] {
  const first = exemplars[0];
  if (first === undefined) return [];
  const out = new ByteWriter();
  out.byte(recordTypes.exemplars);
  out.int64(first.ref);
  out.int64(first.exemplar.timestampMs);
  for (const { ref, exemplar } of exemplars) {
    out.varint(ref - first.ref);
    out.varint(exemplar.timestampMs - first.exemplar.timestampMs);
    out.double(exemplar.value);
    writeLabels(out, exemplar.labels);
  }
  return [out.view()];
}

function writeMetadata(out: ByteWriter, { ref, metadata }: LoggedMetadata): void {
  out.uvarint(ref);
  out.byte(metricTypes.indexOf(metadata.type));
  out.uvarint(2);
  for (const text of ["UNIT", metadata.unit, "HELP", metadata.help]) out.text(text);
}

function writeTombstone(out: ByteWriter, { ref, minMs, maxMs }: LoggedTombstone): void {
  out.int64(ref);
  out.varint(Math.max(minMs, -timeMax));
  out.varint(Math.min(maxMs, timeMax));
}

function writeMarker(out: ByteWriter, { ref, chunkRef }: MmapMarker): void {
  out.int64(ref);
  out.bigUint64(chunkRef);
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}
