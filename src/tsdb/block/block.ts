import type { Labels } from "#series";
import type { Chunk } from "../chunk/chunk.ts";
import type { BlockMeta } from "./meta.ts";

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

/** References of series, ascending: in blocks the series' place in the index divided by 16. */
export type Postings = Uint32Array | Float64Array;

/**
 * A block on disk, opened to read. Only symbols and the places of postings lists are kept in memory;
 * the rest is read when asked for. Every checksum of what is read is checked: damage throws BlockError.
 */
export interface Block extends AsyncDisposable {
  readonly directory: string;
  readonly meta: BlockMeta;
  readonly tombstones: readonly BlockTombstone[];
  /** Of index, chunks, tombstones and meta together. */
  readonly bytes: number;
  labelNames(): readonly string[];
  /** Sorted. Empty when no series has the label. */
  labelValues(name: string): Promise<readonly string[]>;
  /** Every series. */
  allPostings(): Promise<Postings>;
  /** The series that have any of the values of a label. */
  postings(name: string, values: readonly string[]): Promise<Postings>;
  /** The series in the order of `refs`, which are ascending; neighbours are read together. */
  series(refs: Postings): Promise<readonly BlockSeries[]>;
  /** The chunks, in order. Ascending ones (as the index has them) are read in few reads. */
  chunks(metas: readonly ChunkMeta[]): Promise<readonly Chunk[]>;
  close(): Promise<void>;
}

/** Samples of a series from `minMs` to `maxMs`, both included, are deleted. */
export interface BlockTombstone {
  readonly ref: number;
  readonly minMs: number;
  readonly maxMs: number;
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
