/**
 * Whether the start time of a row says that its counter began anew since the row before, which the
 * values alone may not show. A start of 0 is unknown; one at or after its own sample means nothing.
 */
export function isStartReset(timesMs: Float64Array, startsMs: Float64Array, row: number): boolean {
  const startMs = startsMs[row] ?? 0;
  const previousMs = timesMs[row - 1] ?? 0;
  if (startMs === 0 || startMs >= (timesMs[row] ?? 0)) return false;
  if (startMs !== previousMs) return startMs > previousMs;
  // Each sample begins where the one before ended: deltas, unless that one's own start is unknown.
  const previousStartMs = startsMs[row - 1] ?? 0;
  return previousStartMs < previousMs && previousStartMs !== 0;
}

/** Whether the row's start lies before the sample before it, though their starts differ. */
export function isStartOverlap(
  timesMs: Float64Array,
  startsMs: Float64Array,
  row: number,
): boolean {
  const startMs = startsMs[row] ?? 0;
  return startMs !== 0 && startMs < (timesMs[row - 1] ?? 0) && startMs !== startsMs[row - 1];
}
