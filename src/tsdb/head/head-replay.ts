import { unreachable } from "#base";
import type { SeriesRef } from "#series";
import type { LoggedHistogram, LoggedSeries, SampleColumns, WalRecord } from "../wal/record.ts";
import { staleHistogramFor } from "./apply-batch.ts";
import type { CompletedChunk } from "./chunk-table.ts";
import { addRange } from "./deletions.ts";
import type { FloatRows } from "./float-append.ts";
import type { Head } from "./head.ts";
import { type ChunkSink, moveKey } from "./head-memory.ts";
import { LateInserts } from "./late-inserts.ts";
import { OutOfOrderSeries } from "./out-of-order.ts";

/** Chunks found in head chunk files, by series, in the order in which they were written. */
export interface FoundChunks {
  readonly inOrder: Map<SeriesRef, CompletedChunk[]>;
  readonly late: Map<SeriesRef, CompletedChunk[]>;
  /** The place of the last one; −1 when there is none. */
  readonly lastPlace: number;
}

/**
 * Makes the head again from its log. Samples that are in chunks already are passed over; a record of
 * a series that is not known (its own was cut off) is counted and passed over too.
 */
export class HeadReplay {
  readonly #head: Head;
  readonly #found: FoundChunks;
  readonly #late: LateInserts;
  /** References of series that got another one later. */
  readonly #outdated = new Set<SeriesRef>();

  constructor(head: Head, sink: ChunkSink, found: FoundChunks) {
    this.#head = head;
    this.#found = found;
    this.#late = new LateInserts(head.memory, sink, head.options.outOfOrderSamplesMax);
  }

  /** Sees to it that the log keeps what it says of references that are not used any more. */
  finish(): void {
    const { goneUntilMs, memory } = this.#head;
    for (const ref of this.#outdated) goneUntilMs.set(ref, memory.maxMs);
  }

  apply(record: WalRecord): void {
    switch (record.kind) {
      case "series":
        for (const series of record.series) this.#addSeries(series);
        break;
      case "samples":
        this.#addSamples(record.samples);
        break;
      case "histograms":
        for (const logged of record.histograms) this.#addHistogram(logged);
        break;
      case "exemplars":
        this.#addExemplars(record);
        break;
      case "metadata":
        for (const { ref, metadata } of record.metadata) {
          const slot = this.#slotOf(ref);
          if (slot >= 0) this.#head.memory.metadata.set(this.#refAt(slot), metadata);
        }
        break;
      case "tombstones":
        for (const { ref, minMs, maxMs } of record.tombstones) {
          const slot = this.#slotOf(ref);
          if (slot >= 0) addRange(this.#head.deletions, this.#refAt(slot), { minMs, maxMs });
        }
        break;
      case "mmapMarkers":
        // They are in the log of samples out of order only.
        break;
      default:
        unreachable(record);
    }
  }

  /** Applies a record of the log of samples that came out of order. */
  applyLate(record: WalRecord): void {
    if (record.kind === "samples") this.#addLateSamples(record.samples);
    else if (record.kind === "histograms") {
      for (const logged of record.histograms) {
        const slot = this.#slotOf(logged.ref);
        if (slot >= 0) this.#late.addHistogram({ ...logged, ref: this.#refAt(slot) });
      }
    } else if (record.kind === "mmapMarkers") {
      for (const { ref, chunkRef } of record.markers) this.#forgetLate(ref, Number(chunkRef));
    }
    this.#late.takeRecords();
  }

  #addSeries({ ref, labels }: LoggedSeries): void {
    const { memory } = this.#head;
    memory.lastRef = Math.max(memory.lastRef, ref);
    if (memory.series.slotOf(ref) >= 0) return;
    const known = memory.series.find(labels);
    // The series was removed and came again: the later reference is the one that was used since.
    if (known >= 0) this.#rename(known, ref);
    const slot = known >= 0 ? known : memory.series.add(ref, labels);
    this.#adoptChunks(ref, slot);
  }

  #rename(slot: number, ref: SeriesRef): void {
    const old = this.#refAt(slot);
    this.#outdated.add(old);
    this.#head.memory.rename(slot, ref);
    moveKey(this.#head.deletions, old, ref);
  }

  /** Gives a series the chunks that were found under a reference. */
  #adoptChunks(ref: SeriesRef, slot: number): void {
    const { memory } = this.#head;
    const { series, completed } = memory;
    for (const chunk of this.#found.inOrder.get(ref) ?? []) {
      const newest = series.completed[slot] ?? 0;
      if (newest !== 0 && (completed.maxTimesMs[newest] ?? 0) >= chunk.minMs) continue;
      if (memory.lastTimeMs(slot) >= chunk.minMs) memory.dropOpenChunk(slot);
      series.completed[slot] = completed.add(chunk, newest);
      memory.include(chunk.minMs, chunk.maxMs);
    }
    const late = this.#found.late.get(ref);
    if (late !== undefined) {
      const own = this.#refAt(slot);
      const target = memory.outOfOrder.get(own) ?? new OutOfOrderSeries();
      memory.outOfOrder.set(own, target);
      target.chunks.push(...late);
      for (const chunk of late) memory.includeOutOfOrder(chunk.minMs, chunk.maxMs);
    }
    this.#found.inOrder.delete(ref);
    this.#found.late.delete(ref);
  }

  #addSamples(samples: SampleColumns): void {
    const { memory, floats } = this.#head;
    const rows = rowsOf(samples);
    for (let index = 0; index < samples.count; index++) {
      const timestampMs = samples.timestampsMs[index] ?? 0;
      if (timestampMs < memory.minValidMs) continue;
      const slot = this.#slotOf(samples.refs[index] ?? 0);
      if (slot < 0) continue;
      const marker = staleHistogramFor(memory, slot, rows, index);
      if (marker !== undefined) this.#head.histograms.append(slot, marker);
      else floats.append(slot, rows, index);
    }
  }

  #addHistogram(logged: LoggedHistogram): void {
    if (logged.sample.timestampMs < this.#head.memory.minValidMs) return;
    const slot = this.#slotOf(logged.ref);
    if (slot < 0) return;
    this.#head.histograms.append(slot, { ...logged, ref: this.#refAt(slot) });
  }

  #addExemplars(record: Extract<WalRecord, { kind: "exemplars" }>): void {
    const { memory, exemplars } = this.#head;
    for (const { ref, exemplar } of record.exemplars) {
      const slot = this.#slotOf(ref);
      if (slot < 0) continue;
      const own = this.#refAt(slot);
      if (exemplars.judge(own, exemplar) !== "taken") continue;
      exemplars.add({ ref: own, seriesLabels: memory.series.labels(slot), exemplar });
    }
  }

  #addLateSamples(samples: SampleColumns): void {
    for (let index = 0; index < samples.count; index++) {
      const slot = this.#slotOf(samples.refs[index] ?? 0);
      if (slot < 0) continue;
      samples.refs[index] = this.#refAt(slot);
      this.#late.addFloat(samples, index);
    }
  }

  /** All samples of a series so far are in chunks, unless the last of those did not reach the disk. */
  #forgetLate(ref: SeriesRef, place: number): void {
    if (place !== 0 && place > this.#found.lastPlace) return;
    const slot = this.#slotOf(ref);
    if (slot >= 0) this.#head.memory.outOfOrder.get(this.#refAt(slot))?.open.clear();
  }

  #slotOf(ref: SeriesRef): number {
    const slot = this.#head.memory.series.slotOf(ref);
    if (slot < 0) this.#head.counters.walReplayUnknownRefs++;
    return slot;
  }

  #refAt(slot: number): SeriesRef {
    return this.#head.memory.series.refs[slot] ?? 0;
  }
}

/** The columns with the bits of their values. */
function rowsOf(samples: SampleColumns): FloatRows {
  const { timestampsMs, values, startTimestampsMs } = samples;
  const valueWords = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  return { timestampsMs, values, valueWords, startTimestampsMs };
}
