import type { FloatRows } from "./write-series.ts";

/** Float rows while they are read, used again from series to series. */
export class FloatColumns implements FloatRows {
  count = 0;
  timestampsMs = new Float64Array(4);
  values = new Float64Array(4);
  /** The bits of the values: low and high half of each. */
  valueWords = new Uint32Array(this.values.buffer);
  startTimestampsMs = new Float64Array(4);

  clear(): void {
    this.count = 0;
  }

  /** Makes room for one more row, all zero, and gives its index; the caller fills it. */
  addRow(): number {
    const row = this.count++;
    if (row === this.values.length) this.#grow();
    this.timestampsMs[row] = 0;
    this.values[row] = 0;
    this.startTimestampsMs[row] = 0;
    return row;
  }

  #grow(): void {
    this.timestampsMs = doubled(this.timestampsMs);
    this.values = doubled(this.values);
    this.valueWords = new Uint32Array(this.values.buffer);
    this.startTimestampsMs = doubled(this.startTimestampsMs);
  }
}

/** Copies bits, not numbers: a stale marker among the values has to stay one. */
function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
