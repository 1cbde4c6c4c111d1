import { sortNaNFirst } from "../quantile.ts";

/**
 * The floats of a window in ascending order, NaN first. From step to step only what leaves and what
 * enters is moved, which for neighbouring windows is far less than to sort again.
 */
export class SortedWindow {
  #sorted = new Float64Array(64);
  #count = 0;
  #source: Float64Array | undefined = undefined;
  #from = 0;
  #to = 0;

  /** The rows `[from, to)` of a series' floats in order; valid until the next call. */
  of(floats: Float64Array, from: number, to: number): Float64Array {
    const isNeighbour = this.#source === floats && from >= this.#from && from < this.#to;
    const changed = from - this.#from + (to - this.#to);
    if (isNeighbour && to >= this.#to && changed < (to - from) / 4) this.#slide(floats, from, to);
    else this.#sort(floats, from, to);
    this.#source = floats;
    this.#from = from;
    this.#to = to;
    return this.#sorted.subarray(0, this.#count);
  }

  /** To be called when the rows of a series' floats stand for another series. */
  clear(): void {
    this.#source = undefined;
  }

  #slide(floats: Float64Array, from: number, to: number): void {
    for (let row = this.#from; row < from; row++) this.#remove(floats[row] ?? 0);
    this.#reserve(this.#count + to - this.#to);
    for (let row = this.#to; row < to; row++) this.#insert(floats[row] ?? 0);
  }

  #sort(floats: Float64Array, from: number, to: number): void {
    this.#count = to - from;
    this.#reserve(this.#count);
    this.#sorted.set(floats.subarray(from, to));
    sortNaNFirst(this.#sorted.subarray(0, this.#count));
  }

  #reserve(count: number): void {
    if (count <= this.#sorted.length) return;
    const larger = new Float64Array(2 * count);
    larger.set(this.#sorted);
    this.#sorted = larger;
  }

  #remove(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place, place + 1, this.#count);
    this.#count--;
  }

  #insert(value: number): void {
    const place = this.#placeOf(value);
    this.#sorted.copyWithin(place + 1, place, this.#count);
    this.#sorted[place] = value;
    this.#count++;
  }

  /** The first place whose value is not before `value`. */
  #placeOf(value: number): number {
    if (value !== value) return 0;
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) >= value) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
