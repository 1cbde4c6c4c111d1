/**
 * Every decoder of what lies on disk, fed with damaged bytes as if their checksums were right: each
 * gives something or refuses with an error of its own, in time and memory bounded by the input. The
 * seed is fixed, so that a failure is one for everybody; a finding becomes a row of `found`.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SampleBuffer } from "#series";
import { MemoryDisk } from "#base/testing";
import { realZstd } from "#host";
import { decodeTableRows, PostingsTable } from "./block/postings-table.ts";
import { decodeSeries } from "./block/series-entry.ts";
import { Symbols } from "./block/symbols.ts";
import { newBlockOf, seriesOf } from "./block/testing.ts";
import { decodeTombstones, encodeTombstones } from "./block/tombstones.ts";
import { writeBlock } from "./block/write-block.ts";
import { FormatError } from "./bytes/format-error.ts";
import { TextPool } from "./bytes/text-pool.ts";
import { startHistogramChunk } from "./chunk/append-histogram.ts";
import { type ChunkEncoding, ChunkError } from "./chunk/chunk.ts";
import { decodeChunk } from "./chunk/decode-chunk.ts";
import { histogramSampleOf } from "./chunk/testing.ts";
import { XorEncoder } from "./chunk/xor.ts";
import { Xor2Encoder } from "./chunk/xor2.ts";
import { decodeRecord } from "./wal/decode-record.ts";
import { encodeRecord } from "./wal/encode-record.ts";
import { packRecord, type WalCompression } from "./wal/record-packing.ts";
import { SegmentReader } from "./wal/segment-reader.ts";
import { SegmentWriter } from "./wal/segment-writer.ts";
import { recordsOf } from "./wal/testing.ts";
import { WalCounters } from "./wal/wal-counters.ts";

const seed = 20260403;
const rounds = 400;

interface Decoder {
  readonly name: string;
  readonly good: readonly Uint8Array[];
  decode(bytes: Uint8Array): unknown;
}

const texts = await indexParts();

const decoders: readonly Decoder[] = [
  chunkDecoder("xor", [floats(new XorEncoder())]),
  chunkDecoder("xor2", [floats(new Xor2Encoder())]),
  chunkDecoder("histogram", [histograms("integer", "dropStarts")]),
  chunkDecoder("histogramSt", [histograms("integer", "keepStarts")]),
  chunkDecoder("floatHistogram", [histograms("float", "dropStarts")]),
  chunkDecoder("floatHistogramSt", [histograms("float", "keepStarts")]),
  {
    name: "log record",
    good: recordsOf(3).flatMap(encodeRecord),
    decode: (bytes) => decodeRecord(bytes, new TextPool()),
  },
  {
    name: "log page",
    good: [firstPage("snappy"), firstPage("zstd")],
    decode: (bytes) => [...new SegmentReader(realZstd).readPage(bytes)],
  },
  { name: "symbols", good: [texts.symbols], decode: (bytes) => new Symbols(bytes).text(3) },
  { name: "postings table", good: [texts.table], decode: (bytes) => new PostingsTable(bytes) },
  { name: "table rows", good: [texts.table.subarray(4)], decode: decodeTableRows },
  {
    name: "series",
    good: [texts.series],
    decode: (bytes) => decodeSeries(bytes, new Symbols(texts.symbols)),
  },
  {
    name: "tombstones",
    good: [encodeTombstones([{ ref: 7, minMs: -1, maxMs: 2 ** 41 }])],
    decode: decodeTombstones,
  },
];

/** What once went wrong. */
const found: readonly (readonly [string, readonly number[]])[] = [
  ["xor", []],
  ["xor", [0xff, 0xff]],
  ["histogram", [0, 1, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ["log record", []],
  ["log record", [6, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ["symbols", [0xff, 0xff, 0xff, 0xff]],
  ["postings table", [0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0]],
];

for (const { name, good, decode } of decoders) {
  test(`${name}: damaged bytes are decoded or refused`, () => {
    for (const bytes of good) decode(bytes);
    const damaged = fc
      .tuple(fc.nat(), fc.nat(), fc.nat(), fc.array(fc.nat(255), { minLength: 1, maxLength: 9 }))
      .map(([which, at, end, put]) => damage(good[which % good.length], at, end, put));
    const anything = fc.oneof(
      { weight: 3, arbitrary: damaged },
      fc.uint8Array({ maxLength: 120, size: "max" }),
    );
    const property = fc.property(anything, (bytes) => decodesOrRefuses(decode, bytes));
    fc.assert(property, { numRuns: rounds, seed });
    for (const [where, bytes] of found) {
      if (where === name) decodesOrRefuses(decode, Uint8Array.from(bytes));
    }
  });
}

function decodesOrRefuses(decode: (bytes: Uint8Array) => unknown, bytes: Uint8Array): void {
  try {
    decode(bytes);
  } catch (error) {
    assert.ok(error instanceof FormatError || error instanceof ChunkError, `${error}`);
  }
}

/** Writes `put` over some bytes, and cuts the end off now and then. */
function damage(
  good: Uint8Array | undefined,
  at: number,
  end: number,
  put: readonly number[],
): Uint8Array {
  const bytes = (good ?? new Uint8Array()).slice();
  const from = at % (bytes.length + 1);
  bytes.set(put.slice(0, bytes.length - from), from);
  return end % 4 === 0 ? bytes.slice(0, end % (bytes.length + 1)) : bytes;
}

function chunkDecoder(encoding: ChunkEncoding, good: readonly Uint8Array[]): Decoder {
  const buffer = new SampleBuffer();
  return {
    name: encoding,
    good,
    decode: (bytes) => {
      buffer.clear();
      decodeChunk({ encoding, bytes }, buffer, -Infinity, Infinity);
    },
  };
}

function floats(encoder: XorEncoder | Xor2Encoder): Uint8Array {
  for (let row = 0; row < 140; row++) {
    encoder.append(row * 1000 + (row % 7), Math.sqrt(row >> 2), row < 20 ? 0 : 5);
  }
  return encoder.copy().bytes;
}

function histograms(counts: "integer" | "float", starts: "keepStarts" | "dropStarts"): Uint8Array {
  const sampleAt = (row: number) => ({
    ...histogramSampleOf(row * 1000, `0:${row} 1:${row * 3} 9:${row >> 1} | 2:${row}`, { counts }),
    startTimestampMs: row < 3 ? 0 : 7,
  });
  const encoder = startHistogramChunk(sampleAt(0), undefined, starts);
  for (let row = 1; row < 20; row++) encoder.add(sampleAt(row));
  return encoder.copy().bytes;
}

function firstPage(compression: WalCompression): Uint8Array {
  const writer = new SegmentWriter(1 << 20, new WalCounters());
  for (const bytes of recordsOf(1).flatMap(encodeRecord)) {
    writer.add(packRecord(bytes, compression, realZstd));
  }
  return writer.take().slice();
}

/** Sections of the index of a small block, as their decoders get them. */
async function indexParts() {
  const disk = new MemoryDisk();
  const names = Array.from({ length: 40 }, (_, row) => `up pod=p-${row} zone=z${row % 3}`);
  await writeBlock(disk, "/data", seriesOf(names), newBlockOf());
  const index = await disk.readFile(`/data/${newBlockOf().ulid}/index`);
  const view = new DataView(index.buffer);
  const contents = index.length - 52;
  const sectionAt = (place: number) => {
    const start = Number(view.getBigUint64(contents + place * 8));
    return index.slice(start + 4, start + 4 + view.getUint32(start));
  };
  const series = Math.ceil(Number(view.getBigUint64(contents + 8)) / 16) * 16;
  const length = index[series] ?? 0;
  return {
    symbols: sectionAt(0),
    table: sectionAt(5),
    series: index.slice(series + 1, series + 1 + length),
  };
}
