/**
 * The head together with its files: log, log of samples out of order, head chunk files, and the dump
 * from which it starts again.
 */
import {
  assert,
  type Clock,
  describeError,
  type HistogramMetric,
  type Logger,
  type Meters,
  type RecentValues,
  type Zstd,
} from "#base";
import type { SeriesRef } from "#series";
import { FormatError } from "../bytes/format-error.ts";
import { type Chunk, ChunkError } from "../chunk/chunk.ts";
import { type HeadChunkFiles, openHeadChunkFiles } from "../head/head-chunk-files.ts";
import { Head, type HeadOptions, type RecordLog } from "../head/head.ts";
import {
  type DumpMarks,
  readDumpMarks,
  restoreHeadDump,
  writeHeadDump,
} from "../head/head-dump.ts";
import { type FoundChunks, HeadReplay } from "../head/head-replay.ts";
import type { ChunkFileReader } from "../head/head-reader.ts";
import { truncateHead } from "../head/truncate-head.ts";
import {
  fillFromLog,
  findCheckpoint,
  planCheckpoint,
  removeCheckpointsBefore,
  writeCheckpoint,
} from "../wal/checkpoint.ts";
import type { WalRecord } from "../wal/record.ts";
import type { ReplayProgress } from "../wal/read-wal.ts";
import { replaySegments, replayWal } from "../wal/replay-wal.ts";
import { newSyncSeconds, withTimedSyncs } from "../wal/wal-metrics.ts";
import { listSegments, openWal, type Wal, type WalOptions } from "../wal/wal.ts";
import { keepFrom } from "../wal/keep-records.ts";
import { readLateMark, writeLateMark } from "./late-mark.ts";
import type { TsdbDisk } from "./tsdb-disk.ts";

export interface HeadStoreDeps {
  readonly disk: TsdbDisk;
  readonly zstd: Zstd;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meters: Meters;
  /** Told how far the replay of the logs is; absent when nobody waits for it. */
  readonly onReplay?: (progress: ReplayProgress) => void;
}

export interface HeadStoreOptions {
  readonly head: HeadOptions;
  readonly wal: WalOptions;
}

/** A head chunk file is damaged. The log has its samples, and the next start takes them from there. */
export class HeadChunkError extends Error {
  constructor(cause: unknown) {
    super("head chunk is damaged; start again to recover it from the log", { cause });
    this.name = "HeadChunkError";
  }
}

/** What the head takes on disk. */
export interface HeadBytes {
  readonly wal: number;
  /** The log of samples out of order. */
  readonly lateLog: number;
  readonly chunks: number;
}

export class HeadStore implements AsyncDisposable {
  readonly head: Head;
  readonly chunkFiles: HeadChunkFiles;
  readonly #deps: HeadStoreDeps;
  readonly #directory: string;
  readonly #logs: Logs;
  #lastLogTruncationMs = Number.NEGATIVE_INFINITY;

  constructor(deps: HeadStoreDeps, directory: string, parts: Parts) {
    this.#deps = deps;
    this.#directory = directory;
    this.head = parts.head;
    this.chunkFiles = parts.chunkFiles;
    this.#logs = parts.logs;
  }

  /** Bytes of logs and chunk files. */
  async measureBytes(): Promise<HeadBytes> {
    const of = (name: string) => directoryBytes(this.#deps.disk, `${this.#directory}/${name}`);
    return { wal: await of("wal"), lateLog: await of("wbl"), chunks: await of("chunks_head") };
  }

  get wal(): Wal {
    return this.#openLog();
  }

  /** How long syncs of the log took. */
  get walSyncSeconds(): RecentValues {
    return this.#logs.syncSeconds;
  }

  /** Reads completed chunks of the head. Throws `HeadChunkError` when one is damaged. */
  get chunkReader(): ChunkFileReader {
    return { read: (places) => this.#readChunks(places) };
  }

  /** Writes a dump, so that the next start replays only what comes from now on. */
  async dump(): Promise<number> {
    const { head, chunkFiles } = this;
    await head.logSeries();
    const walSegment = await this.#openLog().cut();
    const chunkFile = await chunkFiles.cut();
    const finished = (await chunkFiles.list()).filter(([number]) => number < chunkFile);
    const marks = { walSegment, chunkFile, chunkFiles: finished };
    return writeHeadDump(this.#deps.disk, dumpPath(this.#directory), head, {
      marks,
      readChunks: (places) => this.#readChunks(places),
    });
  }

  /**
   * Gives back memory and head chunk files of what is in blocks now: in order before `minMs`, out of
   * order up to `latePlace`.
   */
  async truncate(minMs: number, latePlace: number): Promise<void> {
    const { head } = this;
    const startedMs = this.#deps.clock.elapsedMs();
    const { chunkFileMin, removedRefs } = truncateHead(head, minMs, latePlace);
    head.counters.truncationSeconds += (this.#deps.clock.elapsedMs() - startedMs) / 1000;
    for (const ref of removedRefs) head.goneUntilMs.set(ref, head.memory.minValidMs);
    await this.chunkFiles.removeBefore(chunkFileMin);
  }

  /**
   * Replaces the older two thirds of the log by a checkpoint of what is still needed of them:
   * samples from `minMs` on, and the series of the head.
   */
  async truncateLog(minMs: number): Promise<void> {
    if (minMs <= this.#lastLogTruncationMs) return;
    this.#lastLogTruncationMs = minMs;
    const { disk, clock, log } = this.#deps;
    const startedMs = clock.elapsedMs();
    const directory = `${this.#directory}/wal`;
    const segments = await listSegments(disk, directory);
    const wal = this.#openLog();
    await wal.cut();
    const last = planCheckpoint(segments);
    if (last === undefined) return;
    const { counters } = this.head;
    counters.checkpointsCreated++;
    try {
      const keep = keepFrom(minMs, (ref) => this.#isNeeded(ref, minMs));
      const place = { segment: last, compression: wal.compression };
      const fill = fillFromLog(this.#deps, directory, last, keep);
      await writeCheckpoint(this.#deps, directory, place, fill);
    } catch (error) {
      counters.checkpointsFailed++;
      throw new Error("create checkpoint", { cause: error });
    }
    await wal.removeBefore(last + 1);
    await this.#removeCheckpoints(directory, last);
    const { goneUntilMs } = this.head;
    for (const [ref, untilMs] of goneUntilMs) if (untilMs < minMs) goneUntilMs.delete(ref);
    counters.walTruncations++;
    counters.walTruncationSeconds += (clock.elapsedMs() - startedMs) / 1000;
    log.info("WAL checkpoint complete", { first: segments[0] ?? 0, last });
  }

  /** Begins a new segment of the log of samples out of order, and tells its number; 0 without one. */
  async cutLateLog(): Promise<number> {
    return (await this.#logs.late?.cut()) ?? 0;
  }

  /**
   * Notes that head chunks out of order up to `place` are in blocks. Their files may stay for the sake
   * of chunks in order; a replay must not take them for new, least of all when they were deleted.
   */
  async markLateCompacted(place: number): Promise<void> {
    await writeLateMark(this.#deps.disk, this.#directory, place);
  }

  async truncateLateLog(segment: number): Promise<void> {
    await this.#logs.late?.removeBefore(segment);
  }

  /** Logs records that are no samples. */
  async append(records: readonly WalRecord[]): Promise<void> {
    await this.#openLog().append(records);
  }

  async close(): Promise<void> {
    await this.#logs.wal?.close();
    await this.#logs.late?.close();
    await this.chunkFiles.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #readChunks(places: readonly number[]): Promise<readonly Chunk[]> {
    try {
      return await this.chunkFiles.read(places);
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof ChunkError)) throw error;
      // Without the dump the next start goes through the files, and takes from the log what is damaged.
      await this.#deps.disk.remove(dumpPath(this.#directory));
      this.head.counters.chunkFileCorruptions++;
      throw new HeadChunkError(error);
    }
  }

  async #removeCheckpoints(directory: string, last: number): Promise<void> {
    const { counters } = this.head;
    counters.checkpointRemovals++;
    try {
      await removeCheckpointsBefore(this.#deps.disk, directory, last);
    } catch (error) {
      // It takes room and is not read any more, since there is a newer one.
      counters.checkpointRemovalsFailed++;
      this.#deps.log.error("delete old checkpoints", error);
    }
  }

  #isNeeded(ref: SeriesRef, minMs: number): boolean {
    return (
      this.head.memory.series.slotOf(ref) >= 0 ||
      (this.head.goneUntilMs.get(ref) ?? Number.NEGATIVE_INFINITY) >= minMs
    );
  }

  #openLog(): Wal {
    const { wal } = this.#logs;
    assert(wal !== undefined, "the log is open");
    return wal;
  }
}

/** Opens the head in a directory: from its dump and the log behind that, or from the whole log. */
export async function openHeadStore(
  deps: HeadStoreDeps,
  directory: string,
  options: HeadStoreOptions,
  minValidMs: number,
): Promise<HeadStore> {
  const { disk } = deps;
  const logs = new Logs(deps, directory, options.wal);
  await disk.makeDirectory(`${directory}/wal`);
  const parts =
    (await openFromDump(deps, directory, options, logs)) ??
    (await openFromLog(deps, directory, options, { logs, minValidMs }));
  await replayLate(deps, directory, parts);
  parts.replay.finish();
  await logs.open(options.head.outOfOrderWindowMs > 0);
  const store = new HeadStore(deps, directory, parts);
  const { head } = parts;
  if (head.memory.minMs < minValidMs || minValidMs > head.memory.minValidMs) {
    await store.truncate(minValidMs, -1);
  }
  return store;
}

interface Parts {
  readonly head: Head;
  readonly chunkFiles: HeadChunkFiles;
  readonly logs: Logs;
  readonly replay: HeadReplay;
}

/** From ten minutes to half a day. */
const delayBuckets = [600, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200];

/** The logs, which are opened when they have been read: what was logged goes to new segments. */
class Logs {
  wal: Wal | undefined = undefined;
  late: Wal | undefined = undefined;
  readonly syncSeconds = newSyncSeconds();
  readonly delaySeconds: HistogramMetric;
  readonly #deps: HeadStoreDeps;
  readonly #directory: string;
  readonly #options: WalOptions;

  constructor(deps: HeadStoreDeps, directory: string, options: WalOptions) {
    this.#deps = deps;
    this.#directory = directory;
    this.#options = options;
    const delays = {
      name: "prometheus_tsdb_sample_ooo_delta",
      help: "How far behind the newest sample others were that came late, in seconds.",
      buckets: delayBuckets,
    };
    this.delaySeconds = deps.meters.histogram(delays).with();
  }

  get inOrderLog(): RecordLog {
    return {
      append: (records) => {
        assert(this.wal !== undefined, "the log is open");
        return this.wal.append(records);
      },
    };
  }

  get lateLog(): RecordLog {
    return {
      append: async (records) => {
        this.late ??= await openWal(this.#deps, `${this.#directory}/wbl`, this.#options);
        await this.late.append(records);
      },
    };
  }

  async open(isLateWanted: boolean): Promise<void> {
    const { disk, zstd, clock } = this.#deps;
    const timed = { disk: withTimedSyncs(disk, clock, this.syncSeconds), zstd };
    this.wal = await openWal(timed, `${this.#directory}/wal`, this.#options);
    const wbl = `${this.#directory}/wbl`;
    const isLateThere = (await this.#deps.disk.findFacts(wbl)) !== undefined;
    if (isLateWanted || isLateThere) this.late = await openWal(this.#deps, wbl, this.#options);
  }
}

function makeHead(options: HeadStoreOptions, logs: Logs, chunkFiles: HeadChunkFiles): Head {
  const { inOrderLog, lateLog, delaySeconds } = logs;
  return new Head({ wal: inOrderLog, lateLog, chunkFiles, delaySeconds }, options.head);
}

async function openFromDump(
  deps: HeadStoreDeps,
  directory: string,
  options: HeadStoreOptions,
  logs: Logs,
): Promise<Parts | undefined> {
  const { disk, log } = deps;
  const path = dumpPath(directory);
  const marks = await readDumpMarks(disk, path);
  if (marks === undefined) return undefined;
  const chunkFiles = await openHeadChunkFiles(disk, `${directory}/chunks_head`);
  const mismatch = await findMismatch(disk, directory, marks, chunkFiles);
  if (mismatch !== undefined) {
    log.info("head dump is of another time, replaying the log", { mismatch });
    await chunkFiles.close();
    return undefined;
  }
  await chunkFiles.removeFrom(marks.chunkFile);
  const head = makeHead(options, logs, chunkFiles);
  const isRestored = await tryRestore(deps, path, head, chunkFiles);
  if (!isRestored) {
    await chunkFiles.close();
    return undefined;
  }
  const lastPlace = marks.chunkFile * 2 ** 32 - 1;
  const found: FoundChunks = { inOrder: new Map(), late: new Map(), lastPlace };
  const replay = new HeadReplay(head, chunkFiles, found);
  const parts = { head, chunkFiles, logs, replay };
  await replayLog(deps, `${directory}/wal`, marks.walSegment, parts);
  return parts;
}

async function tryRestore(
  deps: HeadStoreDeps,
  path: string,
  head: Head,
  chunkFiles: HeadChunkFiles,
): Promise<boolean> {
  try {
    if (await restoreHeadDump(deps.disk, path, head, chunkFiles)) return true;
    deps.log.warn("head dump is damaged, replaying the log");
  } catch (error) {
    // Whatever is wrong with it, the log has everything.
    deps.log.warn("head dump cannot be read, replaying the log", { error: describeError(error) });
  }
  return false;
}

/** Why a dump does not go with the files beside it; undefined when it does. */
async function findMismatch(
  disk: TsdbDisk,
  directory: string,
  marks: DumpMarks,
  chunkFiles: HeadChunkFiles,
): Promise<string | undefined> {
  const wal = `${directory}/wal`;
  const segments = await listSegments(disk, wal);
  if (!segments.includes(marks.walSegment)) return "its log segment is missing";
  const checkpoint = await findCheckpoint(disk, wal);
  if (checkpoint !== undefined && checkpoint.segment >= marks.walSegment) {
    return "the log was truncated beyond it";
  }
  const present = new Map(await chunkFiles.list());
  const isChanged = marks.chunkFiles.some(([number, bytes]) => present.get(number) !== bytes);
  return isChanged ? "head chunk files have changed" : undefined;
}

async function openFromLog(
  deps: HeadStoreDeps,
  directory: string,
  options: HeadStoreOptions,
  rest: { readonly logs: Logs; readonly minValidMs: number },
): Promise<Parts> {
  const { disk, log } = deps;
  const scanned = await openHeadChunkFiles(disk, `${directory}/chunks_head`);
  const found = await scanned.scan(await readLateMark(disk, directory));
  await scanned.close();
  // Opened again: chunks of the replay go behind those that are left.
  const chunkFiles = await openHeadChunkFiles(disk, `${directory}/chunks_head`);
  const head = makeHead(options, rest.logs, chunkFiles);
  head.memory.minValidMs = rest.minValidMs;
  if (found.damage !== undefined) {
    head.counters.chunkFileCorruptions++;
    log.warn("head chunk files are damaged, the log has their samples", { problem: found.damage });
  }
  const replay = new HeadReplay(head, chunkFiles, found);
  const parts = { head, chunkFiles, logs: rest.logs, replay };
  head.counters.walCorruptions += await replayWal(deps, `${directory}/wal`, (records) =>
    takeRecords(parts, records),
  );
  return parts;
}

async function replayLog(
  deps: HeadStoreDeps,
  directory: string,
  from: number,
  parts: Parts,
): Promise<void> {
  const { counters } = parts.head;
  counters.walCorruptions += await replaySegments(deps, directory, from, (records) =>
    takeRecords(parts, records),
  );
}

async function takeRecords(parts: Parts, records: readonly WalRecord[]): Promise<void> {
  for (const record of records) parts.replay.apply(record);
  await parts.chunkFiles.flushWhenFull();
}

async function replayLate(deps: HeadStoreDeps, directory: string, parts: Parts): Promise<void> {
  const wbl = `${directory}/wbl`;
  if ((await deps.disk.findFacts(wbl)) === undefined) return;
  const { counters } = parts.head;
  counters.walCorruptions += await replaySegments(deps, wbl, 0, async (records) => {
    for (const record of records) parts.replay.applyLate(record);
    await parts.chunkFiles.flushWhenFull();
  });
}

async function directoryBytes(disk: TsdbDisk, directory: string): Promise<number> {
  const facts = await disk.findFacts(directory);
  if (facts === undefined) return 0;
  if (facts.kind !== "directory") return facts.bytes;
  let total = 0;
  for (const name of await disk.listDirectory(directory)) {
    total += await directoryBytes(disk, `${directory}/${name}`);
  }
  return total;
}

function dumpPath(directory: string): string {
  return `${directory}/wherry_head_dump`;
}
