import { type Exemplar, equalLabels, type Labels, type SeriesRef } from "#series";

/** An exemplar and whose it is. */
export interface StoredExemplar {
  readonly ref: SeriesRef;
  readonly seriesLabels: Labels;
  readonly exemplar: Exemplar;
}

/** The newest exemplars of all series together; the oldest give way. */
export class ExemplarRing {
  #entries: (StoredExemplar | undefined)[];
  #next = 0;
  /** The last one of each series that has any. */
  readonly #lastOf = new Map<SeriesRef, { exemplar: Exemplar; count: number }>();

  constructor(size: number) {
    this.#entries = Array.from({ length: size }, () => undefined);
  }

  get size(): number {
    return this.#entries.length;
  }

  get count(): number {
    return this.#entries.length === 0 || this.#entries[this.#next] !== undefined
      ? this.#entries.length
      : this.#next;
  }

  get seriesCount(): number {
    return this.#lastOf.size;
  }

  /** Whether a series would take it: "repeated" is the last one again, which is not stored twice. */
  judge(ref: SeriesRef, exemplar: Exemplar): "taken" | "repeated" | "out of order" {
    const last = this.#lastOf.get(ref)?.exemplar;
    if (last === undefined) return "taken";
    if (isSame(last, exemplar)) return "repeated";
    const isOlder =
      exemplar.timestampMs < last.timestampMs ||
      (exemplar.timestampMs === last.timestampMs && exemplar.value < last.value);
    return isOlder ? "out of order" : "taken";
  }

  /** Keeps an exemplar that `judge` takes. */
  add(stored: StoredExemplar): void {
    if (this.#entries.length === 0) return;
    this.#forget(this.#entries[this.#next]);
    this.#entries[this.#next] = stored;
    this.#next = (this.#next + 1) % this.#entries.length;
    const known = this.#lastOf.get(stored.ref);
    this.#lastOf.set(stored.ref, { exemplar: stored.exemplar, count: (known?.count ?? 0) + 1 });
  }

  /** The time of the oldest one. */
  get oldestMs(): number | undefined {
    const [oldest] = this.list();
    return oldest?.exemplar.timestampMs;
  }

  /** Oldest first. */
  *list(): Generator<StoredExemplar> {
    for (let index = 0; index < this.#entries.length; index++) {
      const stored = this.#entries[(this.#next + index) % this.#entries.length];
      if (stored !== undefined) yield stored;
    }
  }

  /** Changes how many are kept; the newest stay. */
  resize(size: number): void {
    const kept = [...this.list()].slice(-size || this.#entries.length);
    this.#entries = Array.from({ length: size }, () => undefined);
    this.#next = 0;
    this.#lastOf.clear();
    for (const stored of kept) this.add(stored);
  }

  #forget(stored: StoredExemplar | undefined): void {
    if (stored === undefined) return;
    const known = this.#lastOf.get(stored.ref);
    if (known === undefined) return;
    known.count--;
    if (known.count === 0) this.#lastOf.delete(stored.ref);
  }
}

function isSame(left: Exemplar, right: Exemplar): boolean {
  return (
    left.timestampMs === right.timestampMs &&
    Object.is(left.value, right.value) &&
    equalLabels(left.labels, right.labels)
  );
}
