/** Keeps the largest or smallest of many values, each with the index it came with. */
export class RankHeap {
  /** At most so many are kept. */
  readonly size: number;
  readonly #sign: 1 | -1;
  /** A heap whose root is the value to go next; NaN goes before all numbers. */
  readonly #values: number[] = [];
  readonly #indexes: number[] = [];

  constructor(size: number, kept: "largest" | "smallest") {
    this.size = size;
    this.#sign = kept === "largest" ? 1 : -1;
  }

  offer(value: number, index: number): void {
    if (this.#values.length < this.size) {
      this.#values.push(value);
      this.#indexes.push(index);
      this.#rise(this.#values.length - 1);
      return;
    }
    const root = this.#values[0];
    if (root === undefined || !this.#isWorse(root, value)) return;
    this.#values[0] = value;
    this.#indexes[0] = index;
    this.#sink();
  }

  /** The indexes of the kept values, in no order. */
  kept(): readonly number[] {
    return this.#indexes;
  }

  /** The indexes of the kept values, the best first. */
  ranked(): readonly number[] {
    const places = this.#values.map((_, place) => place);
    const worseFirst = (left: number, right: number) => this.#compare(left, right);
    return places
      .sort((left, right) => -worseFirst(left, right))
      .map((place) => this.#indexes[place] ?? 0);
  }

  #compare(left: number, right: number): number {
    const leftValue = this.#values[left] ?? 0;
    const rightValue = this.#values[right] ?? 0;
    if (this.#isWorse(leftValue, rightValue)) return -1;
    return this.#isWorse(rightValue, leftValue) ? 1 : 0;
  }

  #isWorse(value: number, other: number): boolean {
    if (Number.isNaN(value)) return !Number.isNaN(other);
    return this.#sign * value < this.#sign * other;
  }

  #rise(from: number): void {
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#compare(place, parent) >= 0) return;
      this.#swap(place, parent);
      place = parent;
    }
  }

  #sink(): void {
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      if (left >= this.#values.length) return;
      const right = left + 1;
      const isRightWorse = right < this.#values.length && this.#compare(right, left) < 0;
      const child = isRightWorse ? right : left;
      if (this.#compare(child, place) >= 0) return;
      this.#swap(place, child);
      place = child;
    }
  }

  #swap(left: number, right: number): void {
    const value = this.#values[left] ?? 0;
    const index = this.#indexes[left] ?? 0;
    this.#values[left] = this.#values[right] ?? 0;
    this.#indexes[left] = this.#indexes[right] ?? 0;
    this.#values[right] = value;
    this.#indexes[right] = index;
  }
}
