/**
 * The head: the newest samples of all series, in memory, with a log to make it again after a crash.
 *
 * A batch is logged and then applied, without a pause in which a reader could come in; batches are
 * applied in the order of the log, so a replay gives the same head. Memory is given back by
 * `truncate`, when the samples are in a block. Everything else stands in the files around this one:
 * the rules in append-rules, the columns in series-table, reading in head-reader.
 */
import type { HistogramMetric } from "#base";
import type { AppendRefusal, Exemplar, Labels, SeriesRef } from "#series";
import type { LoggedSeries, WalRecord } from "../wal/record.ts";
import type { TimeRange } from "../query/piece.ts";
import type { AppendBatch } from "./append-batch.ts";
import type { AppendWindow } from "./append-rules.ts";
import { applyBatch } from "./apply-batch.ts";
import type { ChunkCutOptions } from "./chunk-cut.ts";
import { CommitLog } from "./commit-log.ts";
import { ExemplarRing } from "./exemplar-ring.ts";
import { FloatAppend } from "./float-append.ts";
import { FloatBatch, FloatBatchPool } from "./float-batch.ts";
import { type AppenderHost, HeadAppender } from "./head-appender.ts";
import { HeadCounters } from "./head-counters.ts";
import { type ChunkSink, HeadMemory } from "./head-memory.ts";
import { HistogramAppend } from "./histogram-append.ts";
import { LateInserts } from "./late-inserts.ts";

export interface HeadOptions extends ChunkCutOptions {
  /** How far behind the newest sample others may be that come out of order; 0: not at all. */
  readonly outOfOrderWindowMs: number;
  /** How many samples out of order a series holds before they become a chunk. */
  readonly outOfOrderSamplesMax: number;
  readonly exemplarsMax: number;
}

/** Where a head logs to. Records given in one call are logged whole and in order. */
export interface RecordLog {
  append(records: readonly WalRecord[]): Promise<void>;
}

/** Head chunk files, to write to. */
export interface ChunkFileSink extends ChunkSink {
  /** Writes what is queued, when that is worth a write. */
  flushWhenFull(): Promise<void>;
}

export interface HeadDeps {
  readonly wal: RecordLog;
  /** The log of samples that came out of order. */
  readonly lateLog: RecordLog;
  readonly chunkFiles: ChunkFileSink;
  /** Observes how far behind the newest sample others are that come late. */
  readonly delaySeconds: HistogramMetric;
}

export class Head implements AppenderHost {
  readonly memory = new HeadMemory();
  readonly commits = new CommitLog();
  readonly counters = new HeadCounters();
  readonly exemplars: ExemplarRing;
  /** What was deleted of series while it was in the head. */
  readonly deletions = new Map<SeriesRef, readonly TimeRange[]>();
  /** References that no series has any more, and until when the log may have samples of them. */
  readonly goneUntilMs = new Map<SeriesRef, number>();
  readonly floatBatches = new FloatBatchPool();
  readonly probe = new FloatBatch();
  readonly floats: FloatAppend;
  readonly histograms: HistogramAppend;
  readonly #deps: HeadDeps;
  #options: HeadOptions;
  /** Made, but in no log yet: they go before the records of the next commit, whoever made them. */
  #unlogged: LoggedSeries[] = [];
  readonly #appenders = new Set<HeadAppender>();
  #onClose: (() => void)[] = [];

  constructor(deps: HeadDeps, options: HeadOptions) {
    this.#deps = deps;
    this.#options = options;
    this.exemplars = new ExemplarRing(options.exemplarsMax);
    this.floats = new FloatAppend(this.memory, deps.chunkFiles, options);
    this.histograms = new HistogramAppend(this.memory, deps.chunkFiles, options);
  }

  get options(): HeadOptions {
    return this.#options;
  }

  get exemplarsMax(): number {
    return this.exemplars.size;
  }

  /** The oldest time that an appender opened now would take in order. */
  get appendableMinMs(): number {
    const { memory } = this;
    if (memory.isEmpty) return memory.minValidMs;
    return Math.max(memory.maxMs - this.#options.chunkRangeMs / 2, memory.minValidMs);
  }

  /** What may change while the head runs. */
  reconfigure(changed: Pick<HeadOptions, "outOfOrderWindowMs" | "exemplarsMax">): void {
    this.#options = { ...this.#options, ...changed };
    if (changed.exemplarsMax !== this.exemplars.size) this.exemplars.resize(changed.exemplarsMax);
  }

  appender(): HeadAppender {
    const appender = new HeadAppender(this);
    this.#appenders.add(appender);
    this.counters.appenders++;
    this.counters.activeAppenders++;
    return appender;
  }

  openWindow(firstMs: number): AppendWindow {
    if (this.memory.isEmpty) this.memory.include(firstMs, firstMs);
    return this.#window();
  }

  ensureSeries(labels: Labels): SeriesRef {
    const { ref, isNew } = this.memory.ensureSeries(labels);
    if (isNew) {
      this.#unlogged.push({ ref, labels });
      this.counters.seriesCreated++;
    }
    return ref;
  }

  judgeExemplar(ref: SeriesRef, exemplar: Exemplar): "taken" | "repeated" | AppendRefusal {
    const verdict = this.exemplars.judge(ref, exemplar);
    if (verdict === "out of order") this.counters.exemplarsOutOfOrder++;
    return verdict;
  }

  countRefusal(kind: "float" | "histogram", why: AppendRefusal): void {
    this.counters.countRefusal(kind, why);
  }

  async commit(batch: AppendBatch, window: AppendWindow | undefined): Promise<void> {
    const series = this.#unlogged;
    this.#unlogged = [];
    const records = batch.records();
    const all: readonly WalRecord[] =
      series.length > 0 ? [{ kind: "series", series }, ...records] : records;
    if (all.length === 0) return;
    try {
      await this.#deps.wal.append(all);
    } catch (error) {
      // The samples are refused with this error; series exist all the same and must be logged yet.
      this.#unlogged = [...series, ...this.#unlogged];
      throw new Error("write to WAL", { cause: error });
    }
    const late = this.#apply(batch, window ?? this.#window());
    if (late.length > 0) await this.#deps.lateLog.append(late);
    await this.#deps.chunkFiles.flushWhenFull();
  }

  closed(appender: HeadAppender): void {
    if (!this.#appenders.delete(appender)) return;
    this.counters.activeAppenders--;
    appender.batch.release();
    const waiting = this.#onClose;
    this.#onClose = [];
    for (const resolve of waiting) resolve();
  }

  /** Logs series that no commit has logged yet, so that the log names all that are here. */
  async logSeries(): Promise<void> {
    const series = this.#unlogged;
    if (series.length === 0) return;
    this.#unlogged = [];
    try {
      await this.#deps.wal.append([{ kind: "series", series }]);
    } catch (error) {
      this.#unlogged = [...series, ...this.#unlogged];
      throw error;
    }
  }

  /** Resolves when no appender that is open now can add samples in order at or before `maxMs`. */
  async appendersGone(maxMs: number): Promise<void> {
    const waiting = [...this.#appenders].filter((appender) => appender.minValidMs <= maxMs);
    while (waiting.some((appender) => this.#appenders.has(appender))) {
      await new Promise<void>((resolve) => this.#onClose.push(resolve));
    }
  }

  /** Series that an open appender holds samples of. */
  pendingRefs(): ReadonlySet<SeriesRef> {
    const refs = new Set<SeriesRef>();
    for (const appender of this.#appenders) {
      for (const ref of appender.batch.refs()) refs.add(ref);
    }
    return refs;
  }

  /** Drops from the list of series to be logged those that are gone. */
  forgetUnlogged(): void {
    this.#unlogged = this.#unlogged.filter(({ ref }) => this.memory.series.slotOf(ref) >= 0);
  }

  /** What the rules go by now. */
  #window(): AppendWindow {
    return {
      minValidMs: this.appendableMinMs,
      headMaxMs: this.memory.maxMs,
      outOfOrderWindowMs: this.#options.outOfOrderWindowMs,
    };
  }

  #apply(batch: AppendBatch, window: AppendWindow): readonly WalRecord[] {
    const { memory, counters } = this;
    const samplesMax = this.#options.outOfOrderSamplesMax;
    const late = new LateInserts(memory, this.#deps.chunkFiles, samplesMax);
    const lastTimes = this.commits.isWatched ? new Map<SeriesRef, number>() : undefined;
    const noteLastTime =
      lastTimes &&
      ((ref: SeriesRef, lastMs: number) => {
        if (!lastTimes.has(ref)) lastTimes.set(ref, lastMs);
      });
    const applied = applyBatch(this, batch, {
      window,
      late,
      noteLastTime,
      noteDelay: (delayMs) => this.#deps.delaySeconds.observe(delayMs / 1_000),
    });
    this.commits.note(lastTimes ?? new Map());
    counters.floatsAppended += applied.floatCount + applied.lateFloatCount;
    counters.histogramsAppended += applied.histogramCount + applied.lateHistogramCount;
    counters.lateFloatsAppended += applied.lateFloatCount;
    counters.lateHistogramsAppended += applied.lateHistogramCount;
    for (const { kind, why } of applied.refused) counters.countRefusal(kind, why);
    this.#applyExemplars(batch);
    return late.takeRecords();
  }

  #applyExemplars(batch: AppendBatch): void {
    for (const { ref, exemplar } of batch.parts.flatMap((part) => part.exemplars)) {
      const slot = this.memory.series.slotOf(ref);
      if (slot < 0 || this.exemplars.judge(ref, exemplar) !== "taken") continue;
      this.exemplars.add({ ref, seriesLabels: this.memory.series.labels(slot), exemplar });
      this.counters.exemplarsAppended++;
    }
  }
}
