import type { Exemplar, Labels, SeriesRef } from "#series";
import { SeriesTable } from "../head/series-table.ts";
import type { LoggedSeries } from "../wal/record.ts";

/** The series of a log without a database: their labels, and how far in time each has come. */
export class AgentSeries {
  /** The greatest reference that was ever given. */
  lastRef = 0;
  readonly latestExemplars = new Map<SeriesRef, Exemplar>();
  #table = new SeriesTable();

  get count(): number {
    return this.#table.count;
  }

  has(ref: SeriesRef): boolean {
    return this.#table.slotOf(ref) >= 0;
  }

  /** The series' reference; a series that is not here yet gets the next one. */
  ensure(labels: Labels): { readonly ref: SeriesRef; readonly isNew: boolean } {
    const slot = this.#table.find(labels);
    if (slot >= 0) return { ref: this.#table.refs[slot] ?? 0, isNew: false };
    const ref = this.lastRef + 1;
    this.#add(ref, labels);
    return { ref, isNew: true };
  }

  /** Takes a series that the log names. Resolves to its reference: the first one that it had there. */
  adopt({ ref, labels }: LoggedSeries): SeriesRef {
    const slot = this.#table.find(labels);
    if (slot < 0) this.#add(ref, labels);
    // Another series must not get a number that the log has used.
    this.lastRef = Math.max(this.lastRef, ref);
    return slot < 0 ? ref : (this.#table.refs[slot] ?? 0);
  }

  /** When the newest sample of a series was; −Infinity without one, and of what is no series. */
  lastTimeMs(ref: SeriesRef): number {
    const slot = this.#table.slotOf(ref);
    return slot < 0 ? Number.NEGATIVE_INFINITY : (this.#table.maxTimesMs[slot] ?? 0);
  }

  /** Notes that a series has a sample of that time. */
  advance(ref: SeriesRef, timestampMs: number): void {
    const slot = this.#table.slotOf(ref);
    if (slot < 0) return;
    this.#table.maxTimesMs[slot] = Math.max(this.#table.maxTimesMs[slot] ?? 0, timestampMs);
  }

  /** Removes the series without a sample since `minMs`, but for those that one is on its way to. */
  removeBefore(minMs: number, pending: ReadonlySet<SeriesRef>): readonly LoggedSeries[] {
    const removed: LoggedSeries[] = [];
    const kept = new Uint8Array(this.#table.count);
    for (let slot = 0; slot < kept.length; slot++) {
      const ref = this.#table.refs[slot] ?? 0;
      const isKept = (this.#table.maxTimesMs[slot] ?? 0) >= minMs || pending.has(ref);
      kept[slot] = isKept ? 1 : 0;
      if (isKept) continue;
      removed.push({ ref, labels: this.#table.labels(slot) });
      this.latestExemplars.delete(ref);
    }
    if (removed.length > 0) this.#table = this.#table.keep(kept);
    return removed;
  }

  /** By the time at which they came. */
  *list(): Generator<LoggedSeries> {
    const table = this.#table;
    for (let slot = 0; slot < table.count; slot++) {
      yield { ref: table.refs[slot] ?? 0, labels: table.labels(slot) };
    }
  }

  #add(ref: SeriesRef, labels: Labels): void {
    const slot = this.#table.add(ref, labels);
    this.#table.maxTimesMs[slot] = Number.NEGATIVE_INFINITY;
    this.lastRef = Math.max(this.lastRef, ref);
  }
}
