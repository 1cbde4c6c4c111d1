/**
 * The quantile `q` of the values, which it sorts, NaN first; between two values it interpolates.
 * −Inf and +Inf for a `q` outside [0, 1], NaN when `q` is NaN or there are no values.
 */
export function quantileOf(q: number, values: Float64Array): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  sortNaNFirst(values);
  const rank = q * (values.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(values.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  return (values[lower] ?? 0) * (1 - weight) + (values[upper] ?? 0) * weight;
}

function sortNaNFirst(values: Float64Array): void {
  values.sort();
  const numbers = countNumbers(values);
  if (numbers === values.length) return;
  values.copyWithin(values.length - numbers, 0, numbers);
  values.fill(Number.NaN, 0, values.length - numbers);
}

/** How many values are no NaN, which sorting has put last. */
function countNumbers(values: Float64Array): number {
  let count = values.length;
  while (count > 0 && Number.isNaN(values[count - 1])) count--;
  return count;
}
