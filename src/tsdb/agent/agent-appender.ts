import {
  type Appender,
  type AppendRefusal,
  equalLabels,
  type Exemplar,
  type Histogram,
  histogramProblem,
  type Labels,
  type SeriesRef,
} from "#series";
import { AppendBatch } from "../head/append-batch.ts";
import { checkLabels } from "../head/check-labels.ts";
import type { FloatBatchPool } from "../head/float-batch.ts";
import type { AgentSeries } from "./agent-series.ts";

/** What an appender needs of the storage. */
export interface AgentHost {
  readonly series: AgentSeries;
  readonly floatBatches: FloatBatchPool;
  readonly counters: AgentCounters;
  readonly outOfOrderWindowMs: number;
  readonly startTimestamps: "keep" | "drop";
  /** The series' number; a new one is logged with the next commit. */
  ensureSeries(labels: Labels): SeriesRef;
  commit(batch: AppendBatch): Promise<void>;
  /** Called once, when the appender has been committed or rolled back. */
  closed(appender: AgentAppender): void;
}

/** What was appended since the storage was opened. */
interface AgentCounters {
  floats: number;
  histograms: number;
  exemplars: number;
  outOfOrder: number;
}

/** Collects a batch for the log. Samples are judged by the newest one of their series alone. */
export class AgentAppender implements Appender {
  readonly batch: AppendBatch;
  readonly #host: AgentHost;
  #isClosed = false;

  constructor(host: AgentHost) {
    this.#host = host;
    this.batch = new AppendBatch(host.floatBatches);
  }

  seriesRef(labels: Labels): SeriesRef {
    checkLabels(labels);
    return this.#host.ensureSeries(labels);
  }

  isKnown(ref: SeriesRef): boolean {
    return this.#host.series.has(ref);
  }

  appendFloat(
    ref: SeriesRef,
    timestampMs: number,
    value: number,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    const refusal = this.#judge(ref, timestampMs);
    if (refusal !== undefined) return refusal;
    this.batch.addFloat(ref, timestampMs, value, this.#keptStart(startTimestampMs));
    this.#host.counters.floats++;
    return undefined;
  }

  appendStale(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined {
    const refusal = this.#judge(ref, timestampMs);
    if (refusal !== undefined) return refusal;
    this.batch.addStale(ref, timestampMs);
    this.#host.counters.floats++;
    return undefined;
  }

  appendHistogram(
    ref: SeriesRef,
    timestampMs: number,
    histogram: Histogram,
    startTimestampMs: number,
  ): AppendRefusal | undefined {
    if (histogramProblem(histogram) !== undefined) return "invalid histogram";
    const refusal = this.#judge(ref, timestampMs);
    if (refusal !== undefined) return refusal;
    const kept = this.#keptStart(startTimestampMs);
    const { counts } = histogram;
    this.batch.addHistogram({
      ref,
      sample: { timestampMs, startTimestampMs: kept, histogram, counts },
    });
    this.#host.counters.histograms++;
    return undefined;
  }

  appendExemplar(ref: SeriesRef, exemplar: Exemplar): AppendRefusal | undefined {
    const { series, counters } = this.#host;
    if (!series.has(ref)) return "unknown series";
    const last = series.latestExemplars.get(ref);
    if (last !== undefined && isSameExemplar(last, exemplar)) return undefined;
    series.latestExemplars.set(ref, exemplar);
    this.batch.addExemplar({ ref, exemplar });
    counters.exemplars++;
    return undefined;
  }

  /** Not logged, as upstream does not: its agent would take such a record for damage. */
  setMetadata(): void {}

  async commit(): Promise<void> {
    this.#checkOpen();
    try {
      await this.#host.commit(this.batch);
    } finally {
      this.#host.closed(this);
    }
  }

  rollback(): void {
    this.#checkOpen();
    this.#host.closed(this);
  }

  #judge(ref: SeriesRef, timestampMs: number): AppendRefusal | undefined {
    const { series, counters, outOfOrderWindowMs } = this.#host;
    if (!series.has(ref)) return "unknown series";
    if (timestampMs > series.lastTimeMs(ref) - outOfOrderWindowMs) return undefined;
    counters.outOfOrder++;
    return "out of order";
  }

  #keptStart(startTimestampMs: number): number {
    return this.#host.startTimestamps === "keep" ? startTimestampMs : 0;
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error("appender closed");
    this.#isClosed = true;
  }
}

function isSameExemplar(left: Exemplar, right: Exemplar): boolean {
  return (
    left.timestampMs === right.timestampMs &&
    Object.is(left.value, right.value) &&
    equalLabels(left.labels, right.labels)
  );
}
