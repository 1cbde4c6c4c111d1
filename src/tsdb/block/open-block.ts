import type { Disk } from "#base";
import type { Chunk } from "../chunk/chunk.ts";
import type { Postings } from "../postings.ts";
import {
  type BlockSeries,
  type ChunkMeta,
  chunksDirectory,
  indexFile,
  metaFile,
  tombstonesFile,
} from "./block.ts";
import { BlockError } from "./block-error.ts";
import { type ChunkFiles, openChunkFiles } from "./chunk-files.ts";
import { type IndexReader, openIndex } from "./index-reader.ts";
import { type BlockMeta, parseMeta } from "./meta.ts";
import { checked } from "./read-items.ts";
import { type BlockTombstone, decodeTombstones, encodeTombstones } from "./tombstones.ts";

export type BlockReadDisk = Pick<Disk, "findFile" | "listDirectory" | "openRead">;

/** Opens the block in `directory` to read. Throws `BlockError` when it is damaged. */
export async function openBlock(disk: BlockReadDisk, directory: string): Promise<Block> {
  await using opened = new AsyncDisposableStack();
  const meta = await readMeta(disk, directory);
  const tombstones = await readTombstones(disk, directory);
  const indexPath = `${directory}/${indexFile}`;
  const file = opened.use(await disk.openRead(indexPath));
  const index = await openIndex(indexPath, file);
  const chunks = opened.use(await openChunkFiles(disk, `${directory}/${chunksDirectory}`));
  const bytes = file.bytes + chunks.bytes;
  return new Block({ directory, meta, tombstones, index, chunks, bytes }, opened.move());
}

/** What the block in `directory` is. Throws `BlockError` when its `meta.json` is absent or damaged. */
export async function readMeta(
  disk: Pick<Disk, "findFile">,
  directory: string,
): Promise<BlockMeta> {
  const path = `${directory}/${metaFile}`;
  const bytes = await disk.findFile(path);
  if (bytes === undefined) throw new BlockError(path, "file is missing");
  return parseMeta(path, new TextDecoder().decode(bytes));
}

/** Says what is deleted of the block in `directory`, in place of what was said before. */
export async function writeTombstones(
  disk: Pick<Disk, "replaceFile">,
  directory: string,
  tombstones: readonly BlockTombstone[],
): Promise<void> {
  await disk.replaceFile(`${directory}/${tombstonesFile}`, encodeTombstones(tombstones));
}

interface BlockParts {
  readonly directory: string;
  readonly meta: BlockMeta;
  readonly tombstones: readonly BlockTombstone[];
  readonly index: IndexReader;
  readonly chunks: ChunkFiles;
  readonly bytes: number;
}

/**
 * A block on disk, opened to read. Only symbols and the places of postings lists are kept in memory;
 * the rest is read when asked for. The checksums of what is read are checked: damage throws
 * `BlockError`. Its files stay readable until it is closed, also when they are removed meanwhile.
 */
export class Block implements AsyncDisposable {
  readonly directory: string;
  readonly meta: BlockMeta;
  /** As they were when the block was opened. */
  readonly tombstones: readonly BlockTombstone[];
  /** Of index and chunks. */
  readonly bytes: number;
  readonly #index: IndexReader;
  readonly #chunks: ChunkFiles;
  readonly #opened: AsyncDisposableStack;

  constructor(parts: BlockParts, opened: AsyncDisposableStack) {
    this.directory = parts.directory;
    this.meta = parts.meta;
    this.tombstones = parts.tombstones;
    this.bytes = parts.bytes;
    this.#index = parts.index;
    this.#chunks = parts.chunks;
    this.#opened = opened;
  }

  /** Bytes of the symbols, which are kept in memory. */
  get symbolBytes(): number {
    return this.#index.symbolBytes;
  }

  /** Sorted. */
  labelNames(): readonly string[] {
    return this.#index.labelNames();
  }

  /** Sorted. Empty when no series has the label. */
  labelValues(name: string): Promise<readonly string[]> {
    return this.#index.labelValues(name);
  }

  /** Every series. */
  allPostings(): Promise<Postings> {
    return this.#index.allPostings();
  }

  /** The series that have any of the values of a label. */
  postings(name: string, values: readonly string[]): Promise<Postings> {
    return this.#index.postings(name, values);
  }

  /** The series in the order of `refs`, which are ascending; neighbours are read together. */
  series(refs: Postings): Promise<readonly BlockSeries[]> {
    return this.#index.series(refs);
  }

  /** The chunks, in order. Ascending ones (as the index has them) are read in few reads. */
  chunks(metas: readonly ChunkMeta[]): Promise<readonly Chunk[]> {
    return this.#chunks.read(metas);
  }

  async close(): Promise<void> {
    await this.#opened.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function readTombstones(
  disk: Pick<Disk, "findFile">,
  directory: string,
): Promise<readonly BlockTombstone[]> {
  const path = `${directory}/${tombstonesFile}`;
  const bytes = await disk.findFile(path);
  return bytes === undefined ? [] : checked({ path }, () => decodeTombstones(bytes));
}
