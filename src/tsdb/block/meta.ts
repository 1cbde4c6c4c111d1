/** What a block is: the content of its `meta.json`. */
export interface BlockMeta {
  /** Also the name of its directory: 26 characters that sort by time of creation. */
  readonly ulid: string;
  readonly minMs: number;
  /** Not included: samples are before it. */
  readonly maxMs: number;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
}

export interface BlockStats {
  readonly numSamples: number;
  readonly numFloatSamples: number;
  readonly numHistogramSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones: number;
}

export interface BlockCompaction {
  readonly level: number;
  /** ULIDs of the blocks of level 1 that it was made of. */
  readonly sources: readonly string[];
  /** The blocks that it was made of directly. */
  readonly parents: readonly BlockParent[];
  readonly failed: boolean;
  /** Its blocks may be removed: nothing is left of it after deletions. */
  readonly deletable: boolean;
  readonly hints: readonly string[];
}

export interface BlockParent {
  readonly ulid: string;
  readonly minMs: number;
  readonly maxMs: number;
}
