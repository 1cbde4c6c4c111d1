import { ExactSum } from "../kahan.ts";

/** How many samples are folded into one block. */
const blockSize = 64;

/**
 * Folds of the floats of a series in blocks, so that wide windows need not look at every sample
 * again at each step: sums with their rounding errors, smallest and largest values.
 */
export class BlockFold {
  readonly #floats: Float64Array;
  readonly #count: number;
  #sums: BlockSums | undefined = undefined;
  #extremes: BlockExtremes | undefined = undefined;

  constructor(floats: Float64Array, count: number) {
    this.#floats = floats;
    this.#count = count;
  }

  /** Whether a window of so many samples is worth it. */
  static isWorth(sampleCount: number): boolean {
    return sampleCount >= 4 * blockSize;
  }

  /** Adds the rows `[from, to)` to `total`. */
  addTo(total: ExactSum, from: number, to: number): void {
    const { sums, errors } = this.#blockSums();
    const first = Math.ceil(from / blockSize);
    const end = Math.floor(to / blockSize);
    total.addAll(this.#floats, from, first * blockSize);
    total.addAll(sums, first, end);
    for (let block = first; block < end; block++) total.error += errors[block] ?? 0;
    total.addAll(this.#floats, end * blockSize, to);
  }

  /** The largest or smallest of the rows `[from, to)`; NaN only where there is nothing else. */
  extreme(which: "min" | "max", from: number, to: number): number {
    const sign = which === "max" ? 1 : -1;
    const { minima, maxima } = this.#blockExtremes();
    const extremes = which === "max" ? maxima : minima;
    const first = Math.ceil(from / blockSize);
    const end = Math.floor(to / blockSize);
    let extreme = extremeOf(this.#floats, from, first * blockSize, sign);
    extreme = further(extreme, extremeOf(extremes, first, end, sign), sign);
    return further(extreme, extremeOf(this.#floats, end * blockSize, to, sign), sign);
  }

  #blockSums(): BlockSums {
    if (this.#sums !== undefined) return this.#sums;
    const count = Math.floor(this.#count / blockSize);
    const made = { sums: new Float64Array(count), errors: new Float64Array(count) };
    for (let block = 0; block < count; block++) {
      const total = new ExactSum();
      total.addAll(this.#floats, block * blockSize, (block + 1) * blockSize);
      made.sums[block] = total.sum;
      made.errors[block] = total.error;
    }
    this.#sums = made;
    return made;
  }

  #blockExtremes(): BlockExtremes {
    if (this.#extremes !== undefined) return this.#extremes;
    const count = Math.floor(this.#count / blockSize);
    const made = { minima: new Float64Array(count), maxima: new Float64Array(count) };
    for (let block = 0; block < count; block++) {
      const from = block * blockSize;
      made.minima[block] = extremeOf(this.#floats, from, from + blockSize, -1);
      made.maxima[block] = extremeOf(this.#floats, from, from + blockSize, 1);
    }
    this.#extremes = made;
    return made;
  }
}

interface BlockSums {
  readonly sums: Float64Array;
  readonly errors: Float64Array;
}

interface BlockExtremes {
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
}

/** The largest value (of its negative when `sign` is −1) of the rows; NaN when all are or none is. */
export function extremeOf(values: Float64Array, from: number, to: number, sign: 1 | -1): number {
  let extreme = Number.NaN;
  for (let row = from; row < to; row++) {
    const value = values[row] ?? 0;
    if (sign * value > sign * extreme || extreme !== extreme) extreme = value;
  }
  return extreme;
}

function further(left: number, right: number, sign: 1 | -1): number {
  return sign * right > sign * left || left !== left ? right : left;
}
