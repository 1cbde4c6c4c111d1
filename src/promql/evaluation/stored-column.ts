import type { Histogram, Labels } from "#series";
import { absent, type Column, type ColumnPool, float } from "./column.ts";

/**
 * A column that is kept for later, without the steps before its first and after its last sample: of
 * a million series that came and went, each takes the room of its own life only.
 */
export class StoredColumn {
  readonly labels: Labels;
  readonly #dropsName: boolean;
  /** The step of the first sample. */
  readonly first: number;
  /** The step after the last one. */
  readonly end: number;
  readonly #values: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #histograms: readonly (Histogram | undefined)[] | undefined;

  /** Copies what it needs; the column stays the caller's. */
  constructor(column: Column) {
    const { kinds } = column;
    let first = 0;
    let end = kinds.length;
    while (first < end && kinds[first] === absent) first++;
    while (end > first && kinds[end - 1] === absent) end--;
    this.labels = column.labels;
    this.#dropsName = column.dropsName;
    this.first = first;
    this.end = end;
    this.#values = column.values.slice(first, end);
    this.#kinds = kinds.slice(first, end);
    this.#histograms = column.histograms?.slice(first, end);
  }

  isPresent(step: number): boolean {
    return step >= this.first && step < this.end && this.#kinds[step - this.first] !== absent;
  }

  isFloat(step: number): boolean {
    return step >= this.first && this.#kinds[step - this.first] === float;
  }

  /** The float of a step that has one. */
  floatAt(step: number): number {
    return this.#values[step - this.first] ?? 0;
  }

  /** The column as it was, one of the pool's. */
  load(pool: ColumnPool): Column {
    const column = pool.take(this.labels);
    column.dropsName = this.#dropsName;
    column.values.set(this.#values, this.first);
    column.kinds.set(this.#kinds, this.first);
    if (this.#histograms !== undefined) this.#loadHistograms(column, this.#histograms);
    return column;
  }

  #loadHistograms(column: Column, histograms: readonly (Histogram | undefined)[]): void {
    column.histograms = [];
    for (const [index, value] of histograms.entries()) {
      if (value !== undefined) column.histograms[this.first + index] = value;
    }
  }
}
