import type { HistogramMetric, SummaryFigures } from "./meters.ts";

/** How far back quantiles look, as upstream's summaries do. */
const windowMs = 600_000;

/** As many of the newest values as quantiles are taken of. */
const keptMax = 2_048;

/** Values of the last ten minutes, for their quantiles; and how many there were ever. */
export class RecentValues {
  readonly #quantiles: readonly number[];
  readonly #values = new Float64Array(keptMax);
  readonly #timesMs = new Float64Array(keptMax).fill(Number.NEGATIVE_INFINITY);
  #next = 0;
  #count = 0;
  #sum = 0;
  #follower: HistogramMetric | undefined = undefined;

  constructor(quantiles: readonly number[]) {
    this.#quantiles = quantiles;
  }

  add(value: number, nowMs: number): void {
    this.#values[this.#next] = value;
    this.#timesMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % keptMax;
    this.#count++;
    this.#sum += value;
    this.#follower?.observe(value);
  }

  /** Lets a histogram observe every value from now on, too. */
  follow(histogram: HistogramMetric): void {
    this.#follower = histogram;
  }

  /** The figures of a summary. Quantiles are NaN when nothing was added for ten minutes. */
  summarize(nowMs: number): SummaryFigures {
    const recent = this.#values
      .filter((_value, index) => (this.#timesMs[index] ?? 0) > nowMs - windowMs)
      .sort();
    const quantiles = this.#quantiles.map((quantile) => {
      const rank = Math.max(0, Math.ceil(quantile * recent.length) - 1);
      return { quantile, value: recent[rank] ?? Number.NaN };
    });
    return { count: this.#count, sum: this.#sum, quantiles };
  }
}
