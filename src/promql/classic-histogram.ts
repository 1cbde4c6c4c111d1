import type { ForcedMonotonicity } from "./annotation-texts.ts";

/**
 * The buckets of a classic histogram at one step, ascending: how many observations are up to each
 * bound. One object is filled again and again.
 */
export class ClassicBuckets {
  readonly #bounds: Float64Array;
  readonly #counts: Float64Array;
  #size = 0;
  #forced: ForcedMonotonicity | undefined = undefined;

  constructor(sizeMax: number) {
    this.#bounds = new Float64Array(sizeMax);
    this.#counts = new Float64Array(sizeMax);
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** How the counts had to be changed to grow with the bounds; undefined when they did. */
  get forced(): ForcedMonotonicity | undefined {
    return this.#forced;
  }

  clear(): void {
    this.#size = 0;
    this.#forced = undefined;
  }

  /** Adds the next bucket; bounds come in ascending order. Equal ones are the same bucket. */
  add(bound: number, count: number): void {
    const last = this.#size - 1;
    if (last >= 0 && this.#bounds[last] === bound) {
      this.#counts[last] = (this.#counts[last] ?? 0) + count;
      return;
    }
    this.#bounds[this.#size] = bound;
    this.#counts[this.#size] = count;
    this.#size++;
  }

  /**
   * The value below which the fraction `q` of the observations lies, evenly interpolated. In the
   * last bucket it is that bucket's lower bound; the first begins at 0 if it ends above.
   */
  quantile(q: number): number {
    if (Number.isNaN(q)) return Number.NaN;
    if (q < 0) return Number.NEGATIVE_INFINITY;
    if (q > 1) return Number.POSITIVE_INFINITY;
    if (!this.#isComplete) return Number.NaN;
    this.#forceMonotonicity();
    const last = this.#size - 1;
    const observations = this.#counts[last] ?? 0;
    return last < 1 || observations === 0 ? Number.NaN : this.#valueAt(q * observations);
  }

  /** The fraction of the observations between two values, the inverse of the quantile. */
  fraction(lower: number, upper: number): number {
    if (!this.#isComplete) return Number.NaN;
    const observations = this.#counts[this.#size - 1] ?? 0;
    if (observations === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return Number.NaN;
    if (lower >= upper) return 0;
    return (this.#rankOf(upper) - this.#rankOf(lower)) / observations;
  }

  #valueAt(rank: number): number {
    const last = this.#size - 1;
    let at = 0;
    while (at < last && !((this.#counts[at] ?? 0) >= rank)) at++;
    if (at === last) return this.#bounds[last - 1] ?? 0;
    const upper = this.#bounds[at] ?? 0;
    if (at === 0 && upper <= 0) return upper;
    const lower = at === 0 ? 0 : (this.#bounds[at - 1] ?? 0);
    const before = at === 0 ? 0 : (this.#counts[at - 1] ?? 0);
    return lower + (upper - lower) * ((rank - before) / ((this.#counts[at] ?? 0) - before));
  }

  get #isComplete(): boolean {
    return this.#bounds[this.#size - 1] === Number.POSITIVE_INFINITY;
  }

  /** How many observations lie below a value. */
  #rankOf(value: number): number {
    const observations = this.#counts[this.#size - 1] ?? 0;
    let lower = (this.#bounds[0] ?? 0) <= 0 ? Number.NEGATIVE_INFINITY : 0;
    let before = 0;
    for (let at = 0; at < this.#size; at++) {
      const upper = this.#bounds[at] ?? 0;
      const count = this.#counts[at] ?? 0;
      if (lower >= value) return Math.min(before, observations);
      if (upper > value) {
        return Math.min(rankIn({ lower, upper, before, count }, value), observations);
      }
      before = count;
      lower = upper;
    }
    return observations;
  }

  /**
   * Counts may fall where series were sampled at different times. Differences that rounding explains
   * are levelled silently; a real fall is, too, but is told.
   */
  #forceMonotonicity(): void {
    let previous = this.#counts[0] ?? 0;
    for (let at = 1; at < this.#size; at++) {
      const count = this.#counts[at] ?? 0;
      if (count === previous) continue;
      if (isNearlyEqual(previous, count)) {
        this.#counts[at] = previous;
      } else if (count < previous) {
        this.#counts[at] = previous;
        this.#noteForced(this.#bounds[at] ?? 0, previous - count);
      } else {
        previous = count;
      }
    }
  }

  #noteForced(bound: number, difference: number): void {
    this.#forced = {
      boundMin: Math.min(this.#forced?.boundMin ?? bound, bound),
      boundMax: Math.max(this.#forced?.boundMax ?? bound, bound),
      differenceMax: Math.max(this.#forced?.differenceMax ?? 0, difference),
    };
  }
}

interface RankedBucket {
  readonly lower: number;
  readonly upper: number;
  readonly before: number;
  /** Up to the upper bound. */
  readonly count: number;
}

function rankIn({ lower, upper, before, count }: RankedBucket, value: number): number {
  // Nothing is known about how far down the first bucket goes: all of it counts.
  if (lower === Number.NEGATIVE_INFINITY) return count;
  return before + ((count - before) * (value - lower)) / (upper - lower);
}

/** Relative to their sum; rounding explains no more. */
const toleratedDifference = 1e-12;
const smallestNormal = 2 ** -1022;

function isNearlyEqual(left: number, right: number): boolean {
  if (Number.isNaN(left) && Number.isNaN(right)) return true;
  const sum = Math.abs(left) + Math.abs(right);
  const difference = Math.abs(left - right);
  if (left === 0 || right === 0 || sum < smallestNormal) {
    return difference < toleratedDifference * smallestNormal;
  }
  return difference / Math.min(sum, Number.MAX_VALUE) < toleratedDifference;
}
