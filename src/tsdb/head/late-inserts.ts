import { isStaleAt, type SeriesRef } from "#series";
import type { LoggedHistogram, MmapMarker, SampleColumns, WalRecord } from "../wal/record.ts";
import { FloatBatch } from "./float-batch.ts";
import type { ChunkSink, HeadMemory } from "./head-memory.ts";
import { type LateSample, OutOfOrderSeries } from "./out-of-order.ts";

/** Inserts samples that came out of order, and collects what their own log has to say of it. */
export class LateInserts {
  readonly #memory: HeadMemory;
  readonly #sink: ChunkSink;
  readonly #samplesMax: number;
  #records: WalRecord[] = [];
  #floats = new FloatBatch();
  #histograms: LoggedHistogram[] = [];
  #markers: MmapMarker[] = [];
  /** The series that have samples collected. */
  readonly #refs = new Set<SeriesRef>();

  /** A series has at most `samplesMax` of them before they become a chunk. */
  constructor(memory: HeadMemory, sink: ChunkSink, samplesMax: number) {
    this.#memory = memory;
    this.#sink = sink;
    this.#samplesMax = samplesMax;
  }

  addFloat(batch: SampleColumns, index: number): boolean {
    const ref = batch.refs[index] ?? 0;
    const timestampMs = batch.timestampsMs[index] ?? 0;
    const startTimestampMs = batch.startTimestampsMs?.[index] ?? 0;
    const { values } = batch;
    const sample = { timestampMs, startTimestampMs, values, index, histogram: undefined };
    if (!this.#insert(ref, sample)) return false;
    if (isStaleAt(values, index)) this.#floats.addStale(ref, timestampMs);
    else this.#floats.add(ref, timestampMs, values[index] ?? 0, startTimestampMs);
    return true;
  }

  addHistogram(logged: LoggedHistogram): boolean {
    const { timestampMs, startTimestampMs, histogram } = logged.sample;
    const marker = new FloatBatch();
    marker.addStale(logged.ref, timestampMs);
    const { values } = marker;
    const sample = { timestampMs, startTimestampMs, values, index: 0, histogram };
    if (!this.#insert(logged.ref, sample)) return false;
    this.#histograms.push(logged);
    return true;
  }

  /** What to log, in this order. */
  takeRecords(): readonly WalRecord[] {
    this.#flush();
    const records = this.#records;
    this.#records = [];
    return records;
  }

  #insert(ref: SeriesRef, sample: LateSample): boolean {
    const known = this.#memory.outOfOrder.get(ref);
    const series = known ?? new OutOfOrderSeries();
    if (known === undefined) this.#mark(ref, [0]);
    else if (series.open.count >= this.#samplesMax) {
      this.#mark(ref, series.complete(ref, this.#sink));
    }
    this.#memory.outOfOrder.set(ref, series);
    if (!series.insert(sample)) return false;
    this.#refs.add(ref);
    this.#memory.includeOutOfOrder(sample.timestampMs, sample.timestampMs);
    return true;
  }

  /**
   * Says that all samples of the series so far are in chunks. Markers are logged before the samples
   * collected with them; so if the series has some of these, they are logged first.
   */
  #mark(ref: SeriesRef, places: readonly number[]): void {
    if (this.#refs.has(ref)) this.#flush();
    this.#markers.push(...places.map((place) => ({ ref, chunkRef: BigInt(place) })));
  }

  #flush(): void {
    if (this.#markers.length > 0) {
      this.#records.push({ kind: "mmapMarkers", markers: this.#markers });
      this.#markers = [];
    }
    if (this.#floats.count > 0) {
      this.#records.push({ kind: "samples", samples: this.#floats });
      this.#floats = new FloatBatch();
    }
    if (this.#histograms.length > 0) {
      this.#records.push({ kind: "histograms", histograms: this.#histograms });
      this.#histograms = [];
    }
    this.#refs.clear();
  }
}
