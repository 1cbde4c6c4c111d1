/**
 * A running sum with the part that rounding lost (Neumaier's form of Kahan's summation). The sum is
 * `sum + error`; an infinite one has no error.
 */
export class ExactSum {
  sum = 0;
  error = 0;

  reset(): void {
    this.sum = 0;
    this.error = 0;
  }

  add(value: number): void {
    const { sum } = this;
    const total = sum + value;
    if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) this.error = 0;
    else if (Math.abs(sum) >= Math.abs(value)) this.error += sum - total + value;
    else this.error += value - total + sum;
    this.sum = total;
  }

  get total(): number {
    return this.sum + this.error;
  }
}
