export type {
  Block,
  BlockSeries,
  BlockTombstone,
  ChunkMeta,
  Postings,
  SeriesChunks,
  TimedChunk,
} from "./block/block.ts";
export type { BlockCompaction, BlockMeta, BlockParent, BlockStats } from "./block/meta.ts";
export {
  type Chunk,
  type ChunkEncoding,
  ChunkError,
  type FloatEncoder,
  type HistogramAppend,
  type HistogramEncoder,
  type HistogramSample,
} from "./chunk/chunk.ts";
export type {
  LoggedExemplar,
  LoggedHistogram,
  LoggedMetadata,
  LoggedSeries,
  LoggedTombstone,
  MmapMarker,
  SampleColumns,
  WalRecord,
} from "./wal/record.ts";
export { type Wal, type WalDamage, type WalOptions, walOptionsDefault } from "./wal/wal.ts";
