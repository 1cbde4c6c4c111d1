/**
 * The time series database: the head for what is new, blocks for what is older, and the upkeep that
 * turns one into the other.
 *
 * Everything that changes which files there are runs one at a time (`#exclusive`). Queries do not
 * wait for that: they hold on to the blocks they began with, and memory that they may still read is
 * given back only after them.
 */
import {
  assert,
  type Clock,
  type Disk,
  type DiskSpace,
  type Logger,
  type Meters,
  type Random,
  sleep,
  type Zstd,
} from "#base";
import type {
  Appendable,
  Appender,
  Exemplar,
  LabelMatcher,
  Labels,
  Querier,
  Queryable,
} from "#series";
import { compareLabels, labelValue } from "#series";
import type { Block } from "../block/open-block.ts";
import type { Head } from "../head/head.ts";
import { HeadReader } from "../head/head-reader.ts";
import { BlockReader } from "../query/block-reader.ts";
import type { TimeRange } from "../query/piece.ts";
import { MergedQuerier, type SeriesReader } from "../query/querier.ts";
import { rangeEndMs } from "../head/chunk-cut.ts";
import { BlockSet } from "./block-set.ts";
import { type Cardinality, measureCardinality } from "./cardinality.ts";
import { type CompactionMeters, compactionMeters } from "./compaction-meters.ts";
import { Compactor } from "./compactor.ts";
import { deleteInBlock, planHeadDeletion } from "./delete-series.ts";
import { type HeadBytes, type HeadStore, openHeadStore } from "./head-store.ts";
import { lockDirectory, showCleanStart } from "./lock-directory.ts";
import { DatabaseCounters, registerMetrics } from "./metrics.ts";
import { type DatabaseOptions, resolveDatabaseOptions } from "./options.ts";
import {
  compactable,
  compactionRangesMs,
  findOverlaps,
  planCompaction,
} from "./plan-compaction.ts";
import { removeLeftovers } from "./remove-leftovers.ts";
import { snapshotBlock } from "./snapshot-block.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";
import { registerWalMetrics } from "../wal/wal-metrics.ts";
import type { ReplayProgress } from "../wal/read-wal.ts";
import { addRange } from "../head/deletions.ts";

export interface DatabaseDeps {
  readonly disk: TsdbDisk & Pick<Disk, "measureSpace" | "tryLock">;
  /** For a log that is packed so. */
  readonly zstd: Zstd;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly meters: Meters;
  /** Told how far opening is with the logs; absent when nobody waits for it. */
  readonly onReplay?: (progress: ReplayProgress) => void;
}

/** Exemplars of one series. */
export interface SeriesExemplars {
  readonly labels: Labels;
  readonly exemplars: readonly Exemplar[];
}

/** Opens the database in `directory`, which is made when it is absent. One process can have it open. */
export async function openDatabase(
  deps: DatabaseDeps,
  directory: string,
  given: Partial<DatabaseOptions>,
): Promise<Database> {
  const options = resolveDatabaseOptions(given);
  const { disk, clock, log } = deps;
  await disk.makeDirectory(directory);
  await using opened = new AsyncDisposableStack();
  const lock = options.lockfile === "take" ? await lockDirectory(disk, directory) : undefined;
  if (lock !== undefined) opened.use(lock);
  await removeLeftovers(disk, directory);
  const blocks = new BlockSet(disk, directory, log);
  opened.defer(() => blocks.close());
  // Sizes are not known before the head is open; the first upkeep sees to what is too much.
  const unlimited = { ...options.retention, bytesMax: 0, percentMax: 0 };
  await blocks.reload(unlimited, { headBytes: 0, diskBytes: 0 });
  const startedMs = clock.elapsedMs();
  const store = opened.use(
    await openHeadStore(deps, directory, storeOptions(options), blocks.inOrderMaxMs),
  );
  const replaySeconds = (clock.elapsedMs() - startedMs) / 1000;
  log.info("head loaded", { series: store.head.memory.series.count, seconds: replaySeconds });
  const database = new Database({ deps, directory, options, blocks, store }, opened.move());
  database.counters.replaySeconds = replaySeconds;
  registerMetrics(deps.meters, database);
  showCleanStart(deps.meters, "prometheus_tsdb_clean_start", lock?.start);
  registerWalMetrics(deps.meters, () => store.wal, {
    clock,
    bytes: () => database.storageBytes.head.wal,
    syncSeconds: store.walSyncSeconds,
  });
  return database;
}

export class Database implements Queryable, Appendable, AsyncDisposable {
  readonly counters = new DatabaseCounters();
  readonly blocks: BlockSet;
  readonly #deps: DatabaseDeps;
  readonly #directory: string;
  readonly #store: HeadStore;
  readonly #compactor: Compactor;
  readonly #meters: CompactionMeters;
  readonly #opened: AsyncDisposableStack;
  #options: DatabaseOptions;
  #last: Promise<unknown> = Promise.resolve();
  /** What readers leave to blocks although the head has it still. */
  #covered = { inOrderMinMs: Number.NEGATIVE_INFINITY, latePlaceMin: -1 };
  #lastDumpMs: number;
  #headBytes: HeadBytes = { wal: 0, lateLog: 0, chunks: 0 };
  #isClosed = false;

  constructor(
    parts: {
      readonly deps: DatabaseDeps;
      readonly directory: string;
      readonly options: DatabaseOptions;
      readonly blocks: BlockSet;
      readonly store: HeadStore;
    },
    opened: AsyncDisposableStack,
  ) {
    this.#deps = parts.deps;
    this.#directory = parts.directory;
    this.#options = parts.options;
    this.blocks = parts.blocks;
    this.#store = parts.store;
    this.#meters = compactionMeters(parts.deps.meters);
    this.#compactor = new Compactor(parts.deps, parts.directory, this.#meters);
    this.#opened = opened;
    this.#covered = { ...this.#covered, inOrderMinMs: parts.blocks.inOrderMaxMs };
    this.#lastDumpMs = parts.deps.clock.elapsedMs();
  }

  get head(): Head {
    return this.#store.head;
  }

  get options(): DatabaseOptions {
    return this.#options;
  }

  /** Bytes of blocks, and of log and head chunk files when they were measured last. */
  get storageBytes(): { readonly blocks: number; readonly head: HeadBytes } {
    return { blocks: this.blocks.bytes, head: this.#headBytes };
  }

  /** How many completed chunks of the head were written to files. */
  get headChunksWritten(): number {
    return this.#store.chunkFiles.writtenCount;
  }

  /** The oldest time of which there is something. */
  get startMs(): number {
    return this.blocks.blocks[0]?.meta.minMs ?? this.head.memory.minMs;
  }

  appender(): Appender {
    assert(!this.#isClosed, "the database is open");
    return this.head.appender();
  }

  async querier(minMs: number, maxMs: number): Promise<Querier> {
    assert(!this.#isClosed, "the database is open");
    const { blocks, release } = this.blocks.acquire(minMs, maxMs);
    const range = { minMs, maxMs };
    const readers: SeriesReader[] = blocks.map((block) => new BlockReader(block, range));
    const head = this.#isInHead(range)
      ? new HeadReader(this.head, this.#store.chunkReader, range, this.#covered)
      : undefined;
    if (head !== undefined) readers.push(head);
    return new MergedQuerier(readers, async () => {
      head?.[Symbol.dispose]();
      await release();
    });
  }

  /** The exemplars in a range of the series that match any of the lists, sorted by labels. */
  exemplars(
    range: TimeRange,
    matchers: readonly (readonly LabelMatcher[])[],
  ): readonly SeriesExemplars[] {
    const bySeries = new Map<number, { labels: Labels; exemplars: Exemplar[] }>();
    for (const { ref, seriesLabels, exemplar } of this.head.exemplars.list()) {
      const { timestampMs } = exemplar;
      if (timestampMs < range.minMs || timestampMs > range.maxMs) continue;
      if (!matchesAny(seriesLabels, matchers)) continue;
      const series = bySeries.get(ref) ?? { labels: seriesLabels, exemplars: [] };
      bySeries.set(ref, series);
      series.exemplars.push(exemplar);
    }
    return [...bySeries.values()].sort((left, right) => compareLabels(left.labels, right.labels));
  }

  /** What the head's series are many of. */
  cardinality(limit: number): Cardinality {
    return measureCardinality(this.head.memory.series, limit);
  }

  /** Applies what may change while the database runs. */
  reconfigure(
    changed: Pick<DatabaseOptions, "retention" | "outOfOrderWindowMs" | "exemplarsMax">,
  ): void {
    this.#options = resolveDatabaseOptions({ ...this.#options, ...changed });
    this.head.reconfigure(this.#options);
  }

  /** Keeps the database up until the signal aborts: compacts, removes what is old, dumps the head. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    let delayMs = this.#options.maintenanceIntervalMs;
    while (!signal.aborted) {
      try {
        await sleep(clock, delayMs, signal);
        await this.maintain(signal);
        delayMs = this.#options.maintenanceIntervalMs;
      } catch (error) {
        if (signal.aborted) return;
        // A full disk, most likely: samples are refused by their log; upkeep tries again.
        log.error("compaction failed", error);
        delayMs = Math.min(maintenanceRetryMsMax, this.#options.maintenanceIntervalMs);
      }
    }
  }

  /** One round of upkeep. */
  maintain(signal: AbortSignal): Promise<void> {
    return this.#exclusive(async () => {
      await this.#reloadBlocks();
      await this.#compact(signal);
      await this.#store.chunkFiles.flush();
      const { dumpIntervalMs } = this.#options;
      const dueMs = this.#lastDumpMs + dumpIntervalMs;
      if (dumpIntervalMs > 0 && this.#deps.clock.elapsedMs() >= dueMs) await this.#dump();
    });
  }

  /** Compacts whatever can be. */
  compact(signal: AbortSignal): Promise<void> {
    return this.#exclusive(() => this.#compact(signal));
  }

  /** Deletes the samples in a range of matching series. Their space is freed by and by. */
  deleteSeries(range: TimeRange, matchers: readonly LabelMatcher[]): Promise<void> {
    return this.#exclusive(async () => {
      for (const block of this.blocks.blocks) {
        if (block.meta.minMs > range.maxMs || block.meta.maxMs <= range.minMs) continue;
        await deleteInBlock(this.#deps.disk, this.blocks, block, { range, matchers });
      }
      const tombstones = planHeadDeletion(this.head, range, matchers);
      if (tombstones.length === 0) return;
      await this.#store.append([{ kind: "tombstones", tombstones }]);
      for (const { ref, minMs, maxMs } of tombstones) {
        addRange(this.head.deletions, ref, { minMs, maxMs });
      }
    });
  }

  /** Writes the blocks again that have deletions, without what is deleted. */
  cleanTombstones(signal: AbortSignal): Promise<void> {
    return this.#exclusive(async () => {
      for (const block of this.blocks.blocks) {
        if (block.tombstones.length > 0) await this.#clean(block, signal);
      }
    });
  }

  /**
   * Copies the database to `target` as it is: blocks by hard links, the head as one more block when
   * that is wanted.
   */
  snapshot(target: string, head: "withHead" | "blocksOnly"): Promise<void> {
    return this.#exclusive(async () => {
      const { disk } = this.#deps;
      await disk.makeDirectory(target);
      for (const block of this.blocks.blocks) await snapshotBlock(disk, block, target);
      const { memory } = this.head;
      if (head === "blocksOnly" || memory.isEmpty) return;
      const range = { minMs: memory.minMs, maxMs: memory.maxMs + 1 };
      await this.#compactor.writeHead(this.#store, range, "in order", target);
      if (memory.outOfOrder.size === 0) return;
      const late = { minMs: memory.minOutOfOrderMs, maxMs: memory.maxOutOfOrderMs + 1 };
      await this.#compactor.writeHead(this.#store, late, "out of order", target);
    });
  }

  /** Waits for what is under way, writes the head to disk as it is, and lets go of the directory. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#exclusive(async () => {
      try {
        await this.#store.dump();
      } catch (error) {
        // Only the next start is slower: the log has everything.
        this.#deps.log.error("writing the head to disk failed", error);
      }
    });
    await this.#opened.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #compact(signal: AbortSignal): Promise<void> {
    const { counters } = this;
    counters.compactionsTriggered++;
    try {
      const isHeadCompacted = await this.#compactHead(signal);
      if (isHeadCompacted) {
        // In this order: the log also says what is deleted of samples out of order.
        await this.#compactLate();
        await this.#store.truncateLog(this.head.memory.minMs);
      }
      await this.#compactBlocks(signal);
      if (isHeadCompacted && this.#options.dumpIntervalMs > 0) await this.#dump();
    } catch (error) {
      if (!signal.aborted) counters.compactionsFailed++;
      throw error;
    }
  }

  /** Makes blocks of the head while it spans one and a half of their range. */
  async #compactHead(signal: AbortSignal): Promise<boolean> {
    const { blockRangeMs } = this.#options;
    const { memory } = this.head;
    let isCompacted = false;
    while (!memory.isEmpty && memory.maxMs - memory.minMs > blockRangeMs * 1.5) {
      signal.throwIfAborted();
      const minMs = memory.minMs;
      const maxMs = rangeEndMs(minMs, blockRangeMs);
      await this.head.appendersGone(maxMs - 1);
      const startedMs = this.#deps.clock.elapsedMs();
      await this.#compactor.writeHead(this.#store, { minMs, maxMs }, "in order");
      this.#noteCompaction(startedMs);
      await this.#reloadBlocks();
      await this.#truncateHead({ minMs, maxMs: maxMs - 1 }, maxMs, this.#covered.latePlaceMin);
      isCompacted = true;
    }
    return isCompacted;
  }

  /** Makes blocks of all samples that came out of order. */
  async #compactLate(): Promise<void> {
    const { memory } = this.head;
    if (memory.outOfOrder.size === 0) return;
    const segment = await this.#store.cutLateLog();
    let lastPlace = this.#covered.latePlaceMin;
    for (const [ref, late] of memory.outOfOrder) {
      for (const place of late.complete(ref, this.#store.chunkFiles)) {
        lastPlace = Math.max(lastPlace, place);
      }
      for (const chunk of late.chunks) lastPlace = Math.max(lastPlace, chunk.place);
    }
    await this.#store.chunkFiles.flush();
    const { blockRangeMs } = this.#options;
    const { minOutOfOrderMs, maxOutOfOrderMs } = memory;
    const firstMs = Math.floor(minOutOfOrderMs / blockRangeMs) * blockRangeMs;
    for (let minMs = firstMs; minMs <= maxOutOfOrderMs; minMs += blockRangeMs) {
      const range = { minMs, maxMs: minMs + blockRangeMs };
      await this.#compactor.writeHead(this.#store, range, "out of order");
    }
    await this.#reloadBlocks();
    await this.#store.markLateCompacted(lastPlace);
    const range = { minMs: minOutOfOrderMs, maxMs: maxOutOfOrderMs };
    await this.#truncateHead(range, memory.minMs, lastPlace);
    await this.#store.truncateLateLog(segment);
  }

  /** Gives back what is in blocks now, once nobody reads it from the head any more. */
  async #truncateHead(range: TimeRange, minMs: number, latePlace: number): Promise<void> {
    const { inOrderMinMs, latePlaceMin } = this.#covered;
    this.#covered = {
      inOrderMinMs: Math.max(inOrderMinMs, minMs),
      latePlaceMin: Math.max(latePlaceMin, latePlace),
    };
    await this.head.commits.readersGone(range.minMs, range.maxMs);
    await this.#store.truncate(minMs, latePlace);
  }

  async #compactBlocks(signal: AbortSignal): Promise<void> {
    const { blockRangeMs, blockRangeMaxMs } = this.#options;
    const ranges = compactionRangesMs(blockRangeMs, blockRangeMaxMs);
    while (true) {
      signal.throwIfAborted();
      const { blocks } = this.blocks;
      const plan = planCompaction(
        compactable(
          blocks.map((block) => block.meta),
          this.blocks.inOrderMaxMs,
        ),
        ranges,
      );
      if (plan.length === 0) return;
      await this.#merge(
        blocks.filter((block) => plan.includes(block.meta)),
        signal,
      );
      await this.#reloadBlocks();
    }
  }

  async #merge(blocks: readonly Block[], signal: AbortSignal): Promise<void> {
    const startedMs = this.#deps.clock.elapsedMs();
    try {
      const meta = await this.#compactor.merge(blocks, signal);
      this.#noteCompaction(startedMs);
      const metas = blocks.map((block) => block.meta);
      if (findOverlaps(metas).length > 0) this.counters.verticalCompactions++;
      if (meta === undefined) await this.#mark(blocks, "deletable");
    } catch (error) {
      // Marked, so that the same compaction is not tried for ever.
      if (!signal.aborted) await this.#mark(blocks, "failed");
      throw error;
    }
  }

  async #clean(block: Block, signal: AbortSignal): Promise<void> {
    const startedMs = this.#deps.clock.elapsedMs();
    const meta = await this.#compactor.clean(block, signal);
    if (meta === undefined) await this.#mark([block], "deletable");
    await this.#reloadBlocks();
    this.#meters.cleaningSeconds.observe((this.#deps.clock.elapsedMs() - startedMs) / 1_000);
  }

  #noteCompaction(startedMs: number): void {
    this.counters.compactions++;
    this.#meters.seconds.observe((this.#deps.clock.elapsedMs() - startedMs) / 1_000);
  }

  async #mark(blocks: readonly Block[], mark: "deletable" | "failed"): Promise<void> {
    for (const { meta } of blocks) {
      await this.blocks.rewriteMeta({
        ...meta,
        compaction: { ...meta.compaction, [mark]: true },
      });
    }
  }

  async #reloadBlocks(): Promise<void> {
    const { retention } = this.#options;
    this.#headBytes = await this.#store.measureBytes();
    const space: DiskSpace | undefined =
      retention.percentMax > 0 ? await this.#deps.disk.measureSpace(this.#directory) : undefined;
    const diskBytes = space?.totalBytes ?? 0;
    const { wal, lateLog, chunks } = this.#headBytes;
    await this.blocks.reload(retention, { headBytes: wal + lateLog + chunks, diskBytes });
  }

  async #dump(): Promise<void> {
    const startedMs = this.#deps.clock.elapsedMs();
    const bytes = await this.#store.dump();
    this.#lastDumpMs = this.#deps.clock.elapsedMs();
    const durationMs = this.#lastDumpMs - startedMs;
    this.#deps.log.debug("head written to disk", { bytes, durationMs });
  }

  #isInHead(range: TimeRange): boolean {
    const { memory } = this.head;
    const isLate = range.minMs <= memory.maxOutOfOrderMs && range.maxMs >= memory.minOutOfOrderMs;
    return isLate || range.maxMs >= memory.minMs;
  }

  #exclusive<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

const maintenanceRetryMsMax = 60_000;

function matchesAny(labels: Labels, matchers: readonly (readonly LabelMatcher[])[]): boolean {
  return matchers.some((list) =>
    list.every((matcher) => matcher.matches(labelValue(labels, matcher.name))),
  );
}

function storeOptions(options: DatabaseOptions): Parameters<typeof openHeadStore>[2] {
  return {
    wal: options.wal,
    head: {
      chunkRangeMs: options.blockRangeMs,
      samplesPerChunk: options.samplesPerChunk,
      outOfOrderWindowMs: options.outOfOrderWindowMs,
      outOfOrderSamplesMax: options.outOfOrderSamplesMax,
      exemplarsMax: options.exemplarsMax,
    },
  };
}
