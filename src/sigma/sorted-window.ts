/** The values of a moving window in order. Room for all of them is taken at once. */
export class SortedWindow {
  count = 0;
  readonly #values: Float64Array;

  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  /** The middle value, or the mean of the two in the middle. */
  get median(): number {
    const lower = this.#values[(this.count - 1) >> 1] ?? Number.NaN;
    const upper = this.#values[this.count >> 1] ?? Number.NaN;
    return (lower + upper) / 2;
  }

  /** NaN is no value and is passed over. */
  add(value: number): void {
    if (value !== value) return;
    const at = this.#firstAtLeast(value);
    this.#values.copyWithin(at + 1, at, this.count);
    this.#values[at] = value;
    this.count++;
  }

  /** Takes out one value that was added. */
  remove(value: number): void {
    if (value !== value) return;
    const at = this.#firstAtLeast(value);
    this.#values.copyWithin(at, at + 1, this.count);
    this.count--;
  }

  #firstAtLeast(value: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#values[middle] ?? 0) >= value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
