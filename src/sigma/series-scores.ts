/** The z-scores of a policy's baseline over a whole history: what its rules would have recorded. */
import { unreachable } from "#base";
import { type BaselineOptions, madScale, zScores } from "./baseline.ts";
import type { SigmaPolicy } from "./policy.ts";
import { SortedWindow } from "./sorted-window.ts";

/** One score for each value, NaN where there is none or no baseline. */
export function seriesScores(policy: SigmaPolicy, values: Float64Array): Float64Array {
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
      return zScores(values, options);
    case "median":
      return medianScores(values, options);
    case "seasonal":
      return seasonalScores(values, options, evaluations(hourMs));
    default:
      return unreachable(baseline.kind);
  }
}

const hourMs = 3_600_000;
const hoursPerWeek = 168;

/** Against the window's median, in units of how far values usually are from theirs. */
function medianScores(values: Float64Array, options: BaselineOptions): Float64Array {
  const { window, offset, countMin } = options;
  const medians = rollingMedian(values, window, offset, countMin);
  const distances = values.map((value, index) => Math.abs(value - (medians[index] ?? Number.NaN)));
  const spreads = rollingMedian(distances, window, offset, 1);
  return values.map((value, index) =>
    scoreOf(
      value,
      medians[index] ?? Number.NaN,
      madScale * (spreads[index] ?? Number.NaN),
      options,
    ),
  );
}

/** Against the middle of what three weeks foretell, in units of the window's deviation. */
function seasonalScores(
  values: Float64Array,
  options: BaselineOptions,
  hour: number,
): Float64Array {
  const sums = new PrefixSums(values);
  const week = hoursPerWeek * hour;
  const level = (index: number) => sums.mean(index - options.offset - week, index - options.offset);
  return values.map((value, index) => {
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
    const spread = sums.deviation(from, index - options.offset);
    return scoreOf(value, (lower + upper) / 2, spread, options);
  });
}

function scoreOf(value: number, mean: number, spread: number, options: BaselineOptions): number {
  const floor = Math.max(options.spreadMin, options.relativeSpreadMin * Math.abs(mean));
  const used = spread >= floor ? spread : floor;
  return used > 0 ? (value - mean) / used : Number.NaN;
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
