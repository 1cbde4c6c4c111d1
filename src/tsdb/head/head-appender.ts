import {
  type Appender,
  type AppendRefusal,
  type Exemplar,
  type Histogram,
  histogramProblem,
  type Labels,
  type MetricMetadata,
  type SeriesRef,
} from "#series";
import { AppendBatch } from "./append-batch.ts";
import type { AppendWindow, Verdict } from "./append-rules.ts";
import { judgeFloat, judgeHistogram } from "./apply-batch.ts";
import { checkLabels } from "./check-labels.ts";
import type { FloatBatch, FloatBatchPool } from "./float-batch.ts";
import type { HeadMemory } from "./head-memory.ts";

/** What an appender needs of the head. */
export interface AppenderHost {
  readonly memory: HeadMemory;
  readonly exemplarsMax: number;
  readonly floatBatches: FloatBatchPool;
  /** Room for one sample that is to be judged by its bits. */
  readonly probe: FloatBatch;
  /** What the rules go by from now on; the first sample ever also begins the head's time. */
  openWindow(firstMs: number): AppendWindow;
  /** The series' number; a new one is logged with the next commit. */
  ensureSeries(labels: Labels): SeriesRef;
  judgeExemplar(ref: SeriesRef, exemplar: Exemplar): "taken" | "repeated" | AppendRefusal;
  countRefusal(kind: "float" | "histogram", why: AppendRefusal): void;
  commit(batch: AppendBatch, window: AppendWindow | undefined): Promise<void>;
  /** Called once, when the appender has been committed or rolled back. */
  closed(appender: HeadAppender): void;
}

/** Collects a batch and judges its samples by what the head knew when the first one came. */
export class HeadAppender implements Appender {
  readonly batch: AppendBatch;
  readonly #host: AppenderHost;
  #window: AppendWindow | undefined;
  #isClosed = false;

  constructor(host: AppenderHost) {
    this.#host = host;
    this.batch = new AppendBatch(host.floatBatches);
    if (!host.memory.isEmpty) this.#window = host.openWindow(host.memory.maxMs);
  }

  /** What is appended in order is not before this; −Infinity while nothing was appended ever. */
  get minValidMs(): number {
    return this.#window?.minValidMs ?? Number.NEGATIVE_INFINITY;
  }

  seriesRef(labels: Labels): SeriesRef {
    checkLabels(labels);
    return this.#host.ensureSeries(labels);
  }

  isKnown(ref: SeriesRef): boolean {
    return this.#host.memory.series.slotOf(ref) >= 0;
  }

  appendFloat(
    ref: SeriesRef,
    timestampMs: number,
    value: number,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    const { memory } = this.#host;
    const slot = memory.series.slotOf(ref);
    if (slot < 0) return "unknown series";
    const window = this.#windowAt(timestampMs);
    if (timestampMs < window.minValidMs || timestampMs <= memory.lastTimeMs(slot)) {
      const batch = this.#host.probe;
      batch.clear();
      batch.add(ref, timestampMs, value, 0);
      const verdict = judgeFloat(memory, slot, { batch, index: 0 }, window);
      const refusal = this.#refusal("float", verdict);
      if (refusal !== undefined) return refusal;
    }
    this.batch.addFloat(ref, timestampMs, value, startTimestampMs);
    return undefined;
  }

  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined {
    const { memory } = this.#host;
    const slot = memory.series.slotOf(ref);
    if (slot < 0) return "unknown series";
    const window = this.#windowAt(timestampMs);
    const batch = this.#host.probe;
    batch.clear();
    batch.addStale(ref, timestampMs);
    const verdict = judgeFloat(memory, slot, { batch, index: 0 }, window);
    const refusal = this.#refusal("float", verdict);
    if (refusal === undefined) this.batch.addStale(ref, timestampMs);
    return refusal;
  }

  appendHistogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: Histogram,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    const { memory } = this.#host;
    const slot = memory.series.slotOf(ref);
    if (slot < 0) return "unknown series";
    if (histogramProblem(histogram) !== undefined) return "invalid histogram";
    const { counts } = histogram;
    const logged = { ref, sample: { timestampMs, startTimestampMs, histogram, counts } };
    const verdict = judgeHistogram(memory, slot, logged, this.#windowAt(timestampMs));
    const refusal = this.#refusal("histogram", verdict);
    if (refusal === undefined) this.batch.addHistogram(logged);
    return refusal;
  }

  appendExemplar(ref: SeriesRef, exemplar: Exemplar): AppendRefusal | undefined {
    if (!this.isKnown(ref)) return "unknown series";
    if (this.#host.exemplarsMax === 0) return undefined;
    const verdict = this.#host.judgeExemplar(ref, exemplar);
    if (verdict === "taken") this.batch.addExemplar({ ref, exemplar });
    return verdict === "taken" || verdict === "repeated" ? undefined : verdict;
  }

  setMetadata(ref: SeriesRef, metadata: MetricMetadata): void {
    const known = this.#host.memory.metadata.get(ref);
    if (known !== undefined && isSameMetadata(known, metadata)) return;
    if (this.isKnown(ref)) this.batch.addMetadata(ref, metadata);
  }

  async commit(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#host.commit(this.batch, this.#window);
    } finally {
      this.#host.closed(this);
    }
  }

  rollback(): void {
    this.#checkOpen();
    this.#host.closed(this);
  }

  #windowAt(timestampMs: number): AppendWindow {
    this.#window ??= this.#host.openWindow(timestampMs);
    return this.#window;
  }

  #refusal(kind: "float" | "histogram", verdict: Verdict): AppendRefusal | undefined {
    if (verdict === "in order" || verdict === "repeated" || verdict === "out of order accepted") {
      return undefined;
    }
    this.#host.countRefusal(kind, verdict);
    return verdict;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error("appender closed");
    this.#isClosed = true;
  }
}

function isSameMetadata(left: MetricMetadata, right: MetricMetadata): boolean {
  return left.type === right.type && left.unit === right.unit && left.help === right.help;
}
