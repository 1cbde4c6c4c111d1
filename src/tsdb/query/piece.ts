import {
  type Labels,
  mergeSamples,
  type SampleBuffer,
  SampleBuffer as Samples,
  type SeriesSource,
} from "#series";
import type { Chunk } from "../chunk/chunk.ts";
import { decodeChunk } from "../chunk/decode-chunk.ts";

/** A stretch of time, both ends included. */
export interface TimeRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Some of the samples of a series, in time order: a chunk, or a few samples in hand. */
export interface Piece extends TimeRange {
  /** The chunk that has these samples and no others; undefined when there is none. */
  readonly whole: Chunk | undefined;
  /** Appends the samples in `[minMs, maxMs]` that are not deleted. */
  read(buffer: SampleBuffer, minMs: number, maxMs: number): void;
}

/** A chunk of which only a range counts, less what is deleted. */
export class ChunkPiece implements Piece {
  readonly minMs: number;
  readonly maxMs: number;
  readonly #chunk: Chunk;
  readonly #isWhole: boolean;
  readonly #deleted: readonly TimeRange[];

  /** `extent` is the time of the chunk; only what is in `limits` counts. */
  constructor(chunk: Chunk, extent: TimeRange, limits: TimeRange, deleted: readonly TimeRange[]) {
    this.#chunk = chunk;
    this.minMs = Math.max(extent.minMs, limits.minMs);
    this.maxMs = Math.min(extent.maxMs, limits.maxMs);
    this.#deleted =
      deleted.length === 0
        ? deleted
        : deleted.filter((range) => range.minMs <= this.maxMs && range.maxMs >= this.minMs);
    this.#isWhole =
      this.#deleted.length === 0 && this.minMs === extent.minMs && this.maxMs === extent.maxMs;
  }

  get whole(): Chunk | undefined {
    return this.#isWhole ? this.#chunk : undefined;
  }

  read(buffer: SampleBuffer, minMs: number, maxMs: number): void {
    const range = { minMs: Math.max(minMs, this.minMs), maxMs: Math.min(maxMs, this.maxMs) };
    if (this.#deleted.length === 0) {
      decodeChunk(this.#chunk, buffer, range.minMs, range.maxMs);
      return;
    }
    for (const kept of withoutRanges(range, this.#deleted)) {
      decodeChunk(this.#chunk, buffer, kept.minMs, kept.maxMs);
    }
  }
}

const noScratch: readonly SampleBuffer[] = [];

/** A series put together from pieces, which may overlap. */
export class PieceSource implements SeriesSource {
  readonly labels: Labels;
  /** By their beginning. */
  readonly pieces: readonly Piece[];
  #scratch: readonly SampleBuffer[] = noScratch;

  constructor(labels: Labels, pieces: readonly Piece[]) {
    this.labels = labels;
    this.pieces = pieces;
  }

  read(buffer: SampleBuffer, minMs: number, maxMs: number): void {
    const { pieces } = this;
    let index = 0;
    while (index < pieces.length) {
      const first = pieces[index];
      if (first === undefined || first.minMs > maxMs) break;
      const end = this.#clusterEnd(index);
      if (end === index + 1) {
        if (first.maxMs >= minMs) first.read(buffer, minMs, maxMs);
      } else this.#readMerged(buffer, pieces.slice(index, end), { minMs, maxMs });
      index = end;
    }
  }

  /** The first piece after `index` that begins when all before it have ended. */
  #clusterEnd(index: number): number {
    let maxMs = this.pieces[index]?.maxMs ?? 0;
    let end = index + 1;
    for (let next = this.pieces[end]; next !== undefined; next = this.pieces[end]) {
      if (next.minMs > maxMs) break;
      maxMs = Math.max(maxMs, next.maxMs);
      end++;
    }
    return end;
  }

  #readMerged(buffer: SampleBuffer, pieces: readonly Piece[], range: TimeRange): void {
    const columns = pieces.map((piece, index) => {
      const samples = this.#scratch[index] ?? new Samples();
      samples.clear();
      piece.read(samples, range.minMs, range.maxMs);
      return samples;
    });
    this.#scratch = columns;
    mergeSamples(buffer, columns);
  }
}

/** What is left of a range without some others, in order. */
export function withoutRanges(
  range: TimeRange,
  removed: readonly TimeRange[],
): readonly TimeRange[] {
  let kept: TimeRange[] = [range];
  for (const hole of removed) {
    kept = kept.flatMap((part) => {
      if (hole.maxMs < part.minMs || hole.minMs > part.maxMs) return [part];
      const before = { minMs: part.minMs, maxMs: hole.minMs - 1 };
      const after = { minMs: hole.maxMs + 1, maxMs: part.maxMs };
      return [before, after].filter((rest) => rest.minMs <= rest.maxMs);
    });
  }
  return kept.filter((part) => part.minMs <= part.maxMs);
}

/** Pieces in the order that `PieceSource` wants them in. */
export function sortedPieces(pieces: readonly Piece[]): readonly Piece[] {
  if (pieces.length < 2) return pieces;
  const isSorted = pieces.every(
    (piece, index) => index === 0 || (pieces[index - 1]?.minMs ?? 0) <= piece.minMs,
  );
  return isSorted ? pieces : [...pieces].sort((left, right) => left.minMs - right.minMs);
}
