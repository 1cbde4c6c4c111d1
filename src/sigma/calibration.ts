/**
 * A sigma that means the same on every series. How rare a deviation is, its own past tells; that
 * rarity, said as the sigma a normal series would need for it, can be compared across series with
 * any tail. Beyond the largest deviation seen, a generalised Pareto tail is fitted to the top 2 %
 * (Pickands; probability-weighted moments as Hosking and Wallis give them).
 */
import { tailQuantile } from "./normal.ts";

export interface Calibration {
  /** How many deviations it knows. */
  readonly count: number;
  /** The share of them that is at least this large; past the last of them, of the fitted tail. */
  shareBeyond(deviation: number): number;
  /** The two-sided sigma of a normal series that is as rare. */
  sigmaOf(deviation: number): number;
}

/** Learns from the sizes of past deviations, in any order. Those that are not numbers are left out. */
export function calibrate(deviations: Float64Array): Calibration {
  const sizes = deviations.filter((value) => value === value).map(Math.abs);
  sizes.sort();
  const tail = fitTail(sizes);
  const shareBeyond = (deviation: number): number => {
    const size = Math.abs(deviation);
    const known = (sizes.length - firstAtLeast(sizes, size)) / sizes.length;
    return tail !== undefined && size > tail.start ? tail.shareBeyond(size) : known;
  };
  return {
    count: sizes.length,
    shareBeyond,
    sigmaOf: (deviation) =>
      tailQuantile(Math.min(Math.max(shareBeyond(deviation), tiny), 1 - tiny) / 2),
  };
}

const tailShare = 0.02;
/** A tail of fewer deviations says nothing. */
const tailCountMin = 20;
/** Keeps quantiles finite. */
const tiny = 1e-300;

interface Tail {
  readonly start: number;
  shareBeyond(size: number): number;
}

/** Fits scale and shape to the excesses over the tail's start; undefined for too few, or equal ones. */
function fitTail(sizes: Float64Array): Tail | undefined {
  const count = Math.floor(sizes.length * tailShare);
  if (count < tailCountMin) return undefined;
  const start = sizes[sizes.length - count - 1] ?? 0;
  let first = 0;
  let second = 0;
  for (let rank = 0; rank < count; rank++) {
    const excess = (sizes[sizes.length - count + rank] ?? 0) - start;
    first += excess / count;
    second += (excess * (count - rank - 1 + 0.35)) / count / count;
  }
  const denominator = first - 2 * second;
  if (!(denominator > 0)) return undefined;
  const shape = 2 - first / denominator;
  const scale = (2 * first * second) / denominator;
  const inTail = count / sizes.length;
  return { start, shareBeyond: (size) => inTail * paretoBeyond(size - start, scale, shape) };
}

function paretoBeyond(excess: number, scale: number, shape: number): number {
  if (Math.abs(shape) < 1e-9) return Math.exp(-excess / scale);
  const base = 1 + (shape * excess) / scale;
  return base <= 0 ? 0 : base ** (-1 / shape);
}

function firstAtLeast(sorted: Float64Array, size: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) >= size) high = middle;
    else low = middle + 1;
  }
  return low;
}
