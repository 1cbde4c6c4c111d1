import { appendHistogram, startHistogramChunk } from "../chunk/append-histogram.ts";
import { HistogramEncoder } from "../chunk/histogram-chunk.ts";
import type { LoggedHistogram } from "../wal/record.ts";
import {
  type ChunkCutOptions,
  histogramChunkBytes,
  histogramChunkSamplesMin,
  predictCutMs,
  rangeEndMs,
} from "./chunk-cut.ts";
import type { ChunkSink, HeadMemory, OwnChunk } from "./head-memory.ts";
import { seriesState } from "./series-table.ts";

/** Appends histograms, in order, to the open chunks of their series. */
export class HistogramAppend {
  readonly #memory: HeadMemory;
  readonly #sink: ChunkSink;
  readonly #options: ChunkCutOptions;

  constructor(memory: HeadMemory, sink: ChunkSink, options: ChunkCutOptions) {
    this.#memory = memory;
    this.#sink = sink;
    this.#options = options;
  }

  /** Appends a sample; false, and nothing is done, when it is not after the last one. */
  append(slot: number, logged: LoggedHistogram): boolean {
    const memory = this.#memory;
    const { series, completed } = memory;
    const kind = (series.states[slot] ?? 0) & seriesState.chunkMask;
    const lastChunk = series.completed[slot] ?? 0;
    const lastMs =
      kind !== seriesState.noChunk
        ? (series.maxTimesMs[slot] ?? 0)
        : lastChunk === 0
          ? Number.NEGATIVE_INFINITY
          : (completed.maxTimesMs[lastChunk] ?? 0);
    if (lastMs >= logged.sample.timestampMs) return false;
    this.#add(slot, logged);
    this.#noteKind(slot, logged);
    memory.include(logged.sample.timestampMs, logged.sample.timestampMs);
    return true;
  }

  #add(slot: number, logged: LoggedHistogram): void {
    const open = this.#openHistograms(slot, logged);
    if (open === undefined || this.#mustCut(slot, open, logged.sample.timestampMs)) {
      this.#start(slot, logged, open?.encoder);
      return;
    }
    const added = appendHistogram(open.encoder, logged.sample);
    switch (added.kind) {
      case "appended":
        this.#noteAdded(slot, open.encoder, logged);
        break;
      case "recoded":
        this.#memory.ownChunks.set(logged.ref, { ...open, encoder: added.encoder });
        this.#noteAdded(slot, added.encoder, logged);
        break;
      case "cut":
        this.#memory.completeChunk(slot, this.#sink);
        this.#begin(slot, logged, added.encoder);
        break;
    }
  }

  /** The open chunk, if it is one that takes this kind of histogram. */
  #openHistograms(slot: number, logged: LoggedHistogram): OpenHistograms | undefined {
    const { series, ownChunks } = this.#memory;
    const kind = (series.states[slot] ?? 0) & seriesState.chunkMask;
    if (kind !== seriesState.ownChunk) return undefined;
    const open = ownChunks.get(logged.ref);
    if (open === undefined || !(open.encoder instanceof HistogramEncoder)) return undefined;
    const { encoder } = open;
    const keepsStarts = encoder.encoding.endsWith("St");
    if (logged.sample.startTimestampMs !== 0 && !keepsStarts) return undefined;
    const isFloat = encoder.encoding.startsWith("float");
    return isFloat === (logged.sample.counts === "float") ? { ...open, encoder } : undefined;
  }

  #mustCut(slot: number, open: OpenHistograms, timestampMs: number): boolean {
    const { series, ownChunks } = this.#memory;
    const { encoder } = open;
    if (encoder.isFull) return true;
    const minMs = series.minTimesMs[slot] ?? 0;
    const wasPredicted = open.isCutPredicted;
    // Until the cut is predicted, it is the end of the range.
    const rangeEnd = wasPredicted
      ? rangeEndMs(minMs, this.#options.chunkRangeMs)
      : (series.cutTimesMs[slot] ?? 0);
    if (!wasPredicted && encoder.byteLength >= histogramChunkBytes / 4) {
      const ratioToFull = histogramChunkBytes / encoder.byteLength;
      const lastMs = series.maxTimesMs[slot] ?? 0;
      series.cutTimesMs[slot] = predictCutMs(minMs, lastMs, rangeEnd, ratioToFull);
      ownChunks.set(series.refs[slot] ?? 0, { ...open, isCutPredicted: true });
    }
    const isDue =
      timestampMs >= (series.cutTimesMs[slot] ?? 0) ||
      encoder.byteLength >= histogramChunkBytes * 2;
    return isDue && (encoder.count >= histogramChunkSamplesMin || timestampMs >= rangeEnd);
  }

  #start(slot: number, logged: LoggedHistogram, previous: HistogramEncoder | undefined): void {
    const starts = logged.sample.startTimestampMs === 0 ? "dropStarts" : "keepStarts";
    const encoder = startHistogramChunk(logged.sample, previous, starts);
    this.#memory.completeChunk(slot, this.#sink);
    this.#begin(slot, logged, encoder);
  }

  /** Opens a chunk that has its first sample already. */
  #begin(slot: number, logged: LoggedHistogram, encoder: HistogramEncoder): void {
    const memory = this.#memory;
    const { series } = memory;
    memory.ownChunks.set(logged.ref, { encoder, isCutPredicted: false });
    memory.openChunkCount++;
    const state = (series.states[slot] ?? 0) & ~seriesState.chunkMask;
    series.states[slot] = state | seriesState.ownChunk;
    series.minTimesMs[slot] = logged.sample.timestampMs;
    series.cutTimesMs[slot] = rangeEndMs(logged.sample.timestampMs, this.#options.chunkRangeMs);
    this.#noteAdded(slot, encoder, logged);
  }

  #noteAdded(slot: number, encoder: HistogramEncoder, logged: LoggedHistogram): void {
    this.#memory.series.maxTimesMs[slot] = logged.sample.timestampMs;
    this.#memory.series.sampleCounts[slot] = encoder.count;
  }

  #noteKind(slot: number, logged: LoggedHistogram): void {
    const memory = this.#memory;
    const state = memory.series.states[slot] ?? 0;
    const isStale = logged.sample.histogram === undefined;
    const wasStale = (state & seriesState.stale) !== 0;
    if (isStale !== wasStale) memory.staleSeriesCount += isStale ? 1 : -1;
    memory.lastHistograms.set(logged.ref, { histogram: logged.sample.histogram });
    const kind =
      logged.sample.counts === "integer" ? seriesState.histogram : seriesState.floatHistogram;
    const kept = state & seriesState.chunkMask;
    memory.series.states[slot] = kept | kind | (isStale ? seriesState.stale : 0);
  }
}

interface OpenHistograms extends OwnChunk {
  readonly encoder: HistogramEncoder;
}
