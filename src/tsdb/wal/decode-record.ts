import { customBucketsSchema, type Buckets, type Histogram, type Labels, noBuckets } from "#series";
import { ByteReader } from "../bytes/byte-reader.ts";
import { FormatError } from "../bytes/format-error.ts";
import type { TextPool } from "../bytes/text-pool.ts";
import { countBuckets, type Spans } from "../chunk/bucket-layout.ts";
import type { HistogramSample } from "../chunk/chunk.ts";
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
import { hintNumbers, metricTypes, noStart, recordTypes, sameStart } from "./record-types.ts";

/** A sample record is at least so long for each sample. */
const sampleBytesMin = 10;
const schemaMin = -4;
const schemaMax = 8;

/**
 * What `encodeRecord` wrote, or upstream. Undefined for a record of a type that a later version
 * may have added. Label texts come from `pool`. Throws `FormatError`.
 */
export function decodeRecord(bytes: Uint8Array, pool: TextPool): WalRecord | undefined {
  const reader = new ByteReader(bytes, 0, pool);
  switch (reader.byte()) {
    case recordTypes.series:
      return { kind: "series", series: all(reader, readSeries) };
    case recordTypes.samples:
      return { kind: "samples", samples: readSamples(reader) };
    case recordTypes.samplesV2:
      return { kind: "samples", samples: readSamplesWithStarts(reader) };
    case recordTypes.tombstones:
      return { kind: "tombstones", tombstones: all(reader, readTombstone) };
    case recordTypes.exemplars:
      return { kind: "exemplars", exemplars: readExemplars(reader) };
    case recordTypes.mmapMarkers:
      return { kind: "mmapMarkers", markers: all(reader, readMarker) };
    case recordTypes.metadata:
      return { kind: "metadata", metadata: all(reader, readMetadata) };
    case recordTypes.histograms:
    case recordTypes.customHistograms:
      return { kind: "histograms", histograms: readHistograms(reader, "integer") };
    case recordTypes.floatHistograms:
    case recordTypes.customFloatHistograms:
      return { kind: "histograms", histograms: readHistograms(reader, "float") };
    case recordTypes.histogramsV2:
      return { kind: "histograms", histograms: readHistogramsWithStarts(reader, "integer") };
    case recordTypes.floatHistogramsV2:
      return { kind: "histograms", histograms: readHistogramsWithStarts(reader, "float") };
    default:
      return undefined;
  }
}

function all<T>(reader: ByteReader, read: (reader: ByteReader) => T): readonly T[] {
  const entries: T[] = [];
  while (reader.left > 0) entries.push(read(reader));
  return entries;
}

function readSeries(reader: ByteReader): LoggedSeries {
  return { ref: reader.uint64(), labels: readLabels(reader) };
}

function readLabels(reader: ByteReader): Labels {
  const count = reader.count(2);
  const labels: string[] = [];
  for (let index = 0; index < count * 2; index++) labels.push(reader.text());
  return labels;
}

function readSamples(reader: ByteReader): SampleColumns {
  const columns = new ColumnWriter(reader);
  if (reader.left === 0) return columns.columns(false);
  const firstRef = reader.uint64();
  const firstMs = reader.int64();
  while (reader.left > 0) {
    const ref = firstRef + reader.varint();
    columns.add(reader, ref, firstMs + reader.varint(), 0);
  }
  return columns.columns(false);
}

function readSamplesWithStarts(reader: ByteReader): SampleColumns {
  const columns = new ColumnWriter(reader);
  const places = new PlaceReader();
  while (reader.left > 0) {
    places.read(reader);
    columns.add(reader, places.ref, places.timestampMs, places.startMs);
  }
  return columns.columns(true);
}

/** Fills the columns of as many samples as the rest of a record can hold. */
class ColumnWriter {
  readonly #refs: Float64Array;
  readonly #timestampsMs: Float64Array;
  readonly #startsMs: Float64Array;
  readonly #values: Float64Array;
  readonly #words: Uint32Array;
  #count = 0;

  constructor(reader: ByteReader) {
    const rows = Math.ceil(reader.left / sampleBytesMin);
    this.#refs = new Float64Array(rows);
    this.#timestampsMs = new Float64Array(rows);
    this.#startsMs = new Float64Array(rows);
    this.#values = new Float64Array(rows);
    this.#words = new Uint32Array(this.#values.buffer);
  }

  add(reader: ByteReader, ref: number, timestampMs: number, startMs: number): void {
    const row = this.#count++;
    this.#refs[row] = ref;
    this.#timestampsMs[row] = timestampMs;
    this.#startsMs[row] = startMs;
    this.#words[row * 2 + 1] = reader.uint32();
    this.#words[row * 2] = reader.uint32();
  }

  columns(hasStarts: boolean): SampleColumns {
    return {
      count: this.#count,
      refs: this.#refs,
      timestampsMs: this.#timestampsMs,
      values: this.#values,
      startTimestampsMs: hasStarts ? this.#startsMs : undefined,
    };
  }
}

/** Series, time and start of each sample, where records keep start timestamps. */
class PlaceReader {
  ref = 0;
  timestampMs = 0;
  startMs = 0;
  #isFirst = true;
  #firstMs = 0;
  #firstStartMs = 0;

  read(reader: ByteReader): void {
    this.ref += reader.varint();
    this.timestampMs = this.#firstMs + reader.varint();
    if (!this.#isFirst) {
      const marker = reader.byte();
      if (marker === noStart) this.startMs = 0;
      else if (marker !== sameStart) this.startMs = this.#firstStartMs + reader.varint();
      return;
    }
    this.startMs = reader.varint();
    this.#isFirst = false;
    this.#firstMs = this.timestampMs;
    this.#firstStartMs = this.startMs;
  }
}

function readHistograms(
  reader: ByteReader,
  counts: Histogram["counts"],
): readonly LoggedHistogram[] {
  if (reader.left === 0) return [];
  const firstRef = reader.uint64();
  const firstMs = reader.int64();
  return all(reader, () => {
    const ref = firstRef + reader.varint();
    const timestampMs = firstMs + reader.varint();
    return { ref, sample: readHistogramSample(reader, counts, timestampMs, 0) };
  });
}

function readHistogramsWithStarts(
  reader: ByteReader,
  counts: Histogram["counts"],
): readonly LoggedHistogram[] {
  const places = new PlaceReader();
  return all(reader, () => {
    places.read(reader);
    const { ref, timestampMs, startMs } = places;
    return { ref, sample: readHistogramSample(reader, counts, timestampMs, startMs) };
  });
}

function readHistogramSample(
  reader: ByteReader,
  counts: Histogram["counts"],
  timestampMs: number,
  startTimestampMs: number,
): HistogramSample {
  return { timestampMs, startTimestampMs, counts, histogram: readHistogram(reader, counts) };
}

function readHistogram(reader: ByteReader, counts: Histogram["counts"]): Histogram | undefined {
  const isInteger = counts === "integer";
  const counterResetHint = hintNumbers[reader.byte()];
  const schema = reader.varint();
  const zeroThreshold = reader.double();
  const zeroCount = isInteger ? reader.uvarint() : reader.double();
  const count = isInteger ? reader.uvarint() : reader.double();
  const sumHigh = reader.uint32();
  const sumLow = reader.uint32();
  const positiveSpans = readSpans(reader);
  const negativeSpans = readSpans(reader);
  const positive = readBuckets(reader, positiveSpans, counts);
  const negative = readBuckets(reader, negativeSpans, counts);
  const customValues = schema === customBucketsSchema ? readDoubles(reader) : new Float64Array(0);
  if (sumHigh === staleHigh && sumLow === staleLow) return undefined;
  const isKnown = schema === customBucketsSchema || (schema >= schemaMin && schema <= schemaMax);
  if (!isKnown) throw new FormatError(`unknown histogram schema ${schema}`);
  if (counterResetHint === undefined) throw new FormatError("unknown counter reset hint");
  const sum = doubleOf(sumHigh, sumLow);
  return {
    schema,
    counts,
    counterResetHint,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positive,
    negative,
    customValues,
  };
}

function readSpans(reader: ByteReader): Spans {
  const count = reader.count(2);
  const spanOffsets = new Int32Array(count);
  const spanLengths = new Uint32Array(count);
  for (let run = 0; run < count; run++) {
    spanOffsets[run] = reader.varint();
    spanLengths[run] = reader.uvarint();
  }
  return { spanOffsets, spanLengths };
}

function readBuckets(reader: ByteReader, spans: Spans, counts: Histogram["counts"]): Buckets {
  const bucketCounts = counts === "integer" ? readSteps(reader) : readDoubles(reader);
  if (countBuckets(spans) !== bucketCounts.length) {
    throw new FormatError("histogram spans and buckets differ in number");
  }
  return bucketCounts.length === 0 && spans.spanLengths.length === 0
    ? noBuckets
    : { ...spans, bucketCounts };
}

function readSteps(reader: ByteReader): Float64Array {
  const counts = new Float64Array(reader.count(1));
  let count = 0;
  for (let index = 0; index < counts.length; index++) {
    count += reader.varint();
    counts[index] = count;
  }
  return counts;
}

function readDoubles(reader: ByteReader): Float64Array {
  const doubles = new Float64Array(reader.count(8));
  for (let index = 0; index < doubles.length; index++) doubles[index] = reader.double();
  return doubles;
}

function readExemplars(reader: ByteReader): readonly LoggedExemplar[] {
  if (reader.left === 0) return [];
  const firstRef = reader.uint64();
  const firstMs = reader.int64();
  return all(reader, () => {
    const ref = firstRef + reader.varint();
    const timestampMs = firstMs + reader.varint();
    const value = reader.double();
    return { ref, exemplar: { labels: readLabels(reader), value, timestampMs } };
  });
}

function readMetadata(reader: ByteReader): LoggedMetadata {
  const ref = reader.uvarint();
  const type = metricTypes[reader.byte()] ?? "unknown";
  const fields = new Map<string, string>();
  const count = reader.count(2);
  for (let index = 0; index < count; index++) {
    const name = reader.text();
    fields.set(name, reader.text());
  }
  return {
    ref,
    metadata: { type, unit: fields.get("UNIT") ?? "", help: fields.get("HELP") ?? "" },
  };
}

function readTombstone(reader: ByteReader): LoggedTombstone {
  const ref = reader.uint64();
  const minMs = reader.varint();
  return { ref, minMs, maxMs: reader.varint() };
}

function readMarker(reader: ByteReader): MmapMarker {
  return { ref: reader.uint64(), chunkRef: reader.bigUint64() };
}

function doubleOf(high: number, low: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}
