import type { Histogram, MetricMetadata, SeriesRef } from "#series";
import type { LoggedExemplar, LoggedHistogram, LoggedMetadata, WalRecord } from "../wal/record.ts";
import type { FloatBatch, FloatBatchPool } from "./float-batch.ts";

/**
 * What an appender has collected, in parts. Within a part a series has samples of one kind only, so
 * that the floats and then the histograms of a part can be applied without disorder in any series.
 */
export class AppendBatch {
  readonly parts: BatchPart[];
  readonly #pool: FloatBatchPool;

  constructor(pool: FloatBatchPool) {
    this.#pool = pool;
    this.parts = [new BatchPart(pool.take())];
  }

  /** Gives the columns back; the batch is not used any more. */
  release(): void {
    for (const part of this.parts) this.#pool.give(part.floats);
    this.parts.length = 0;
  }

  get isEmpty(): boolean {
    return this.parts.length === 1 && (this.parts[0]?.isEmpty ?? true);
  }

  addFloat(ref: SeriesRef, timestampMs: number, value: number, startTimestampMs: number): void {
    this.#partForFloat(ref).floats.add(ref, timestampMs, value, startTimestampMs);
  }

  /** Adds the stale marker, of the kind that the series' samples in this batch have. */
  addStale(ref: SeriesRef, timestampMs: number): void {
    const part = this.#last();
    const counts = part.histogramSeries.get(ref);
    if (counts === undefined) part.floats.addStale(ref, timestampMs);
    else {
      const sample = { timestampMs, startTimestampMs: 0, histogram: undefined, counts };
      part.histograms.push({ ref, sample });
    }
  }

  addHistogram(logged: LoggedHistogram): void {
    const { ref } = logged;
    const { counts } = logged.sample;
    const known = this.#last().histogramSeries.get(ref);
    const part = known === undefined || known === counts ? this.#last() : this.#begin();
    part.histogramSeries.set(ref, counts);
    part.histograms.push(logged);
  }

  addExemplar(logged: LoggedExemplar): void {
    this.#last().exemplars.push(logged);
  }

  addMetadata(ref: SeriesRef, metadata: MetricMetadata): void {
    this.#last().metadata.push({ ref, metadata });
  }

  /** Every series that has something in the batch. */
  *refs(): Generator<SeriesRef> {
    for (const part of this.parts) {
      for (let index = 0; index < part.floats.count; index++) yield part.floats.refs[index] ?? 0;
      for (const { ref } of part.histograms) yield ref;
      for (const { ref } of part.exemplars) yield ref;
      for (const { ref } of part.metadata) yield ref;
    }
  }

  /** In the order in which they are to be logged, and applied again after a crash. */
  records(): readonly WalRecord[] {
    return this.parts.flatMap((part) => part.records());
  }

  #last(): BatchPart {
    return this.parts.at(-1) ?? this.#begin();
  }

  #partForFloat(ref: SeriesRef): BatchPart {
    const part = this.#last();
    const isMixed = part.histogramSeries.size > 0 && part.histogramSeries.has(ref);
    return isMixed ? this.#begin() : part;
  }

  #begin(): BatchPart {
    const part = new BatchPart(this.#pool.take());
    this.parts.push(part);
    return part;
  }
}

class BatchPart {
  readonly floats: FloatBatch;
  readonly histograms: LoggedHistogram[] = [];
  readonly histogramSeries = new Map<SeriesRef, Histogram["counts"]>();
  readonly exemplars: LoggedExemplar[] = [];
  readonly metadata: LoggedMetadata[] = [];

  constructor(floats: FloatBatch) {
    this.floats = floats;
  }

  get isEmpty(): boolean {
    return (
      this.floats.count + this.histograms.length + this.exemplars.length + this.metadata.length ===
      0
    );
  }

  /** Exemplars come last: whoever follows the log must have seen their samples before. */
  records(): readonly WalRecord[] {
    const records: WalRecord[] = [];
    if (this.metadata.length > 0) records.push({ kind: "metadata", metadata: this.metadata });
    if (this.floats.count > 0) records.push({ kind: "samples", samples: this.floats });
    if (this.histograms.length > 0) {
      records.push({ kind: "histograms", histograms: this.histograms });
    }
    if (this.exemplars.length > 0) records.push({ kind: "exemplars", exemplars: this.exemplars });
    return records;
  }
}

export type { BatchPart };
