import type { Clock, Logger, Random } from "#base";
import { compareLabels } from "#series";
import type { SeriesChunks } from "../block/block.ts";
import type { BlockCompaction, BlockMeta } from "../block/meta.ts";
import type { Block } from "../block/open-block.ts";
import { newUlid } from "../block/ulid.ts";
import { type NewBlock, writeBlock } from "../block/write-block.ts";
import { headSeries } from "../head/head-series.ts";
import { BlockReader } from "../query/block-reader.ts";
import { type PieceSource, sortedPieces, type TimeRange } from "../query/piece.ts";
import { compactedChunks } from "./compacted-chunks.ts";
import type { CompactionMeters } from "./compaction-meters.ts";
import type { HeadStore } from "./head-store.ts";
import { outOfOrderHint } from "./plan-compaction.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

export interface CompactorDeps {
  readonly disk: TsdbDisk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Writes blocks: from the head, and from other blocks. A block is there whole or not at all. */
export class Compactor {
  readonly #deps: CompactorDeps;
  readonly #directory: string;
  readonly #meters: CompactionMeters;

  constructor(deps: CompactorDeps, directory: string, meters: CompactionMeters) {
    this.#deps = deps;
    this.#meters = meters;
    this.#directory = directory;
  }

  /** Makes a block of what the head has in `[minMs, maxMs)`; undefined when that is nothing. */
  async writeHead(
    store: HeadStore,
    range: TimeRange,
    part: "in order" | "out of order",
    directory = this.#directory,
  ): Promise<BlockMeta | undefined> {
    const { minMs, maxMs } = range;
    const samples = { minMs, maxMs: maxMs - 1 };
    const series = headSeries(store.head, store.chunkReader, samples, part);
    const ulid = this.#newUlid();
    const hints = part === "out of order" ? [outOfOrderHint] : [];
    const compaction = { ...fresh, sources: [ulid], hints };
    const block = { ulid, minMs, maxMs, compaction };
    const meta = await this.#write(directory, series, block);
    if (meta !== undefined) {
      const { numSamples, numSeries } = meta.stats;
      this.#deps.log.info("write block completed", { ulid, minMs, maxMs, numSeries, numSamples });
    }
    return meta;
  }

  /** Makes one block of several; undefined when nothing is left of them. */
  async merge(blocks: readonly Block[], signal: AbortSignal): Promise<BlockMeta | undefined> {
    const ulid = this.#newUlid();
    const plan = mergedMeta(blocks.map((block) => block.meta));
    const series = mergedSeries(blocks, signal);
    const meta = await this.#write(this.#directory, series, { ulid, ...plan });
    const sources = blocks.map((block) => block.meta.ulid).join(",");
    this.#deps.log.info("compact blocks", { ulid, sources, isEmpty: meta === undefined });
    return meta;
  }

  /** Writes a block again without what is deleted of it; undefined when that is everything. */
  async clean(block: Block, signal: AbortSignal): Promise<BlockMeta | undefined> {
    const { minMs, maxMs, ulid: old, compaction: was } = block.meta;
    const ulid = this.#newUlid();
    const parents = [{ ulid: old, minMs, maxMs }];
    const compaction = { ...fresh, sources: [ulid], parents, hints: was.hints };
    const target = { ulid, minMs, maxMs, compaction };
    return this.#write(this.#directory, mergedSeries([block], signal), target);
  }

  async #write(
    directory: string,
    series: AsyncIterable<Pick<PieceSource, "labels" | "pieces">>,
    block: NewBlock,
  ): Promise<BlockMeta | undefined> {
    this.#meters.populating.set(1);
    try {
      return await writeBlock(this.#deps.disk, directory, toChunks(series, this.#meters), block);
    } finally {
      this.#meters.populating.set(0);
    }
  }

  #newUlid(): string {
    return newUlid(this.#deps.random, this.#deps.clock.nowMs());
  }
}

const fresh: BlockCompaction = {
  level: 1,
  sources: [],
  parents: [],
  failed: false,
  deletable: false,
  hints: [],
};

/** What a block is that is made of others. */
function mergedMeta(metas: readonly BlockMeta[]): {
  readonly minMs: number;
  readonly maxMs: number;
  readonly compaction: BlockCompaction;
} {
  const sources = new Set(metas.flatMap((meta) => meta.compaction.sources));
  const partial = metas.flatMap((meta) =>
    meta.compaction.hints.filter((hint) => hint !== outOfOrderHint),
  );
  // In-order data takes the hint away: the log may be cut off behind it.
  const isAllOutOfOrder = metas.every((meta) => meta.compaction.hints.includes(outOfOrderHint));
  const hints = new Set(isAllOutOfOrder ? [outOfOrderHint, ...partial] : partial);
  return {
    minMs: Math.min(...metas.map((meta) => meta.minMs)),
    maxMs: Math.max(...metas.map((meta) => meta.maxMs)),
    compaction: {
      ...fresh,
      level: Math.max(...metas.map((meta) => meta.compaction.level)) + 1,
      sources: [...sources].sort(),
      parents: metas.map(({ ulid, minMs, maxMs }) => ({ ulid, minMs, maxMs })),
      hints: [...hints],
    },
  };
}

async function* toChunks(
  series: AsyncIterable<Pick<PieceSource, "labels" | "pieces">>,
  meters: CompactionMeters,
): AsyncGenerator<SeriesChunks> {
  for await (const { labels, pieces } of series) {
    const chunks = compactedChunks(pieces);
    for (const chunk of chunks) meters.observeChunk(chunk);
    yield { labels, chunks };
  }
}

/** The series of several blocks in the order of their labels, equal ones joined. */
async function* mergedSeries(
  blocks: readonly Block[],
  signal: AbortSignal,
): AsyncGenerator<Pick<PieceSource, "labels" | "pieces">> {
  const streams = blocks.map((block) => blockSeries(block, signal));
  const heads = await Promise.all(streams.map(nextOf));
  while (true) {
    const [first, ...others] = heads.filter((head) => head !== undefined);
    if (first === undefined) return;
    const smallest = others.reduce(
      (least, head) => (compareLabels(head.labels, least.labels) < 0 ? head : least),
      first,
    );
    const pieces = [];
    for (const [index, head] of heads.entries()) {
      const stream = streams[index];
      if (head === undefined || stream === undefined) continue;
      if (compareLabels(head.labels, smallest.labels) !== 0) continue;
      pieces.push(...head.pieces);
      heads[index] = await nextOf(stream);
    }
    yield { labels: smallest.labels, pieces: sortedPieces(pieces) };
  }
}

async function* blockSeries(block: Block, signal: AbortSignal): AsyncGenerator<PieceSource> {
  const range = { minMs: block.meta.minMs, maxMs: block.meta.maxMs - 1 };
  const reader = new BlockReader(block, range);
  const refs = await block.allPostings();
  for (let from = 0; from < refs.length; from += seriesAtOnce) {
    signal.throwIfAborted();
    yield* await reader.read(refs.subarray(from, from + seriesAtOnce), range);
  }
}

const seriesAtOnce = 1024;

async function nextOf(stream: AsyncGenerator<PieceSource>): Promise<PieceSource | undefined> {
  const next = await stream.next();
  return next.done === true ? undefined : next.value;
}
