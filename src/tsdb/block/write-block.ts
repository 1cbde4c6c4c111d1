import type { Disk } from "#base";
import { countSamples } from "../chunk/decode-chunk.ts";
import {
  type ChunkMeta,
  chunksDirectory,
  indexFile,
  metaFile,
  type SeriesChunks,
  type TimedChunk,
  tombstonesFile,
} from "./block.ts";
import { chunkFileBytesMax, ChunkFileWriter } from "./chunk-files.ts";
import { type BlockCompaction, type BlockMeta, type BlockStats, formatMeta } from "./meta.ts";
import { SeriesCollector } from "./series-collector.ts";
import { encodeTombstones } from "./tombstones.ts";
import { writeIndex } from "./write-index.ts";

export type BlockWriteDisk = Pick<
  Disk,
  "makeDirectory" | "openAppend" | "remove" | "rename" | "syncDirectory" | "writeFile"
>;

/** What a block is to be, beside what is in it. */
export interface NewBlock {
  readonly ulid: string;
  readonly minMs: number;
  /** Not included. */
  readonly maxMs: number;
  readonly compaction: BlockCompaction;
  /** A chunk file is at most so long: `chunkFileBytesMax`, less in tests. */
  readonly chunkFileBytesMax?: number;
}

/** A directory with this suffix is a block that was being written when the process ended. */
export const temporaryBlockSuffix = ".tmp-for-creation";

/**
 * Writes a block into `directory`/`ulid`, which is there whole and safe from a power cut when this
 * resolves, and else not at all. `series` come sorted by labels; those without chunks are left out.
 * Undefined, and nothing written, when that are all.
 */
export async function writeBlock(
  disk: BlockWriteDisk,
  directory: string,
  series: AsyncIterable<SeriesChunks> | Iterable<SeriesChunks>,
  block: NewBlock,
): Promise<BlockMeta | undefined> {
  const target = `${directory}/${block.ulid}`;
  const temporary = `${target}${temporaryBlockSuffix}`;
  await disk.remove(temporary);
  try {
    const meta = await writeFiles(disk, temporary, series, block);
    if (meta === undefined) return undefined;
    await disk.rename(temporary, target);
    await disk.syncDirectory(directory);
    return meta;
  } finally {
    await disk.remove(temporary);
  }
}

async function writeFiles(
  disk: BlockWriteDisk,
  directory: string,
  series: AsyncIterable<SeriesChunks> | Iterable<SeriesChunks>,
  block: NewBlock,
): Promise<BlockMeta | undefined> {
  const chunksPath = `${directory}/${chunksDirectory}`;
  await disk.makeDirectory(chunksPath);
  const collector = new SeriesCollector();
  await using files = new ChunkFileWriter(
    disk,
    chunksPath,
    block.chunkFileBytesMax ?? chunkFileBytesMax,
  );
  const counter = new StatsCounter();
  for await (const { labels, chunks } of series) {
    if (chunks.length === 0) continue;
    const metas: ChunkMeta[] = [];
    for (const chunk of chunks) metas.push(await files.write(chunk));
    collector.add(labels, metas);
    counter.add(chunks);
  }
  await files.finish();
  if (collector.count === 0) return undefined;
  await writeSynced(disk, `${directory}/${indexFile}`, collector);
  const { ulid, minMs, maxMs, compaction } = block;
  const meta: BlockMeta = { ulid, minMs, maxMs, stats: counter.stats(), compaction };
  await writeSmall(disk, `${directory}/${tombstonesFile}`, encodeTombstones([]));
  await writeSmall(disk, `${directory}/${metaFile}`, new TextEncoder().encode(formatMeta(meta)));
  await disk.syncDirectory(chunksPath);
  await disk.syncDirectory(directory);
  return meta;
}

async function writeSynced(
  disk: BlockWriteDisk,
  path: string,
  collector: SeriesCollector,
): Promise<void> {
  await using file = await disk.openAppend(path);
  await writeIndex(file, collector);
  await file.sync();
}

async function writeSmall(disk: BlockWriteDisk, path: string, bytes: Uint8Array): Promise<void> {
  await using file = await disk.openAppend(path);
  await file.write(bytes);
  await file.sync();
}

class StatsCounter {
  #series = 0;
  #chunks = 0;
  #floats = 0;
  #histograms = 0;

  add(chunks: readonly TimedChunk[]): void {
    this.#series++;
    this.#chunks += chunks.length;
    for (const { chunk } of chunks) {
      const isFloat = chunk.encoding === "xor" || chunk.encoding === "xor2";
      if (isFloat) this.#floats += countSamples(chunk);
      else this.#histograms += countSamples(chunk);
    }
  }

  stats(): BlockStats {
    return {
      numSamples: this.#floats + this.#histograms,
      numFloatSamples: this.#floats,
      numHistogramSamples: this.#histograms,
      numSeries: this.#series,
      numChunks: this.#chunks,
      numTombstones: 0,
    };
  }
}
