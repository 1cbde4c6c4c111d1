/**
 * Adds `increment` to `sums[at]` and what rounding lost to `errors[at]` (Neumaier's form of Kahan's
 * summation). Upstream sums in this way, and results are compared with upstream's.
 */
export function addExactly(
  sums: Float64Array,
  errors: Float64Array,
  at: number,
  increment: number,
): void {
  const sum = sums[at] ?? 0;
  const total = sum + increment;
  sums[at] = total;
  if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) {
    errors[at] = 0;
  } else if (Math.abs(sum) >= Math.abs(increment)) {
    errors[at] = (errors[at] ?? 0) + (sum - total + increment);
  } else {
    errors[at] = (errors[at] ?? 0) + (increment - total + sum);
  }
}
