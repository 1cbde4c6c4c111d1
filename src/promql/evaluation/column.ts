import type { Histogram, Labels } from "#series";

/** What a step of a column holds. */
export const absent = 0;
export const float = 1;
export const histogram = 2;

/** One series of a value: what it is at each step of the grid. */
export class Column {
  labels: Labels;
  /** The metric name is to be removed when the query is done. */
  dropsName: boolean;
  /** Of the steps whose kind is `float`; left-overs elsewhere. */
  readonly values: Float64Array;
  /** `absent`, `float` or `histogram`, by step. */
  readonly kinds: Uint8Array;
  /** Of the steps whose kind is `histogram`; undefined when there are none. */
  histograms: (Histogram | undefined)[] | undefined;

  constructor(labels: Labels, stepCount: number) {
    this.labels = labels;
    this.dropsName = false;
    this.values = new Float64Array(stepCount);
    this.kinds = new Uint8Array(stepCount);
    this.histograms = undefined;
  }

  setFloat(step: number, value: number): void {
    this.values[step] = value;
    this.kinds[step] = float;
  }

  setHistogram(step: number, value: Histogram): void {
    this.histograms ??= [];
    this.histograms[step] = value;
    this.kinds[step] = histogram;
  }

  get isEmpty(): boolean {
    const { kinds } = this;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== absent) return false;
    }
    return true;
  }
}

/**
 * Columns of one grid that are free to be used again. Whoever is handed a column owns it: it may
 * change it, keep it, pass it on, or give it back.
 */
export class ColumnPool {
  readonly #stepCount: number;
  readonly #free: Column[] = [];

  constructor(stepCount: number) {
    this.#stepCount = stepCount;
  }

  /** An empty column: absent at every step. */
  take(labels: Labels): Column {
    const column = this.#free.pop();
    if (column === undefined) return new Column(labels, this.#stepCount);
    column.labels = labels;
    column.dropsName = false;
    column.kinds.fill(absent);
    column.histograms = undefined;
    return column;
  }

  /** The caller must not touch the column any more. */
  give(column: Column): void {
    if (this.#free.length < freeColumnsMax) this.#free.push(column);
  }
}

const freeColumnsMax = 64;

/** How many samples a column holds, histograms weighing by their size. */
export function columnSize(column: Column): number {
  const { kinds, histograms } = column;
  let size = 0;
  if (histograms === undefined) {
    for (let step = 0; step < kinds.length; step++) size += kinds[step] ?? 0;
    return size;
  }
  for (let step = 0; step < kinds.length; step++) size += sizeAt(column, step);
  return size;
}

/** What one step of a column weighs. */
export function sizeAt(column: Column, step: number): number {
  if (column.kinds[step] !== histogram) return column.kinds[step] === float ? 1 : 0;
  const value = column.histograms?.[step];
  return value === undefined ? 0 : histogramSize(value);
}

/** How many float samples would take as much memory, counted as upstream counts. */
export function histogramSize(value: Histogram): number {
  const spans = value.positive.spanOffsets.length + value.negative.spanOffsets.length;
  const buckets = value.positive.bucketCounts.length + value.negative.bucketCounts.length;
  const bytes = histogramHeaderBytes + 8 * (spans + buckets + value.customValues.length);
  return Math.floor((bytes + 8) / 16);
}

/** The fixed part of a histogram in upstream's memory. */
const histogramHeaderBytes = 168;
