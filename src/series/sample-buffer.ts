import type { Histogram } from "./histogram.ts";
import { writeStaleAt } from "./stale.ts";

/**
 * Samples of one series in time order, column by column; reused from series to series, so that
 * reading a million samples allocates nothing. Rows at and beyond `count` are left-overs.
 */
export class SampleBuffer {
  count = 0;
  timestampsMs: Float64Array<ArrayBuffer>;
  /** NaN in the row of a histogram. */
  values: Float64Array<ArrayBuffer>;
  /** The values' bits: two words for each, the lower one first. */
  words: Int32Array<ArrayBuffer>;
  /** When the counter began, 0 where that is not known; undefined when no row knows it. */
  startTimestampsMs: Float64Array | undefined = undefined;
  /** The histogram of each row that has one; undefined when all rows are floats. */
  histograms: (Histogram | undefined)[] | undefined = undefined;

  /** Begins with room for `rows` rows. */
  constructor(rows = 256) {
    this.timestampsMs = new Float64Array(rows);
    this.values = new Float64Array(rows);
    this.words = new Int32Array(this.values.buffer);
  }

  clear(): void {
    this.count = 0;
    this.startTimestampsMs = undefined;
    this.histograms = undefined;
  }

  /** Makes room for `rows` more rows; decoders may then write the columns directly. */
  reserve(rows: number): void {
    const needed = this.count + rows;
    if (needed <= this.timestampsMs.length) return;
    const size = Math.max(needed, this.timestampsMs.length * 2);
    this.timestampsMs = grown(this.timestampsMs, size);
    this.values = grown(this.values, size);
    this.words = new Int32Array(this.values.buffer);
    if (this.startTimestampsMs !== undefined) {
      this.startTimestampsMs = grown(this.startTimestampsMs, size);
    }
  }

  addFloat(timestampMs: number, value: number, startTimestampMs = 0): void {
    this.reserve(1);
    this.timestampsMs[this.count] = timestampMs;
    this.values[this.count] = value;
    this.#setStart(startTimestampMs);
    if (this.histograms !== undefined) this.histograms[this.count] = undefined;
    this.count++;
  }

  addHistogram(timestampMs: number, histogram: Histogram, startTimestampMs = 0): void {
    this.reserve(1);
    this.timestampsMs[this.count] = timestampMs;
    this.values[this.count] = Number.NaN;
    this.#setStart(startTimestampMs);
    this.histograms ??= Array.from({ length: this.count }, () => undefined);
    this.histograms[this.count] = histogram;
    this.count++;
  }

  /** The marker that ends a series, whatever kind its samples are of. */
  addStale(timestampMs: number): void {
    this.addFloat(timestampMs, 0);
    writeStaleAt(this.values, this.count - 1);
  }

  #setStart(startTimestampMs: number): void {
    if (startTimestampMs === 0 && this.startTimestampsMs === undefined) return;
    this.startTimestampsMs ??= new Float64Array(this.timestampsMs.length);
    this.startTimestampsMs[this.count] = startTimestampMs;
  }
}

function grown(column: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(size);
  larger.set(column);
  return larger;
}
