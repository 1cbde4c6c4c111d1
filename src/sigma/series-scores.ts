/** A policy's baseline and z-scores over a whole history: what its rules would have recorded. */
import { unreachable } from "#base";
import {
  type BaselineOptions,
  type Baselines,
  flooredSpread,
  madScale,
  movingBaselines,
  scoresAgainst,
} from "./baseline.ts";
import type { SigmaPolicy } from "./policy.ts";
import { SortedWindow } from "./sorted-window.ts";

/** One score for each value, NaN where there is none or no baseline. */
export function seriesScores(policy: SigmaPolicy, values: Float64Array): Float64Array {
  return scoresAgainst(seriesBaselines(policy, values), values);
}

/** What each value is judged by, NaN where there is no baseline. */
export function seriesBaselines(policy: SigmaPolicy, values: Float64Array): Baselines {
  const { baseline, evaluationIntervalMs } = policy;
  const evaluations = (ms: number) => Math.round(ms / evaluationIntervalMs);
  const options = {
    window: evaluations(baseline.windowMs),
    offset: evaluations(baseline.gapMs),
    countMin: evaluations(baseline.dataMsMin),
    spreadMin: baseline.spreadMin,
    relativeSpreadMin: baseline.relativeSpreadMin,
  };
  switch (baseline.kind) {
    case "mean":
      return movingBaselines(values, options);
    case "median":
      return medianBaselines(values, options);
    case "seasonal":
      return seasonalBaselines(values, options, evaluations(hourMs));
    default:
      return unreachable(baseline.kind);
  }
}

const hourMs = 3_600_000;
const hoursPerWeek = 168;

/** The window's median, and how far values usually are from theirs. */
function medianBaselines(values: Float64Array, options: BaselineOptions): Baselines {
  const { window, offset, countMin } = options;
  const means = rollingMedian(values, window, offset, countMin);
  const distances = values.map((value, index) => Math.abs(value - (means[index] ?? Number.NaN)));
  const spreads = rollingMedian(distances, window, offset, 1).map((spread, index) =>
    flooredSpread(madScale * spread, means[index] ?? Number.NaN, options),
  );
  return { means, spreads };
}

/** The middle of what three weeks foretell, and the window's deviation. */
function seasonalBaselines(
  values: Float64Array,
  options: BaselineOptions,
  hour: number,
): Baselines {
  const sums = new PrefixSums(values);
  const week = hoursPerWeek * hour;
  const level = (index: number) => sums.mean(index - options.offset - week, index - options.offset);
  const means = values.map((_, index) => {
    const foretold = [1, 2, 3].map((weeks) => {
      const middle = index - weeks * week + 2 * hour;
      const around = sums.mean(middle - 4 * hour, middle);
      return around + level(index) - sums.mean(index - (weeks + 1) * week, index - weeks * week);
    });
    const known = foretold.filter((mean) => mean === mean).sort((left, right) => left - right);
    const from = index - options.offset - options.window;
    const count = sums.count(from, index - options.offset);
    if (known.length === 0 || count < options.countMin) return Number.NaN;
    const lower = known[(known.length - 1) >> 1] ?? Number.NaN;
    const upper = known[known.length >> 1] ?? Number.NaN;
    return (lower + upper) / 2;
  });
  const spreads = means.map((mean, index) => {
    const to = index - options.offset;
    return flooredSpread(sums.deviation(to - options.window, to), mean, options);
  });
  return { means, spreads };
}

/** The median of the window that ends at the offset; NaN for fewer values than `countMin`. */
function rollingMedian(
  values: Float64Array,
  window: number,
  offset: number,
  countMin: number,
): Float64Array {
  const sorted = new SortedWindow(window);
  return values.map((_, index) => {
    const entering = index - offset;
    if (entering - window >= 0) sorted.remove(values[entering - window] ?? Number.NaN);
    if (entering >= 0) sorted.add(values[entering] ?? Number.NaN);
    return sorted.count < countMin ? Number.NaN : sorted.median;
  });
}

/** Mean and deviation of any range, `(from, to]` in PromQL's way of counting, from running sums. */
class PrefixSums {
  readonly #count: Float64Array;
  readonly #sum: Float64Array;
  readonly #square: Float64Array;
  /** Taken off every value, so that squares stay small beside what is wanted of them. */
  readonly #origin: number;

  constructor(values: Float64Array) {
    const length = values.length + 1;
    this.#count = new Float64Array(length);
    this.#sum = new Float64Array(length);
    this.#square = new Float64Array(length);
    this.#origin = values.find((value) => value === value) ?? 0;
    for (let index = 0; index < values.length; index++) {
      const value = (values[index] ?? Number.NaN) - this.#origin;
      const isKnown = value === value;
      this.#count[index + 1] = (this.#count[index] ?? 0) + (isKnown ? 1 : 0);
      this.#sum[index + 1] = (this.#sum[index] ?? 0) + (isKnown ? value : 0);
      this.#square[index + 1] = (this.#square[index] ?? 0) + (isKnown ? value * value : 0);
    }
  }

  count(from: number, to: number): number {
    return this.#between(this.#count, from, to);
  }

  mean(from: number, to: number): number {
    return this.#between(this.#sum, from, to) / this.count(from, to) + this.#origin;
  }

  deviation(from: number, to: number): number {
    const count = this.count(from, to);
    const mean = this.#between(this.#sum, from, to) / count;
    return Math.sqrt(Math.max(0, this.#between(this.#square, from, to) / count - mean * mean));
  }

  /** Of the values after `from` up to `to`. */
  #between(sums: Float64Array, from: number, to: number): number {
    const last = sums.length - 1;
    const begin = Math.min(Math.max(from + 1, 0), last);
    const end = Math.min(Math.max(to + 1, 0), last);
    return (sums[end] ?? 0) - (sums[begin] ?? 0);
  }
}
