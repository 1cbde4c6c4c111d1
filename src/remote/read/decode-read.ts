/** Reads the messages of remote read: the request, and what the answers consist of. */
import { ProtobufError, ProtobufReader, wireBytes } from "#base";
import { type Labels, labelsOf } from "#series";
import { FirstSeriesReader, readLabel } from "../wire/first-series-reader.ts";
import { inPairs } from "../wire/in-pairs.ts";
import type { SeriesReader } from "../wire/series-reader.ts";
import {
  matchOperators,
  type ReadQuery,
  type ReadRequest,
  type ResponseType,
  responseTypes,
  type SentChunk,
  type SentMatcher,
} from "./read-message.ts";

/** Throws a `ProtobufError` for bytes that are not this message. */
export function decodeReadRequest(bytes: Uint8Array): ReadRequest {
  const reader = new ProtobufReader(bytes);
  const queries: ReadQuery[] = [];
  const numbers: number[] = [];
  while (reader.next()) {
    if (reader.field === 1) queries.push(readQuery(reader.message()));
    else if (reader.field === 2) readNumbers(reader, numbers);
    else reader.skip();
  }
  const known = numbers.flatMap((number): ResponseType[] => {
    const type = responseTypes[number];
    return type === undefined ? [] : [type];
  });
  return { queries, responseTypes: known, namesTypes: numbers.length > 0 };
}

/** The results of a `ReadResponse`, each a list of series as requests of remote write have it. */
export function decodeReadResponse(bytes: Uint8Array): readonly SeriesReader[] {
  const reader = new ProtobufReader(bytes);
  const results: SeriesReader[] = [];
  while (reader.next()) {
    if (reader.field === 1) results.push(new FirstSeriesReader(reader.bytes()));
    else reader.skip();
  }
  return results;
}

/** Chunks of one series. Its bytes are looked into, not copied. */
export interface ChunkedSeries {
  readonly labels: Labels;
  readonly chunks: readonly SentChunk[];
}

/** The series of a `ChunkedReadResponse`. */
export function decodeChunkedSeries(bytes: Uint8Array): readonly ChunkedSeries[] {
  const reader = new ProtobufReader(bytes);
  const series: ChunkedSeries[] = [];
  while (reader.next()) {
    if (reader.field === 1) series.push(readChunkedSeries(reader.message()));
    else reader.skip();
  }
  return series;
}

function readQuery(reader: ProtobufReader): ReadQuery {
  let range = { minMs: 0, maxMs: 0 };
  let hinted: { minMs: number; maxMs: number } | undefined;
  const matchers: SentMatcher[] = [];
  while (reader.next()) {
    if (reader.field === 1) range = { ...range, minMs: Number(reader.int64()) };
    else if (reader.field === 2) range = { ...range, maxMs: Number(reader.int64()) };
    else if (reader.field === 3) matchers.push(readMatcher(reader.message()));
    else if (reader.field === 4) hinted = readHints(reader.message());
    else reader.skip();
  }
  // The hints may ask for less than the query's whole range.
  const minMs = Math.max(range.minMs, hinted?.minMs ?? range.minMs);
  const maxMs = Math.min(range.maxMs, hinted?.maxMs ?? range.maxMs);
  return { minMs, maxMs, matchers };
}

function readHints(reader: ProtobufReader) {
  const hints = { minMs: 0, maxMs: 0 };
  while (reader.next()) {
    if (reader.field === 3) hints.minMs = Number(reader.int64());
    else if (reader.field === 4) hints.maxMs = Number(reader.int64());
    else reader.skip();
  }
  return hints;
}

function readMatcher(reader: ProtobufReader): SentMatcher {
  let number = 0;
  let name = "";
  let value = "";
  while (reader.next()) {
    if (reader.field === 1) number = reader.int32();
    else if (reader.field === 2) name = reader.string();
    else if (reader.field === 3) value = reader.string();
    else reader.skip();
  }
  const operator = matchOperators[number];
  if (operator === undefined) throw new ProtobufError("invalid matcher type", reader.position);
  return { operator, name, value };
}

function readNumbers(reader: ProtobufReader, into: number[]): void {
  if (reader.wireType !== wireBytes) {
    into.push(reader.int32());
    return;
  }
  const packed = ProtobufReader.packed(reader.bytes());
  while (!packed.isAtEnd) into.push(Number(packed.varint()));
}

function readChunkedSeries(reader: ProtobufReader): ChunkedSeries {
  const pairs: string[] = [];
  const chunks: SentChunk[] = [];
  while (reader.next()) {
    if (reader.field === 1) readLabel(reader.message(), pairs);
    else if (reader.field === 2) chunks.push(readChunk(reader.message()));
    else reader.skip();
  }
  return { labels: labelsOf(inPairs(pairs)), chunks };
}

function readChunk(reader: ProtobufReader): SentChunk {
  const chunk = { encoding: 0, bytes: new Uint8Array(0), minMs: 0, maxMs: 0 };
  let { bytes }: { bytes: Uint8Array } = chunk;
  while (reader.next()) {
    if (reader.field === 1) chunk.minMs = Number(reader.int64());
    else if (reader.field === 2) chunk.maxMs = Number(reader.int64());
    else if (reader.field === 3) chunk.encoding = reader.int32();
    else if (reader.field === 4) bytes = reader.bytes();
    else reader.skip();
  }
  return { ...chunk, bytes };
}
