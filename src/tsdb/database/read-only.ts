import { type Logger, mapConcurrent, type Zstd } from "#base";
import type { Querier, Queryable } from "#series";
import { type Block, openBlock } from "../block/open-block.ts";
import { isUlid } from "../block/ulid.ts";
import type { Chunk } from "../chunk/chunk.ts";
import { type ChunkFileSink, Head } from "../head/head.ts";
import type { SinkChunk } from "../head/head-memory.ts";
import { type ChunkFileReader, HeadReader } from "../head/head-reader.ts";
import { HeadReplay } from "../head/head-replay.ts";
import { BlockReader } from "../query/block-reader.ts";
import { MergedQuerier } from "../query/querier.ts";
import { findCheckpoint } from "../wal/checkpoint.ts";
import { readWal } from "../wal/read-wal.ts";
import type { WalRecord } from "../wal/record.ts";
import { databaseOptionsDefault } from "./options.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

/** A database that is looked at and not touched, whoever has it open. */
export interface ReadOnlyDatabase extends Queryable, AsyncDisposable {
  /** By their beginning. */
  readonly blocks: readonly Block[];
}

interface ReadOnlyDeps {
  readonly disk: Pick<TsdbDisk, "findFacts" | "findFile" | "listDirectory" | "openRead">;
  readonly zstd: Zstd;
  readonly log: Logger;
}

/**
 * Opens a database's directory to read, also while another process writes to it. Nothing is locked,
 * repaired or written: the head is made again in memory from the log, as far as that is whole.
 */
export async function openReadOnlyDatabase(
  deps: ReadOnlyDeps,
  directory: string,
): Promise<ReadOnlyDatabase> {
  const { disk } = deps;
  await using opened = new AsyncDisposableStack();
  const names = (await disk.listDirectory(directory)).filter(isUlid);
  const blocks = await mapConcurrent(names, blocksAtOnce, async (ulid) =>
    opened.use(await openBlock(disk, `${directory}/${ulid}`)),
  );
  blocks.sort((left, right) => left.meta.minMs - right.meta.minMs);
  const chunks = new ChunksInMemory();
  const head = await replayHead(deps, directory, chunks);
  const kept = opened.move();
  return {
    blocks,
    querier: async (minMs, maxMs) => openQuerier({ blocks, head, chunks }, minMs, maxMs),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const blocksAtOnce = 8;

function openQuerier(
  from: {
    readonly blocks: readonly Block[];
    readonly head: Head;
    readonly chunks: ChunkFileReader;
  },
  minMs: number,
  maxMs: number,
): Querier {
  const range = { minMs, maxMs };
  const overlapping = from.blocks.filter(({ meta }) => meta.minMs <= maxMs && minMs < meta.maxMs);
  const limits = { inOrderMinMs: Number.NEGATIVE_INFINITY, latePlaceMin: -1 };
  const head = new HeadReader(from.head, from.chunks, range, limits);
  const readers = [...overlapping.map((block) => new BlockReader(block, range)), head];
  return new MergedQuerier(readers, async () => head[Symbol.dispose]());
}

async function replayHead(
  deps: ReadOnlyDeps,
  directory: string,
  chunks: ChunksInMemory,
): Promise<Head> {
  const { blockRangeMs: chunkRangeMs, samplesPerChunk } = databaseOptionsDefault;
  const { outOfOrderSamplesMax } = databaseOptionsDefault;
  const head = new Head(
    { wal: noLog, lateLog: noLog, chunkFiles: chunks, delaySeconds: { observe: () => {} } },
    { chunkRangeMs, samplesPerChunk, outOfOrderWindowMs: 0, outOfOrderSamplesMax, exemplarsMax: 0 },
  );
  const replay = new HeadReplay(head, chunks, {
    inOrder: new Map(),
    late: new Map(),
    lastPlace: -1,
  });
  const wal = `${directory}/wal`;
  const read = async (log: string, from: number, take: (record: WalRecord) => void) => {
    if ((await deps.disk.findFacts(log)) === undefined) return;
    const damage = await readWal(deps, log, { from }, (records) => records.forEach(take));
    if (damage !== undefined) {
      deps.log.warn("log is damaged, reading what comes before", { log, problem: damage.problem });
    }
  };
  const hasLog = (await deps.disk.findFacts(wal)) !== undefined;
  const checkpoint = hasLog ? await findCheckpoint(deps.disk, wal) : undefined;
  const take = (record: WalRecord) => replay.apply(record);
  if (checkpoint !== undefined) await read(checkpoint.directory, 0, take);
  await read(wal, (checkpoint?.segment ?? -1) + 1, take);
  await read(`${directory}/wbl`, 0, (record) => replay.applyLate(record));
  return head;
}

const noLog = {
  append: async (): Promise<void> => {
    throw new Error("the database is open to read only");
  },
};

/** Completed chunks, in place of head chunk files. */
class ChunksInMemory implements ChunkFileSink, ChunkFileReader {
  readonly #chunks: Chunk[] = [];

  add(chunk: SinkChunk): number {
    return this.#chunks.push(chunk.chunk) - 1;
  }

  async flushWhenFull(): Promise<void> {}

  async read(places: readonly number[]): Promise<readonly Chunk[]> {
    return places.flatMap((place) => this.#chunks[place] ?? []);
  }
}
