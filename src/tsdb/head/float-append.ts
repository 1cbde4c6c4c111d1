import type { FloatEncoder } from "../chunk/chunk.ts";
import { Xor2Encoder } from "../chunk/xor2.ts";
import type { ChunkSample } from "./arena-chunks.ts";
import { type ChunkCutOptions, floatChunkBytesMax, predictCutMs, rangeEndMs } from "./chunk-cut.ts";
import { staleHighWord, staleLowWord } from "./float-batch.ts";
import { type ChunkSink, type HeadMemory, isFloatEncoding } from "./head-memory.ts";
import { seriesState } from "./series-table.ts";

/** Float samples by column, with the bits of their values: low and high half of each. */
export interface FloatRows {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  readonly valueWords: Uint32Array;
  readonly startTimestampsMs: Float64Array | undefined;
}

/** Appends float samples, in order, to the open chunks of their series. */
export class FloatAppend {
  readonly #memory: HeadMemory;
  readonly #sink: ChunkSink;
  readonly #options: ChunkCutOptions;
  readonly #sample: ChunkSample = { timestampMs: 0.5, low: 0, high: 0 };

  constructor(memory: HeadMemory, sink: ChunkSink, options: ChunkCutOptions) {
    this.#memory = memory;
    this.#sink = sink;
    this.#options = options;
  }

  /** Appends a sample of a batch; false, and nothing is done, when it is not after the last one. */
  append(slot: number, batch: FloatRows, index: number): boolean {
    const memory = this.#memory;
    const { series } = memory;
    const sample = this.#sample;
    const timestampMs = batch.timestampsMs[index] ?? 0;
    sample.timestampMs = timestampMs;
    sample.low = batch.valueWords[index * 2] ?? 0;
    sample.high = batch.valueWords[index * 2 + 1] ?? 0;
    const startMs = batch.startTimestampsMs?.[index] ?? 0;
    if (!this.#ensureChunk(slot, sample, startMs)) return false;
    const state = series.states[slot] ?? 0;
    const isStale = sample.low === staleLowWord && sample.high === staleHighWord;
    if ((state & seriesState.chunkMask) === seriesState.arenaChunk) {
      memory.arenaChunks.append(series, slot, sample);
    } else this.#appendOwn(slot, batch, index);
    this.#noteKind(slot, state, isStale);
    if (timestampMs > memory.maxMs) memory.maxMs = timestampMs;
    if (timestampMs < memory.minMs) memory.minMs = timestampMs;
    return true;
  }

  /** Sees to it that the open chunk takes a float at this time; false when it is too late for it. */
  #ensureChunk(slot: number, { timestampMs }: ChunkSample, startMs: number): boolean {
    const { series, completed } = this.#memory;
    const kind = (series.states[slot] ?? 0) & seriesState.chunkMask;
    if (kind === seriesState.noChunk) {
      const last = series.completed[slot] ?? 0;
      if (last !== 0 && (completed.maxTimesMs[last] ?? 0) >= timestampMs) return false;
      this.#begin(slot, timestampMs, startMs !== 0);
      return true;
    }
    if ((series.maxTimesMs[slot] ?? 0) >= timestampMs) return false;
    if (this.#mustCut(slot, kind, timestampMs, startMs)) {
      this.#memory.completeChunk(slot, this.#sink);
      this.#begin(slot, timestampMs, startMs !== 0);
    }
    return true;
  }

  #mustCut(slot: number, kind: number, timestampMs: number, startMs: number): boolean {
    const { series, arenaChunks, ownChunks } = this.#memory;
    const count = series.sampleCounts[slot] ?? 0;
    if (kind === seriesState.arenaChunk) {
      if (startMs !== 0) return true;
      if (arenaChunks.byteLength(series, slot) > floatChunkBytesMax) return true;
    } else {
      const encoder = ownChunks.get(series.refs[slot] ?? 0)?.encoder;
      if (encoder === undefined || !isFloatEncoding(encoder.encoding)) return true;
      if (encoder.byteLength > floatChunkBytesMax) return true;
    }
    if (count === Math.floor(this.#options.samplesPerChunk / 4)) this.#predictCut(slot);
    return (
      timestampMs >= (series.cutTimesMs[slot] ?? 0) || count >= this.#options.samplesPerChunk * 2
    );
  }

  #predictCut(slot: number): void {
    const { series } = this.#memory;
    const minMs = series.minTimesMs[slot] ?? 0;
    const maxMs = series.maxTimesMs[slot] ?? 0;
    series.cutTimesMs[slot] = predictCutMs(minMs, maxMs, series.cutTimesMs[slot] ?? 0, 4);
  }

  #begin(slot: number, timestampMs: number, hasStart: boolean): void {
    const memory = this.#memory;
    const { series } = memory;
    const state = (series.states[slot] ?? 0) & ~seriesState.chunkMask;
    series.cutTimesMs[slot] = rangeEndMs(timestampMs, this.#options.chunkRangeMs);
    series.sampleCounts[slot] = 0;
    if (hasStart) {
      memory.ownChunks.set(series.refs[slot] ?? 0, {
        encoder: new Xor2Encoder(),
        isCutPredicted: false,
      });
      series.states[slot] = state | seriesState.ownChunk;
    } else {
      memory.arenaChunks.begin(series, slot);
      series.states[slot] = state | seriesState.arenaChunk;
    }
    memory.openChunkCount++;
  }

  #appendOwn(slot: number, batch: FloatRows, index: number): void {
    const { series, ownChunks } = this.#memory;
    const encoder = ownChunks.get(series.refs[slot] ?? 0)?.encoder;
    if (encoder === undefined || !isFloatEncoder(encoder)) return;
    const timestampMs = batch.timestampsMs[index] ?? 0;
    encoder.appendFrom(batch.values, index, timestampMs, batch.startTimestampsMs?.[index] ?? 0);
    if (series.sampleCounts[slot] === 0) series.minTimesMs[slot] = timestampMs;
    series.sampleCounts[slot] = encoder.count;
    series.maxTimesMs[slot] = timestampMs;
    series.lastValueWords[slot * 2] = this.#sample.low;
    series.lastValueWords[slot * 2 + 1] = this.#sample.high;
  }

  #noteKind(slot: number, state: number, isStale: boolean): void {
    const memory = this.#memory;
    if ((state & seriesState.kindMask) !== seriesState.float) {
      memory.lastHistograms.delete(memory.series.refs[slot] ?? 0);
    }
    const wasStale = (state & seriesState.stale) !== 0;
    if (isStale !== wasStale) memory.staleSeriesCount += isStale ? 1 : -1;
    const kept = state & seriesState.chunkMask;
    memory.series.states[slot] = kept | seriesState.float | (isStale ? seriesState.stale : 0);
  }
}

/** Whether the value at `index` of a batch is the stale marker. */
export function isStaleWord(batch: FloatRows, index: number): boolean {
  return (
    batch.valueWords[index * 2] === staleLowWord &&
    batch.valueWords[index * 2 + 1] === staleHighWord
  );
}

function isFloatEncoder(encoder: { readonly encoding: string }): encoder is FloatEncoder {
  return encoder.encoding === "xor" || encoder.encoding === "xor2";
}
