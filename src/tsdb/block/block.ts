import type { Labels } from "#series";
import type { Chunk } from "../chunk/chunk.ts";

/** Where a chunk is and which time it covers, as the index tells it. Both ends are included. */
export interface ChunkMeta {
  readonly minMs: number;
  readonly maxMs: number;
  /** The number of the chunk file, from 0 (`000001` is 0), and the offset in it. */
  readonly file: number;
  readonly offset: number;
}

export interface BlockSeries {
  readonly labels: Labels;
  readonly chunks: readonly ChunkMeta[];
}

/** A chunk to be written into a block. */
export interface TimedChunk {
  readonly minMs: number;
  readonly maxMs: number;
  readonly chunk: Chunk;
}

/** A series to be written into a block; series come sorted by labels, chunks by time. */
export interface SeriesChunks {
  readonly labels: Labels;
  readonly chunks: readonly TimedChunk[];
}

/** The files of a block. */
export const indexFile = "index";
export const metaFile = "meta.json";
export const tombstonesFile = "tombstones";
export const chunksDirectory = "chunks";
