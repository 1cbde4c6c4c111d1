export type { AgentOptions } from "./agent/agent-options.ts";
export { type AgentStorage, openAgentStorage } from "./agent/agent-storage.ts";
export type { BlockSeries, ChunkMeta, SeriesChunks, TimedChunk } from "./block/block.ts";
export { BlockError } from "./block/block-error.ts";
export type { BlockCompaction, BlockMeta, BlockParent, BlockStats } from "./block/meta.ts";
export { type Block, openBlock, readMeta } from "./block/open-block.ts";
export type { BlockTombstone } from "./block/tombstones.ts";
export { isUlid, newUlid } from "./block/ulid.ts";
export { type NewBlock, writeBlock } from "./block/write-block.ts";
export {
  appendHistogram,
  type HistogramAppend,
  startHistogramChunk,
} from "./chunk/append-histogram.ts";
export {
  type Chunk,
  type ChunkEncoding,
  ChunkError,
  type FloatEncoder,
  type HistogramSample,
} from "./chunk/chunk.ts";
export {
  countSamples,
  decodeChunk,
  encodingNumber,
  encodingNumbered,
} from "./chunk/decode-chunk.ts";
export type { HistogramEncoder, HistogramEncoding } from "./chunk/histogram-chunk.ts";
export { XorEncoder } from "./chunk/xor.ts";
export { Xor2Encoder } from "./chunk/xor2.ts";
export type { Cardinality, NamedCount } from "./database/cardinality.ts";
export {
  type Database,
  type DatabaseDeps,
  openDatabase,
  type SeriesExemplars,
} from "./database/database.ts";
export {
  blockRangeMaxFor,
  type DatabaseOptions,
  databaseOptionsDefault,
} from "./database/options.ts";
export type { Retention } from "./database/plan-retention.ts";
export { openReadOnlyDatabase, type ReadOnlyDatabase } from "./database/read-only.ts";
export type { TsdbDisk } from "./database/tsdb-disk.ts";
export { type EncodedChunk, encodeSamples } from "./head/encode-samples.ts";
export { InvalidLabelsError } from "./head/check-labels.ts";
export type { Postings } from "./postings.ts";
export type { TimeRange } from "./query/piece.ts";
export { type FollowDeps, followWal } from "./wal/follow-wal.ts";
export { readWal, type ReplayProgress, type WalDamage, type WalRange } from "./wal/read-wal.ts";
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
export { openWal, type Wal, type WalOptions, walOptionsDefault } from "./wal/wal.ts";
