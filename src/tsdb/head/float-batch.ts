import type { SampleColumns } from "../wal/record.ts";
import { grownDoubles } from "./columns.ts";

/** Float samples that wait for their commit, column by column. */
export class FloatBatch implements SampleColumns {
  count = 0;
  refs = new Float64Array(16);
  timestampsMs = new Float64Array(16);
  values = new Float64Array(16);
  /** The bits of the values: low and high half of each. */
  valueWords = new Uint32Array(this.values.buffer);
  startTimestampsMs: Float64Array | undefined = undefined;
  #starts = new Float64Array(0);

  clear(): void {
    this.count = 0;
    this.startTimestampsMs = undefined;
  }

  add(ref: number, timestampMs: number, value: number, startTimestampMs: number): void {
    const index = this.count;
    if (index === this.refs.length) this.#grow();
    this.refs[index] = ref;
    this.timestampsMs[index] = timestampMs;
    this.values[index] = value;
    if (startTimestampMs !== 0 || this.startTimestampsMs !== undefined) {
      this.#setStart(index, startTimestampMs);
    }
    this.count = index + 1;
  }

  /** Adds the stale marker. */
  addStale(ref: number, timestampMs: number): void {
    this.add(ref, timestampMs, 0, 0);
    this.valueWords[(this.count - 1) * 2] = staleLowWord;
    this.valueWords[(this.count - 1) * 2 + 1] = staleHighWord;
  }

  #grow(): void {
    this.refs = grownDoubles(this.refs, this.refs.length * 2);
    // It may have grown by more than was asked for, and all columns are as long as this one.
    const rows = this.refs.length;
    this.timestampsMs = grownDoubles(this.timestampsMs, rows);
    const values = new Float64Array(rows);
    // As words: copied as numbers, stale markers might not stay what they are.
    const words = new Uint32Array(values.buffer);
    words.set(this.valueWords);
    this.values = values;
    this.valueWords = words;
    if (this.startTimestampsMs !== undefined) {
      this.#starts = grownDoubles(this.#starts, rows);
      this.startTimestampsMs = this.#starts;
    }
  }

  #setStart(index: number, startTimestampMs: number): void {
    if (this.startTimestampsMs === undefined) {
      this.#starts = grownDoubles(this.#starts, this.refs.length).fill(0);
      this.startTimestampsMs = this.#starts;
    }
    this.#starts[index] = startTimestampMs;
  }
}

/** Columns for the next batch: a scrape needs as many as the one before, and garbage costs time. */
export class FloatBatchPool {
  readonly #spare: FloatBatch[] = [];

  take(): FloatBatch {
    return this.#spare.pop() ?? new FloatBatch();
  }

  give(batch: FloatBatch): void {
    if (this.#spare.length === sparesMax || batch.refs.length > spareRowsMax) return;
    batch.clear();
    this.#spare.push(batch);
  }
}

const sparesMax = 16;
const spareRowsMax = 32_768;

/** The bits of the stale marker. */
export const staleLowWord = 2;
export const staleHighWord = 0x7ff00000;
