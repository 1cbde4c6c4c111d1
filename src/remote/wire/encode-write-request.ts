/** Writes the messages of remote write 1.0 (`prometheus.WriteRequest`) and 2.0. */
import { ProtobufWriter } from "#base";
import type { Labels } from "#series";
import { encodeHistogram } from "./encode-histogram.ts";
import { writeFloats, writeTimeSeries } from "./encode-time-series.ts";
import { SymbolTable } from "./symbol-table.ts";
import {
  type FamilyMetadata,
  metricTypes,
  type OutgoingSeries,
  type WriteMessage,
} from "./write-series.ts";

export function encodeWriteRequest(
  series: readonly OutgoingSeries[],
  message: WriteMessage,
): Uint8Array {
  const isFirst = message === "prometheus.WriteRequest";
  return isFirst ? encodeFirst(series) : encodeSecond(series);
}

/** A request of the first version that holds nothing but metadata of families. */
export function encodeMetadata(families: readonly FamilyMetadata[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const { family, metadata } of families) {
    const mark = writer.begin(3);
    writer.integer(1, metricTypes.indexOf(metadata.type));
    writer.string(2, family);
    writer.string(4, metadata.help);
    writer.string(5, metadata.unit);
    writer.end(mark);
  }
  return writer.finish();
}

function encodeFirst(series: readonly OutgoingSeries[]): Uint8Array {
  const writer = new ProtobufWriter();
  for (const one of series) {
    const mark = writer.begin(1);
    writeTimeSeries(writer, one);
    writer.end(mark);
  }
  return writer.finish();
}

function encodeSecond(series: readonly OutgoingSeries[]): Uint8Array {
  const symbols = new SymbolTable();
  const body = new ProtobufWriter();
  for (const one of series) {
    const mark = body.begin(5);
    writeSecondSeries(body, one, symbols);
    body.end(mark);
  }
  const writer = new ProtobufWriter();
  for (const symbol of symbols.list) writer.string(4, symbol);
  writer.raw(body.finish());
  return writer.finish();
}

function writeSecondSeries(
  writer: ProtobufWriter,
  { labels, floats, histograms, exemplars, metadata }: OutgoingSeries,
  symbols: SymbolTable,
): void {
  writeRefs(writer, labels, symbols);
  writeFloats(writer, floats, "with starts");
  for (const row of histograms) {
    const mark = writer.begin(3);
    encodeHistogram(writer, row);
    writer.end(mark);
  }
  for (const exemplar of exemplars) {
    const mark = writer.begin(4);
    writeRefs(writer, exemplar.labels, symbols);
    writer.double(2, exemplar.value);
    writer.integer(3, exemplar.timestampMs);
    writer.end(mark);
  }
  if (metadata === undefined) return;
  const mark = writer.begin(5);
  writer.integer(1, metricTypes.indexOf(metadata.type));
  writer.integer(3, symbols.refOf(metadata.help));
  writer.integer(4, symbols.refOf(metadata.unit));
  writer.end(mark);
}

function writeRefs(writer: ProtobufWriter, labels: Labels, symbols: SymbolTable): void {
  const mark = writer.begin(1);
  for (const text of labels) writer.varint(symbols.refOf(text));
  writer.end(mark);
}
