/** The first place in an ascending list whose row is at least `row`. */
export function firstAtLeast(rows: Int32Array, row: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] ?? 0) >= row) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first of the rows `[from, to)` that is later than `timeMs`; `to` when there is none. */
export function firstAfter(
  timesMs: Float64Array,
  from: number,
  to: number,
  timeMs: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesMs[middle] ?? 0) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first of the rows `[from, to)` that is at `timeMs` or later; `to` when there is none. */
export function firstAt(timesMs: Float64Array, from: number, to: number, timeMs: number): number {
  let row = firstAfter(timesMs, from, to, timeMs);
  while (row > from && (timesMs[row - 1] ?? 0) >= timeMs) row--;
  return row;
}
