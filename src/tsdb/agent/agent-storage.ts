/**
 * Storage that only hands on: a write-ahead log without a database behind it.
 *
 * What is appended lies in the log until every receiver has got it, and in memory there is nothing of
 * it but the labels of series. The log is of the same format as the database's; upstream's agent and
 * ours take over each other's directory.
 */
import { type Clock, type Disk, type Logger, type Meters, sleep, type Zstd } from "#base";
import type { Appendable, Labels, SeriesRef } from "#series";
import { lockDirectory, showCleanStart } from "../database/lock-directory.ts";
import type { AppendBatch } from "../head/append-batch.ts";
import { FloatBatchPool } from "../head/float-batch.ts";
import {
  type CheckpointDeps,
  fillFromLog,
  planCheckpoint,
  removeCheckpointsBefore,
  writeCheckpoint,
} from "../wal/checkpoint.ts";
import { segmentName } from "../wal/frame.ts";
import { keepFrom } from "../wal/keep-records.ts";
import type { LoggedSeries, WalRecord } from "../wal/record.ts";
import { type ReplayDeps, replayWal } from "../wal/replay-wal.ts";
import { listSegments, openWal, type Wal, type WalDeps } from "../wal/wal.ts";
import { newSyncSeconds, registerWalMetrics, withTimedSyncs } from "../wal/wal-metrics.ts";
import { AgentAppender, type AgentHost } from "./agent-appender.ts";
import { type AgentOptions, planTruncationMs, resolveAgentOptions } from "./agent-options.ts";
import { registerAgentMetrics } from "./agent-metrics.ts";
import { AgentReplay, type GoneSeries } from "./agent-replay.ts";
import type { AgentSeries } from "./agent-series.ts";
import { fillFromSeries } from "./fill-from-series.ts";

export interface AgentStorageDeps {
  readonly disk: WalDeps["disk"] &
    CheckpointDeps["disk"] &
    ReplayDeps["disk"] &
    Pick<Disk, "findFacts" | "tryLock" | "writeFile">;
  readonly zstd: Zstd;
  readonly clock: Clock;
  readonly log: Logger;
  readonly meters: Meters;
}

/** What has happened since the storage was opened. */
class AgentStorageCounters {
  floats = 0;
  histograms = 0;
  exemplars = 0;
  outOfOrder = 0;
  /** The time of the newest sample; 0 without one. */
  newestMs = 0;
  corruptions = 0;
  replaySeconds = 0;
  truncations = 0;
  truncationSeconds = 0;
  checkpoints = 0;
  checkpointsFailed = 0;
  checkpointRemovals = 0;
  checkpointRemovalsFailed = 0;
}

/** Opens the storage in `directory`, which is made when it is absent. One process can have it open. */
export async function openAgentStorage(
  deps: AgentStorageDeps,
  directory: string,
  given: Partial<AgentOptions>,
): Promise<AgentStorage> {
  const options = resolveAgentOptions(given);
  const { disk, clock, log } = deps;
  await disk.makeDirectory(`${directory}/wal`);
  await using opened = new AsyncDisposableStack();
  const lock = options.lockfile === "take" ? await lockDirectory(disk, directory) : undefined;
  if (lock !== undefined) opened.use(lock);
  const replay = new AgentReplay();
  const startedMs = clock.elapsedMs();
  const corruptions = await replayWal(deps, `${directory}/wal`, (records, segment) => {
    for (const record of records) replay.apply(record, segment);
  });
  if (replay.unknownSamples > 0) {
    log.warn("found sample referencing non-existing series", { skipped: replay.unknownSamples });
  }
  const syncSeconds = newSyncSeconds();
  const timed = { disk: withTimedSyncs(disk, clock, syncSeconds), zstd: deps.zstd };
  const wal = opened.use(await openWal(timed, `${directory}/wal`, options.wal));
  const storage = new AgentStorage({ deps, directory, options, wal, replay }, opened.move());
  storage.counters.corruptions = corruptions;
  storage.counters.replaySeconds = (clock.elapsedMs() - startedMs) / 1_000;
  registerAgentMetrics(deps.meters, storage);
  showCleanStart(deps.meters, "prometheus_agent_clean_start", lock?.start);
  registerWalMetrics(deps.meters, () => wal, { clock, bytes: () => storage.walBytes, syncSeconds });
  return storage;
}

export class AgentStorage implements Appendable, AgentHost, AsyncDisposable {
  readonly counters = new AgentStorageCounters();
  readonly floatBatches = new FloatBatchPool();
  readonly series: AgentSeries;
  readonly wal: Wal;
  readonly #deps: AgentStorageDeps;
  readonly #directory: string;
  readonly #options: AgentOptions;
  readonly #opened: AsyncDisposableStack;
  readonly #appenders = new Set<AgentAppender>();
  /** Series that are no more, while the log may have samples of them. */
  readonly #gone: Map<SeriesRef, GoneSeries>;
  /** Made, but in no log yet: they go before the records of the next commit, whoever made them. */
  #unlogged: LoggedSeries[] = [];
  #walBytes = 0;

  constructor(
    parts: {
      readonly deps: AgentStorageDeps;
      readonly directory: string;
      readonly options: AgentOptions;
      readonly wal: Wal;
      readonly replay: AgentReplay;
    },
    opened: AsyncDisposableStack,
  ) {
    this.#deps = parts.deps;
    this.#directory = parts.directory;
    this.#options = parts.options;
    this.wal = parts.wal;
    this.series = parts.replay.series;
    this.#gone = parts.replay.gone;
    this.#opened = opened;
  }

  get outOfOrderWindowMs(): number {
    return this.#options.outOfOrderWindowMs;
  }

  get startTimestamps(): AgentOptions["startTimestamps"] {
    return this.#options.startTimestamps;
  }

  /** Bytes of the log's segments, when they were looked at last. */
  get walBytes(): number {
    return this.#walBytes;
  }

  /** How many series are gone that the log still has something of. */
  get goneCount(): number {
    return this.#gone.size;
  }

  appender(): AgentAppender {
    const appender = new AgentAppender(this);
    this.#appenders.add(appender);
    return appender;
  }

  ensureSeries(labels: Labels): SeriesRef {
    const { ref, isNew } = this.series.ensure(labels);
    if (isNew) this.#unlogged.push({ ref, labels });
    return ref;
  }

  async commit(batch: AppendBatch): Promise<void> {
    const series = this.#unlogged;
    this.#unlogged = [];
    const named: readonly WalRecord[] = series.length > 0 ? [{ kind: "series", series }] : [];
    const records = [...named, ...batch.records()];
    if (records.length === 0) return;
    try {
      await this.wal.append(records);
    } catch (error) {
      // The samples are refused with this error; series exist all the same and must be logged yet.
      this.#unlogged = [...series, ...this.#unlogged];
      throw new Error("write to WAL", { cause: error });
    }
    for (const { floats, histograms } of batch.parts) {
      for (let row = 0; row < floats.count; row++) {
        this.#advance(floats.refs[row] ?? 0, floats.timestampsMs[row] ?? 0);
      }
      for (const { ref, sample } of histograms) this.#advance(ref, sample.timestampMs);
    }
  }

  closed(appender: AgentAppender): void {
    if (this.#appenders.delete(appender)) appender.batch.release();
  }

  /**
   * Cuts off the log what is not needed any more, now and then, until the signal aborts.
   * `lowestSentMs` tells the time up to which every receiver has got everything.
   */
  async run(lowestSentMs: () => number, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    while (!signal.aborted) {
      try {
        await sleep(clock, this.#options.truncateIntervalMs, signal);
        await this.truncate(planTruncationMs(clock.nowMs(), lowestSentMs(), this.#options));
      } catch (error) {
        if (signal.aborted) return;
        // The log is longer than it need be; the next round tries again.
        log.error("failed to truncate WAL", error);
      }
    }
  }

  /**
   * Removes the series without a sample since `minMs`, and puts a checkpoint of what is needed from
   * then on in the place of the older two thirds of the log.
   */
  async truncate(minMs: number): Promise<void> {
    const { disk, clock, log } = this.#deps;
    const { counters, wal } = this;
    const startedMs = clock.elapsedMs();
    const directory = `${this.#directory}/wal`;
    const segments = await listSegments(disk, directory);
    this.#removeSeries(minMs, segments.at(-1) ?? 0);
    await wal.cut();
    this.#walBytes = await this.#measureLog(segments);
    const last = planCheckpoint(segments);
    if (last === undefined) return;
    counters.checkpoints++;
    try {
      const place = { segment: last, compression: wal.compression };
      await writeCheckpoint(this.#deps, directory, place, this.#checkpointFiller(last, minMs));
    } catch (error) {
      counters.checkpointsFailed++;
      throw new Error("create checkpoint", { cause: error });
    }
    await wal.removeBefore(last + 1);
    for (const [ref, { lastSegment }] of this.#gone) {
      if (lastSegment <= last) this.#gone.delete(ref);
    }
    await this.#removeCheckpoints(directory, last);
    counters.truncations++;
    counters.truncationSeconds += (clock.elapsedMs() - startedMs) / 1_000;
    log.info("WAL checkpoint complete", { first: segments[0] ?? 0, last });
  }

  /** Waits for what was appended. */
  close(): Promise<void> {
    return this.#opened.disposeAsync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #advance(ref: SeriesRef, timestampMs: number): void {
    this.series.advance(ref, timestampMs);
    this.counters.newestMs = Math.max(this.counters.newestMs, timestampMs);
  }

  async #measureLog(segments: readonly number[]): Promise<number> {
    const paths = segments.map((one) => `${this.#directory}/wal/${segmentName(one)}`);
    const facts = await Promise.all(paths.map((path) => this.#deps.disk.findFacts(path)));
    return facts.reduce((sum, one) => sum + (one?.bytes ?? 0), 0);
  }

  #removeSeries(minMs: number, lastSegment: number): void {
    const pending = new Set<SeriesRef>();
    for (const { batch } of this.#appenders) for (const ref of batch.refs()) pending.add(ref);
    for (const { ref, labels } of this.series.removeBefore(minMs, pending)) {
      this.#gone.set(ref, { labels, lastSegment });
    }
    this.#unlogged = this.#unlogged.filter(({ ref }) => this.series.has(ref));
  }

  #checkpointFiller(last: number, minMs: number): (log: Wal) => Promise<void> {
    const gone = [...this.#gone].filter(([, { lastSegment }]) => lastSegment > last);
    if (this.#options.checkpoints === "from series") {
      const ended = gone.map(([ref, { labels }]) => ({ ref, labels }));
      return fillFromSeries(this.series, ended, this.#options.checkpointSeriesPerRecord);
    }
    const kept = new Set(gone.map(([ref]) => ref));
    const keep = keepFrom(minMs, (ref) => this.series.has(ref) || kept.has(ref));
    return fillFromLog(this.#deps, `${this.#directory}/wal`, last, keep);
  }

  async #removeCheckpoints(directory: string, last: number): Promise<void> {
    this.counters.checkpointRemovals++;
    try {
      await removeCheckpointsBefore(this.#deps.disk, directory, last);
    } catch (error) {
      // It takes room and is not read any more, since there is a newer one.
      this.counters.checkpointRemovalsFailed++;
      this.#deps.log.error("delete old checkpoints", error);
    }
  }
}
