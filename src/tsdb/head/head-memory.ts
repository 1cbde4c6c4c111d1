import type { Histogram, Labels, MetricMetadata, SeriesRef } from "#series";
import type { Chunk, ChunkEncoding, FloatEncoder } from "../chunk/chunk.ts";
import type { HistogramEncoder } from "../chunk/histogram-chunk.ts";
import { ArenaChunks } from "./arena-chunks.ts";
import { ChunkTable } from "./chunk-table.ts";
import { CopyRoom } from "./copy-room.ts";
import type { OutOfOrderSeries } from "./out-of-order.ts";
import { SeriesTable, seriesState } from "./series-table.ts";

/** Takes completed chunks, to be written into head chunk files. */
export interface ChunkSink {
  /** Queues a chunk and tells where it will be: file number × 2^32 + offset. */
  add(chunk: SinkChunk): number;
}

export interface SinkChunk {
  readonly ref: SeriesRef;
  readonly minMs: number;
  readonly maxMs: number;
  readonly chunk: Chunk;
  readonly isOutOfOrder: boolean;
}

/** An open chunk that is not in the arena: histograms, and floats with start timestamps. */
export interface OwnChunk {
  readonly encoder: FloatEncoder | HistogramEncoder;
  /** Of histograms: whether the time of the next chunk was predicted already. */
  isCutPredicted: boolean;
}

/** The last histogram of a series; undefined is the stale marker. */
export interface LastHistogram {
  readonly histogram: Histogram | undefined;
}

/** What the head holds in memory: series, their open chunks, and the places of completed ones. */
export class HeadMemory {
  series = new SeriesTable();
  readonly arenaChunks = new ArenaChunks();
  readonly ownChunks = new Map<SeriesRef, OwnChunk>();
  readonly lastHistograms = new Map<SeriesRef, LastHistogram>();
  readonly completed = new ChunkTable();
  readonly outOfOrder = new Map<SeriesRef, OutOfOrderSeries>();
  readonly metadata = new Map<SeriesRef, MetricMetadata>();

  /** Of all samples in order; `minMs` > `maxMs` until there is one. */
  minMs = Number.POSITIVE_INFINITY;
  maxMs = Number.NEGATIVE_INFINITY;
  /** Of all samples out of order. */
  minOutOfOrderMs = Number.POSITIVE_INFINITY;
  maxOutOfOrderMs = Number.NEGATIVE_INFINITY;
  /** Samples before it are in blocks. */
  minValidMs = Number.NEGATIVE_INFINITY;
  lastRef: SeriesRef = 0;
  openChunkCount = 0;
  staleSeriesCount = 0;

  get isEmpty(): boolean {
    return this.minMs > this.maxMs;
  }

  /** Completed, open and out-of-order chunks. */
  get chunkCount(): number {
    let outOfOrder = 0;
    for (const series of this.outOfOrder.values()) {
      outOfOrder += series.chunks.length + (series.open.count > 0 ? 1 : 0);
    }
    return this.completed.count + this.openChunkCount + outOfOrder;
  }

  /** The series with these labels; `isNew` when it had to be made. */
  ensureSeries(labels: Labels): { readonly ref: SeriesRef; readonly isNew: boolean } {
    const slot = this.series.find(labels);
    if (slot >= 0) return { ref: this.series.refs[slot] ?? 0, isNew: false };
    this.lastRef++;
    this.series.add(this.lastRef, labels);
    return { ref: this.lastRef, isNew: true };
  }

  /** Gives a series another reference, and everything that is kept by reference with it. */
  rename(slot: number, ref: SeriesRef): void {
    const old = this.series.refs[slot] ?? 0;
    this.series.rename(slot, ref);
    moveKey(this.ownChunks, old, ref);
    moveKey(this.lastHistograms, old, ref);
    moveKey(this.outOfOrder, old, ref);
    moveKey(this.metadata, old, ref);
  }

  /** The time of the last sample in order; −Infinity when no chunk is open. */
  lastTimeMs(slot: number): number {
    const state = this.series.states[slot] ?? 0;
    if ((state & seriesState.chunkMask) === seriesState.noChunk) return Number.NEGATIVE_INFINITY;
    return this.series.maxTimesMs[slot] ?? 0;
  }

  /** The first sample in order that is in memory or in a head chunk file; +Infinity without one. */
  firstTimeMs(slot: number): number {
    let firstMs = Number.POSITIVE_INFINITY;
    const state = this.series.states[slot] ?? 0;
    if ((state & seriesState.chunkMask) !== seriesState.noChunk) {
      firstMs = this.series.minTimesMs[slot] ?? firstMs;
    }
    let entry = this.series.completed[slot] ?? 0;
    while (entry !== 0) {
      firstMs = this.completed.minTimesMs[entry] ?? firstMs;
      entry = this.completed.next[entry] ?? 0;
    }
    return firstMs;
  }

  /** Whether a series has an open chunk with samples around a range. */
  openOverlaps(slot: number, range: { readonly minMs: number; readonly maxMs: number }): boolean {
    const kind = (this.series.states[slot] ?? 0) & seriesState.chunkMask;
    return (
      kind !== seriesState.noChunk &&
      (this.series.minTimesMs[slot] ?? 0) <= range.maxMs &&
      (this.series.maxTimesMs[slot] ?? 0) >= range.minMs
    );
  }

  /** The open chunk of a series as it is now, copied into `room`; undefined when it has none. */
  openChunk(slot: number, room: CopyRoom): (Chunk & { minMs: number; maxMs: number }) | undefined {
    const { series } = this;
    const kind = (series.states[slot] ?? 0) & seriesState.chunkMask;
    if (kind === seriesState.noChunk) return undefined;
    const minMs = series.minTimesMs[slot] ?? 0;
    const maxMs = series.maxTimesMs[slot] ?? 0;
    if (kind === seriesState.arenaChunk) {
      const bytes = this.arenaChunks.copy(series, slot, room);
      return { encoding: "xor", bytes, minMs, maxMs };
    }
    const chunk = this.ownChunks.get(series.refs[slot] ?? 0)?.encoder.copy();
    return chunk === undefined ? undefined : { ...chunk, minMs, maxMs };
  }

  /** Hands the open chunk of a series to the chunk files; the series then has none. */
  completeChunk(slot: number, sink: ChunkSink): void {
    const { series } = this;
    const chunk = this.openChunk(slot, new CopyRoom());
    if (chunk === undefined) return;
    const ref = series.refs[slot] ?? 0;
    const sampleCount = series.sampleCounts[slot] ?? 0;
    const { minMs, maxMs, encoding, bytes } = chunk;
    const place = sink.add({ ref, minMs, maxMs, chunk: { encoding, bytes }, isOutOfOrder: false });
    const completed = { minMs, maxMs, sampleCount, encoding, place };
    series.completed[slot] = this.completed.add(completed, series.completed[slot] ?? 0);
    this.dropOpenChunk(slot);
  }

  /** Forgets the open chunk of a series and what it says about its last sample. */
  dropOpenChunk(slot: number): void {
    const { series } = this;
    const state = series.states[slot] ?? 0;
    const kind = state & seriesState.chunkMask;
    if (kind === seriesState.noChunk) return;
    if (kind === seriesState.arenaChunk) this.arenaChunks.end(series, slot);
    else this.ownChunks.delete(series.refs[slot] ?? 0);
    series.sampleCounts[slot] = 0;
    series.states[slot] = state & ~seriesState.chunkMask;
    this.openChunkCount--;
  }

  /** Widens the time range of samples in order. */
  include(minMs: number, maxMs: number): void {
    if (minMs < this.minMs) this.minMs = minMs;
    if (maxMs > this.maxMs) this.maxMs = maxMs;
  }

  includeOutOfOrder(minMs: number, maxMs: number): void {
    if (minMs < this.minOutOfOrderMs) this.minOutOfOrderMs = minMs;
    if (maxMs > this.maxOutOfOrderMs) this.maxOutOfOrderMs = maxMs;
  }
}

/** Whether chunks of this encoding hold floats. */
export function isFloatEncoding(encoding: ChunkEncoding): boolean {
  return encoding === "xor" || encoding === "xor2";
}

/** Puts what a map has under one key under another. */
export function moveKey<T>(map: Map<SeriesRef, T>, from: SeriesRef, to: SeriesRef): void {
  const value = map.get(from);
  if (value === undefined) return;
  map.delete(from);
  map.set(to, value);
}
