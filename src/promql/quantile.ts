/**
 * The quantile `q` of values in ascending order, NaN first; between two values it interpolates. −Inf
 * and +Inf for a `q` outside [0, 1], NaN when `q` is NaN or there are no values.
 */
export function quantileOfSorted(q: number, sorted: Float64Array): number {
  if (sorted.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const rank = q * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (sorted[lower] ?? 0) * (1 - weight) + (sorted[upper] ?? 0) * weight;
}

/** Sorts ascending, NaN first. */
export function sortNaNFirst(values: Float64Array): void {
  values.sort();
  let numbers = values.length;
  while (numbers > 0 && Number.isNaN(values[numbers - 1])) numbers--;
  if (numbers === values.length) return;
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}
