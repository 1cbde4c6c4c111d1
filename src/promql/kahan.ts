/**
 * The error of a running sum (Neumaier's form of Kahan's summation) after `value` was added to `sum`,
 * which gave `total`: what rounding lost so far. An infinite sum has no error.
 *
 *     const total = sum + value;
 *     error = carriedError(error, sum, value, total);
 *     sum = total;
 *
 * Hot loops do this with local variables, which is several times faster than with an object's.
 */
export function carriedError(error: number, sum: number, value: number, total: number): number {
  if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) return 0;
  return Math.abs(sum) >= Math.abs(value)
    ? error + (sum - total + value)
    : error + (value - total + sum);
}

/** A running sum with its error. */
export class ExactSum {
  sum = 0;
  error = 0;

  add(value: number): void {
    const total = this.sum + value;
    this.error = carriedError(this.error, this.sum, value, total);
    this.sum = total;
  }

  /** Adds the values at `[from, to)`. */
  addAll(values: Float64Array, from: number, to: number): void {
    let { sum, error } = this;
    for (let row = from; row < to; row++) {
      const value = values[row] ?? 0;
      const total = sum + value;
      error = carriedError(error, sum, value, total);
      sum = total;
    }
    this.sum = sum;
    this.error = error;
  }

  get total(): number {
    return this.sum + this.error;
  }
}
