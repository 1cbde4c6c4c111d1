import { type Histogram, isReset, isStaleAt, type SampleBuffer } from "#series";
import { BlockFold } from "./block-fold.ts";
import { float, histogram, type Column, histogramSize } from "./column.ts";
import type { Grid } from "./grid.ts";
import { isStartReset } from "./start-timestamp.ts";

/** The samples of one series that its windows slide over: floats and histograms apart, no markers. */
export class RangeSamples {
  floatCount = 0;
  floatTimesMs: Float64Array = new Float64Array(0);
  floats: Float64Array = new Float64Array(0);
  /** When the counter of each sample began; undefined when that is unknown or not asked for. */
  floatStartsMs: Float64Array | undefined = undefined;
  histogramCount = 0;
  histogramTimesMs: Float64Array = new Float64Array(0);
  histograms: Histogram[] = [];
  histogramStartsMs: Float64Array | undefined = undefined;
  readonly #usesStarts: boolean;
  #resets: Int32Array | undefined = undefined;
  #changes: Int32Array | undefined = undefined;
  #blocks: BlockFold | undefined = undefined;
  #histogramSizes: Float64Array | undefined = undefined;
  #histogramResets: Uint8Array | undefined = undefined;

  constructor(startTimestamps: "used" | "ignored") {
    this.#usesStarts = startTimestamps === "used";
  }

  /** Takes the samples of a buffer, which must not change while they are used. */
  load(buffer: SampleBuffer): void {
    this.#resets = undefined;
    this.#histogramSizes = undefined;
    this.#histogramResets = undefined;
    this.#changes = undefined;
    this.#blocks = undefined;
    this.histogramCount = 0;
    if (buffer.histograms !== undefined || hasNaN(buffer)) {
      this.#loadApart(buffer);
      return;
    }
    this.floatCount = buffer.count;
    this.floatTimesMs = buffer.timestampsMs;
    this.floats = buffer.values;
    this.floatStartsMs = this.#usesStarts ? buffer.startTimestampsMs : undefined;
  }

  /** Takes what a subquery gave at its steps. Its histograms say nothing of resets in between. */
  loadColumn(column: Column, grid: Grid): void {
    this.#resets = undefined;
    this.#histogramSizes = undefined;
    this.#histogramResets = undefined;
    this.#changes = undefined;
    this.#blocks = undefined;
    this.#clear(grid.count, "ignored");
    for (let step = 0; step < grid.count; step++) {
      const timeMs = grid.startMs + step * grid.stepMs;
      const kind = column.kinds[step];
      if (kind === float) this.#addFloat(timeMs, column.values[step] ?? 0);
      const value = kind === histogram ? column.histograms?.[step] : undefined;
      if (value !== undefined) this.#addHistogram(timeMs, withoutResetHint(value));
    }
  }

  /** The rows of floats, ascending, whose counter began anew since the row before. */
  resets(): Int32Array {
    this.#resets ??= this.#findResets();
    return this.#resets;
  }

  /** The rows of floats, ascending, whose value is another than that of the row before. */
  changes(): Int32Array {
    this.#changes ??= this.#findChanges();
    return this.#changes;
  }

  /** Folds of the floats for wide windows. */
  blocks(): BlockFold {
    this.#blocks ??= new BlockFold(this.floats, this.floatCount);
    return this.#blocks;
  }

  /** Whether the counter began anew with each row's histogram. */
  histogramResets(): Uint8Array {
    this.#histogramResets ??= this.#findHistogramResets();
    return this.#histogramResets;
  }

  /** What the histograms before each row weigh together. */
  histogramSizes(): Float64Array {
    if (this.#histogramSizes !== undefined) return this.#histogramSizes;
    const sizes = new Float64Array(this.histogramCount + 1);
    for (let row = 0; row < this.histogramCount; row++) {
      const value = this.histograms[row];
      sizes[row + 1] = (sizes[row] ?? 0) + (value === undefined ? 0 : histogramSize(value));
    }
    this.#histogramSizes = sizes;
    return sizes;
  }

  #loadApart(buffer: SampleBuffer): void {
    const starts = this.#usesStarts ? buffer.startTimestampsMs : undefined;
    this.#clear(buffer.count, starts === undefined ? "ignored" : "used");
    for (let row = 0; row < buffer.count; row++) {
      const timeMs = buffer.timestampsMs[row] ?? 0;
      const value = buffer.histograms?.[row];
      if (value !== undefined) {
        if (starts !== undefined) setAt(this.histogramStartsMs, this.histogramCount, starts[row]);
        this.#addHistogram(timeMs, value);
      } else if (!isStaleAt(buffer.values, row)) {
        if (starts !== undefined) setAt(this.floatStartsMs, this.floatCount, starts[row]);
        this.#addFloat(timeMs, buffer.values[row] ?? 0);
      }
    }
  }

  #clear(rowsMax: number, startTimestamps: "used" | "ignored"): void {
    const keepsStarts = startTimestamps === "used";
    this.floatCount = 0;
    this.histogramCount = 0;
    this.histograms = [];
    this.floatTimesMs = new Float64Array(rowsMax);
    this.floats = new Float64Array(rowsMax);
    this.floatStartsMs = keepsStarts ? new Float64Array(rowsMax) : undefined;
    this.histogramTimesMs = new Float64Array(rowsMax);
    this.histogramStartsMs = keepsStarts ? new Float64Array(rowsMax) : undefined;
  }

  #addFloat(timeMs: number, value: number): void {
    this.floatTimesMs[this.floatCount] = timeMs;
    this.floats[this.floatCount] = value;
    this.floatCount++;
  }

  #addHistogram(timeMs: number, value: Histogram): void {
    this.histogramTimesMs[this.histogramCount] = timeMs;
    this.histograms.push(value);
    this.histogramCount++;
  }

  #findResets(): Int32Array {
    const { floats, floatCount } = this;
    const rows = new RowList();
    const knowsStarts = this.floatStartsMs !== undefined;
    for (let row = 1; row < floatCount; row++) {
      const isLess = (floats[row] ?? 0) < (floats[row - 1] ?? 0);
      if (isLess || (knowsStarts && this.#isStartReset(row))) rows.add(row);
    }
    return rows.rows();
  }

  /** NaN equals NaN here, although IEEE 754 says otherwise: a series stuck at NaN has not changed. */
  #findChanges(): Int32Array {
    const { floats, floatCount } = this;
    const rows = new RowList();
    for (let row = 1; row < floatCount; row++) {
      const value = floats[row] ?? 0;
      const before = floats[row - 1] ?? 0;
      if (value !== before && (value === value || before === before)) rows.add(row);
    }
    return rows.rows();
  }

  #findHistogramResets(): Uint8Array {
    const resets = new Uint8Array(this.histogramCount);
    const starts = this.histogramStartsMs;
    for (let row = 1; row < this.histogramCount; row++) {
      const current = this.histograms[row];
      const previous = this.histograms[row - 1];
      if (current === undefined || previous === undefined) continue;
      const isNewStart = starts !== undefined && isStartReset(this.histogramTimesMs, starts, row);
      if (isNewStart || isReset(current, previous)) resets[row] = 1;
    }
    return resets;
  }

  #isStartReset(row: number): boolean {
    const starts = this.floatStartsMs;
    return starts !== undefined && isStartReset(this.floatTimesMs, starts, row);
  }
}

/** Collects rows; none at all, which is the rule, costs nothing. */
class RowList {
  #rows = noRows;
  #count = 0;

  add(row: number): void {
    if (this.#count === this.#rows.length) {
      const larger = new Int32Array(Math.max(64, 2 * this.#count));
      larger.set(this.#rows);
      this.#rows = larger;
    }
    this.#rows[this.#count] = row;
    this.#count++;
  }

  rows(): Int32Array {
    return this.#rows.subarray(0, this.#count);
  }
}

const noRows = new Int32Array(0);

function hasNaN(buffer: SampleBuffer): boolean {
  const { values, count } = buffer;
  for (let row = 0; row < count; row++) {
    const value = values[row];
    if (value !== value) return true;
  }
  return false;
}

function setAt(column: Float64Array | undefined, row: number, value: number | undefined): void {
  if (column !== undefined) column[row] = value ?? 0;
}

function withoutResetHint(value: Histogram): Histogram {
  const { counterResetHint: hint } = value;
  return hint === "gauge" || hint === "unknown" ? value : { ...value, counterResetHint: "unknown" };
}
