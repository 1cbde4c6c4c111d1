/**
 * The stale marker: a NaN with its own bits, which says that a series has ended here.
 *
 * Its bits survive in typed arrays and data views only; ordinary arrays, fields and arithmetic may
 * turn it into another NaN. So samples stay in typed arrays, and code that has one in hand asks by place.
 */
const staleLowWord = 2;
const staleHighWord = 0x7ff00000;

/** Whether the value at `index` is the stale marker. */
export function isStaleAt(values: Float64Array, index: number): boolean {
  const value = values[index];
  if (value === value) return false;
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  return words[0] === staleLowWord;
}

/** Writes the stale marker's exact bits. */
export function writeStaleAt(values: Float64Array, index: number): void {
  const words = new Uint32Array(values.buffer, values.byteOffset + index * 8, 2);
  words[0] = staleLowWord;
  words[1] = staleHighWord;
}
