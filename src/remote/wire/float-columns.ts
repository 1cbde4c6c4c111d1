import type { FloatRows } from "./write-series.ts";

/** Float rows while they are read. */
export class FloatColumns implements FloatRows {
  count = 0;
  timestampsMs = new Float64Array(1);
  values = new Float64Array(1);
  startTimestampsMs = new Float64Array(1);

  /** Makes room for one more row and gives its index; the caller fills it. */
  addRow(): number {
    if (this.count === this.values.length) {
      this.timestampsMs = doubled(this.timestampsMs);
      this.values = doubled(this.values);
      this.startTimestampsMs = doubled(this.startTimestampsMs);
    }
    return this.count++;
  }
}

/** Copies bits, not numbers: a stale marker among the values has to stay one. */
function doubled(column: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
