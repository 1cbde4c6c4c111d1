import type { SeriesRef } from "#series";
import { encodingNumber, encodingNumbered } from "../chunk/decode-chunk.ts";
import { resumeHistogramChunk } from "../chunk/append-histogram.ts";
import type { Chunk } from "../chunk/chunk.ts";
import { XorEncoder } from "../chunk/xor.ts";
import { Xor2Encoder } from "../chunk/xor2.ts";
import { ByteArena } from "./byte-arena.ts";
import type { CompletedChunk } from "./chunk-table.ts";
import type { HeadMemory, OwnChunk } from "./head-memory.ts";
import { pack, type Unpacked } from "./pack.ts";
import { seriesState } from "./series-table.ts";

/** A completed chunk of a series that the dump does not count on to be in its file. */
export interface UnfiledChunk {
  readonly ref: SeriesRef;
  readonly completed: CompletedChunk;
}

/**
 * The series `[from, to)` with their chunks, as they are now. Completed chunks at or beyond `placeEnd`
 * are left to `unfiled`: their files will not be there when the dump is read.
 */
export function dumpRows(
  memory: HeadMemory,
  range: { readonly from: number; readonly to: number },
  placeEnd: number,
  unfiled: UnfiledChunk[],
): Uint8Array<ArrayBuffer> {
  const { from, to } = range;
  const { series } = memory;
  const pairsFrom = series.pairsAt[from] ?? 0;
  const pairsAt = series.pairsAt.slice(from, to + 1).map((at) => at - pairsFrom);
  return pack([
    Uint32Array.of(from, to),
    series.refs.subarray(from, to),
    series.minTimesMs.subarray(from, to),
    series.maxTimesMs.subarray(from, to),
    series.cutTimesMs.subarray(from, to),
    series.lastDeltasMs.subarray(from, to),
    series.lastValueWords.subarray(from * 2, to * 2),
    pairsAt,
    series.pairNumbers.subarray(pairsFrom, series.pairsAt[to]),
    series.hashes.subarray(from, to),
    series.sampleCounts.subarray(from, to),
    series.bitCounts.subarray(from, to),
    series.states.subarray(from, to),
    series.leadings.subarray(from, to),
    series.trailings.subarray(from, to),
    arenaBytes(memory, from, to),
    ...completedColumns(memory, range, placeEnd, unfiled),
    ...ownColumns(memory, from, to),
  ]);
}

/** Writes dumped rows into a memory whose columns have room for them. */
export function restoreRows(memory: HeadMemory, rows: Unpacked): void {
  const { series } = memory;
  const [from = 0, to = 0] = rows.words(0);
  if (to > series.refs.length || from > to) throw new Error("more rows than the dump tells");
  series.refs.set(rows.doubles(1), from);
  series.minTimesMs.set(rows.doubles(2), from);
  series.maxTimesMs.set(rows.doubles(3), from);
  series.cutTimesMs.set(rows.doubles(4), from);
  series.lastDeltasMs.set(rows.doubles(5), from);
  series.lastValueWords.set(rows.words(6), from * 2);
  const pairsFrom = series.pairsAt[from] ?? 0;
  const pairsAt = rows.words(7);
  for (let row = 0; row <= to - from; row++) {
    series.pairsAt[from + row] = pairsFrom + (pairsAt[row] ?? 0);
  }
  series.appendPairs(pairsFrom, rows.words(8));
  series.hashes.set(rows.words(9), from);
  series.sampleCounts.set(rows.shorts(10), from);
  series.bitCounts.set(rows.shorts(11), from);
  series.states.set(rows.bytes(12), from);
  series.leadings.set(rows.bytes(13), from);
  series.trailings.set(rows.bytes(14), from);
  restoreArena(memory, from, to, rows.bytes(15));
  restoreCompleted(memory, from, rows);
  restoreOwn(memory, rows);
}

const chunkKind = seriesState.chunkMask;

function arenaBytes(memory: HeadMemory, from: number, to: number): Uint8Array {
  const { series, arenaChunks } = memory;
  let total = 0;
  for (let slot = from; slot < to; slot++) {
    if (isInArena(memory, slot)) total += arenaChunks.byteLength(series, slot);
  }
  const bytes = new Uint8Array(total);
  let at = 0;
  for (let slot = from; slot < to; slot++) {
    if (!isInArena(memory, slot)) continue;
    const length = arenaChunks.byteLength(series, slot);
    const address = series.addresses[slot] ?? 0;
    const slab = arenaChunks.arena.slab(address);
    const offset = ByteArena.offset(address);
    for (let index = 0; index < length; index++) bytes[at + index] = slab[offset + index] ?? 0;
    at += length;
  }
  return bytes;
}

function isInArena(memory: HeadMemory, slot: number): boolean {
  return ((memory.series.states[slot] ?? 0) & chunkKind) === seriesState.arenaChunk;
}

function restoreArena(memory: HeadMemory, from: number, to: number, bytes: Uint8Array): void {
  const { series, arenaChunks } = memory;
  let at = 0;
  for (let slot = from; slot < to; slot++) {
    if (((series.states[slot] ?? 0) & chunkKind) !== seriesState.noChunk) memory.openChunkCount++;
    if (((series.states[slot] ?? 0) & seriesState.stale) !== 0) memory.staleSeriesCount++;
    if (!isInArena(memory, slot)) continue;
    const length = arenaChunks.byteLength(series, slot);
    const cellClass = ByteArena.classFor(length);
    const address = arenaChunks.arena.allocate(cellClass);
    series.cellClasses[slot] = cellClass;
    series.addresses[slot] = address;
    const slab = arenaChunks.arena.slab(address);
    const offset = ByteArena.offset(address);
    for (let index = 0; index < length; index++) slab[offset + index] = bytes[at + index] ?? 0;
    at += length;
  }
  if (at !== bytes.length) throw new Error("chunks do not fit their lengths");
}

/** How many completed chunks each series has, and the chunks, the oldest of each first. */
function completedColumns(
  memory: HeadMemory,
  range: { readonly from: number; readonly to: number },
  placeEnd: number,
  unfiled: UnfiledChunk[],
): readonly ArrayBufferView[] {
  const { series, completed } = memory;
  const counts = new Uint16Array(range.to - range.from);
  const entries: number[] = [];
  for (let slot = range.from; slot < range.to; slot++) {
    const first = entries.length;
    for (let entry = series.completed[slot] ?? 0; entry !== 0; entry = completed.next[entry] ?? 0) {
      if ((completed.places[entry] ?? 0) < placeEnd) entries.push(entry);
      else unfiled.push({ ref: series.refs[slot] ?? 0, completed: completed.get(entry) });
    }
    counts[slot - range.from] = entries.length - first;
    reverseFrom(entries, first);
  }
  return [
    counts,
    Float64Array.from(entries, (entry) => completed.minTimesMs[entry] ?? 0),
    Float64Array.from(entries, (entry) => completed.maxTimesMs[entry] ?? 0),
    Float64Array.from(entries, (entry) => completed.places[entry] ?? 0),
    Uint16Array.from(entries, (entry) => completed.sampleCounts[entry] ?? 0),
    Uint8Array.from(entries, (entry) => completed.encodings[entry] ?? 0),
  ];
}

function reverseFrom(list: number[], first: number): void {
  for (let low = first, high = list.length - 1; low < high; low++, high--) {
    const kept = list[low] ?? 0;
    list[low] = list[high] ?? 0;
    list[high] = kept;
  }
}

function restoreCompleted(memory: HeadMemory, from: number, rows: Unpacked): void {
  const { series, completed } = memory;
  const counts = rows.shorts(16);
  const minTimesMs = rows.doubles(17);
  let entry = completed.adopt(minTimesMs.length);
  completed.minTimesMs.set(minTimesMs, entry);
  completed.maxTimesMs.set(rows.doubles(18), entry);
  completed.places.set(rows.doubles(19), entry);
  completed.sampleCounts.set(rows.shorts(20), entry);
  completed.encodings.set(rows.bytes(21), entry);
  for (let row = 0; row < counts.length; row++) {
    const count = counts[row] ?? 0;
    for (let index = 0; index < count; index++) {
      completed.next[entry] = index === 0 ? 0 : entry - 1;
      entry++;
    }
    series.completed[from + row] = count === 0 ? 0 : entry - 1;
  }
}

/** The open chunks that have an encoder of their own. */
function ownColumns(memory: HeadMemory, from: number, to: number): readonly ArrayBufferView[] {
  const { series, ownChunks } = memory;
  const refs: number[] = [];
  const facts: number[] = [];
  const lengths: number[] = [];
  const pieces: Uint8Array[] = [];
  for (let slot = from; slot < to; slot++) {
    if (((series.states[slot] ?? 0) & chunkKind) !== seriesState.ownChunk) continue;
    const ref = series.refs[slot] ?? 0;
    const own = ownChunks.get(ref);
    if (own === undefined) continue;
    const { encoding, bytes } = own.encoder.copy();
    refs.push(ref);
    facts.push(encodingNumber(encoding) * 2 + (own.isCutPredicted ? 1 : 0));
    lengths.push(bytes.length);
    pieces.push(bytes);
  }
  return [
    Float64Array.from(refs),
    Uint8Array.from(facts),
    Uint32Array.from(lengths),
    joined(pieces),
  ];
}

function restoreOwn(memory: HeadMemory, rows: Unpacked): void {
  const refs = rows.doubles(22);
  const facts = rows.bytes(23);
  const lengths = rows.words(24);
  const bytes = rows.bytes(25);
  let at = 0;
  for (let index = 0; index < refs.length; index++) {
    const length = lengths[index] ?? 0;
    const fact = facts[index] ?? 0;
    const encoding = encodingNumbered(fact >> 1);
    const encoder = resumed({ encoding, bytes: bytes.slice(at, at + length) });
    const ref = refs[index] ?? 0;
    memory.ownChunks.set(ref, { encoder, isCutPredicted: (fact & 1) === 1 });
    if ("last" in encoder) {
      memory.lastHistograms.set(ref, { histogram: encoder.last?.histogram });
    }
    at += length;
  }
}

function resumed(chunk: Chunk): OwnChunk["encoder"] {
  const { encoding, bytes } = chunk;
  if (encoding === "xor") return new XorEncoder(chunk);
  if (encoding === "xor2") return new Xor2Encoder(chunk);
  return resumeHistogramChunk({ encoding, bytes });
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
