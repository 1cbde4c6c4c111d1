/** Reads the messages of remote write 1.0 (`prometheus.WriteRequest`) and 2.0. */
import { ProtobufError, ProtobufReader, wireBytes } from "#base";
import { type Exemplar, labelsOf, type MetricMetadata } from "#series";
import { decodeHistogram } from "./decode-histogram.ts";
import { FloatColumns } from "./float-columns.ts";
import {
  type FamilyMetadata,
  metricTypes,
  type WriteMessage,
  type WriteRequest,
  type WriteSeries,
} from "./write-series.ts";

/** Throws a `ProtobufError` for bytes that are not this message. */
export function decodeWriteRequest(bytes: Uint8Array, message: WriteMessage): WriteRequest {
  const reader = new ProtobufReader(bytes);
  return message === "prometheus.WriteRequest" ? readFirst(reader) : readSecond(bytes);
}

interface Draft {
  labelPairs: readonly string[];
  readonly floats: FloatColumns;
  readonly histograms: WriteSeries["histograms"][number][];
  readonly exemplars: Exemplar[];
  metadata: MetricMetadata | undefined;
}

function emptyDraft(): Draft {
  return {
    labelPairs: [],
    floats: new FloatColumns(),
    histograms: [],
    exemplars: [],
    metadata: undefined,
  };
}

function readFirst(reader: ProtobufReader): WriteRequest {
  const series: WriteSeries[] = [];
  const metadata: FamilyMetadata[] = [];
  while (reader.next()) {
    if (reader.field === 1) series.push(readFirstSeries(reader.message()));
    else if (reader.field === 3) metadata.push(readFamily(reader.message()));
    else reader.skip();
  }
  return { series, metadata };
}

function readFirstSeries(reader: ProtobufReader): WriteSeries {
  const draft = emptyDraft();
  const pairs: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) readLabel(reader.message(), pairs);
    else if (reader.field === 2) readSample(reader.message(), draft.floats);
    else if (reader.field === 3) draft.exemplars.push(readFirstExemplar(reader.message()));
    else if (reader.field === 4) draft.histograms.push(decodeHistogram(reader.message()));
    else reader.skip();
  }
  draft.labelPairs = pairs;
  return draft;
}

function readLabel(reader: ProtobufReader, into: string[]): void {
  let name = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  into.push(name, value);
}

/** The second version has the start timestamp besides. */
function readSample(reader: ProtobufReader, into: FloatColumns): void {
  const row = into.addRow();
  while (reader.next()) {
    if (reader.field === 1) reader.doubleInto(into.values, row);
    else if (reader.field === 2) into.timestampsMs[row] = Number(reader.int64());
    else if (reader.field === 3) into.startTimestampsMs[row] = Number(reader.int64());
    else reader.skip();
  }
}

function readFirstExemplar(reader: ProtobufReader): Exemplar {
  const pairs: string[] = [];
  let value = 0;
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === 1) readLabel(reader.message(), pairs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestampMs = Number(reader.int64());
    else reader.skip();
  }
  return { labels: labelsOf(inPairs(pairs)), value, timestampMs };
}

function readFamily(reader: ProtobufReader): FamilyMetadata {
  let type: MetricMetadata["type"] = "unknown";
  const texts = { family: "", help: "", unit: "" };
  while (reader.next()) {
    if (reader.field === 1) type = metricTypes[reader.int32()] ?? "unknown";
    else if (reader.field === 2) texts.family = reader.string();
    else if (reader.field === 4) texts.help = reader.string();
    else if (reader.field === 5) texts.unit = reader.string();
    else reader.skip();
  }
  const { family, help, unit } = texts;
  return { family, metadata: { type, help, unit } };
}

function readSecond(bytes: Uint8Array): WriteRequest {
  // Series refer to the symbols, which may come after them.
  const symbols = readSymbols(new ProtobufReader(bytes));
  const series: WriteSeries[] = [];
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.field === 5) series.push(readSecondSeries(reader.message(), symbols));
    else reader.skip();
  }
  return { series, metadata: [] };
}

function readSymbols(reader: ProtobufReader): readonly string[] {
  const symbols: string[] = [];
  while (reader.next()) {
    if (reader.field === 4) symbols.push(reader.string());
    else reader.skip();
  }
  return symbols;
}

function readSecondSeries(reader: ProtobufReader, symbols: readonly string[]): WriteSeries {
  const draft = emptyDraft();
  let createdMs = 0;
  const refs: number[] = [];
  while (reader.next()) {
    if (reader.field === 1) readRefs(reader, refs);
    else if (reader.field === 2) readSample(reader.message(), draft.floats);
    else if (reader.field === 3) draft.histograms.push(decodeHistogram(reader.message()));
    else if (reader.field === 4) draft.exemplars.push(readExemplar(reader.message(), symbols));
    else if (reader.field === 5) draft.metadata = readMetadata(reader.message(), symbols);
    else if (reader.field === 6) createdMs = Number(reader.int64());
    else reader.skip();
  }
  draft.labelPairs = refs.map((ref) => symbolAt(symbols, ref));
  // Drafts of the second version had one start for all samples of a series.
  if (createdMs !== 0) fillStarts(draft.floats, createdMs);
  return draft;
}

function fillStarts({ startTimestampsMs }: FloatColumns, createdMs: number): void {
  for (const [row, start] of startTimestampsMs.entries()) {
    if (start === 0) startTimestampsMs[row] = createdMs;
  }
}

function readExemplar(reader: ProtobufReader, symbols: readonly string[]): Exemplar {
  const refs: number[] = [];
  let value = 0;
  let timestampMs = 0;
  while (reader.next()) {
    if (reader.field === 1) readRefs(reader, refs);
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestampMs = Number(reader.int64());
    else reader.skip();
  }
  const pairs = refs.map((ref) => symbolAt(symbols, ref));
  return { labels: labelsOf(inPairs(pairs)), value, timestampMs };
}

function readMetadata(reader: ProtobufReader, symbols: readonly string[]): MetricMetadata {
  let type: MetricMetadata["type"] = "unknown";
  let help = "";
  let unit = "";
  while (reader.next()) {
    if (reader.field === 1) type = metricTypes[reader.int32()] ?? "unknown";
    else if (reader.field === 3) help = symbolAt(symbols, reader.uint32());
    else if (reader.field === 4) unit = symbolAt(symbols, reader.uint32());
    else reader.skip();
  }
  return { type, help, unit };
}

function readRefs(reader: ProtobufReader, into: number[]): void {
  if (reader.wireType !== wireBytes) {
    into.push(reader.uint32());
    return;
  }
  const packed = ProtobufReader.packed(reader.bytes());
  while (!packed.isAtEnd) into.push(Number(packed.varint()));
}

function symbolAt(symbols: readonly string[], ref: number): string {
  const symbol = symbols[ref];
  if (symbol !== undefined) return symbol;
  throw new ProtobufError(`reference ${ref} beyond ${symbols.length} symbols`, 0);
}

function* inPairs(list: readonly string[]): Generator<readonly [string, string]> {
  for (let index = 0; index + 1 < list.length; index += 2) {
    yield [list[index] ?? "", list[index + 1] ?? ""];
  }
}
