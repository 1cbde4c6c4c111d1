/** The same column, long enough for `rows` rows; it grows by halves, so that little stands empty. */
export function grownBytes(column: Uint8Array<ArrayBuffer>, rows: number): Uint8Array<ArrayBuffer> {
  if (rows <= column.length) return column;
  const larger = new Uint8Array(sizeFor(column.length, rows));
  larger.set(column);
  return larger;
}

export function grownShorts(
  column: Uint16Array<ArrayBuffer>,
  rows: number,
): Uint16Array<ArrayBuffer> {
  if (rows <= column.length) return column;
  const larger = new Uint16Array(sizeFor(column.length, rows));
  larger.set(column);
  return larger;
}

export function grownWords(
  column: Uint32Array<ArrayBuffer>,
  rows: number,
): Uint32Array<ArrayBuffer> {
  if (rows <= column.length) return column;
  const larger = new Uint32Array(sizeFor(column.length, rows));
  larger.set(column);
  return larger;
}

export function grownDoubles(
  column: Float64Array<ArrayBuffer>,
  rows: number,
): Float64Array<ArrayBuffer> {
  if (rows <= column.length) return column;
  const larger = new Float64Array(sizeFor(column.length, rows));
  larger.set(column);
  return larger;
}

/** Room for `rows` rows at least, and a quarter more than before. */
export function sizeFor(present: number, rows: number): number {
  return Math.max(rows, Math.ceil(present * 1.25), 64);
}
