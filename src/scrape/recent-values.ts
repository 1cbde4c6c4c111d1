/** How far back quantiles look, as upstream's summaries do. */
const windowMs = 600_000;

/** As many of the newest values as quantiles are taken of. */
const keptMax = 2_048;

const quantiles = [0.01, 0.05, 0.5, 0.9, 0.99] as const;

/** Values of the last ten minutes, for their quantiles; and how many there were ever. */
export class RecentValues {
  readonly #values = new Float64Array(keptMax);
  readonly #timesMs = new Float64Array(keptMax).fill(Number.NEGATIVE_INFINITY);
  #next = 0;
  #count = 0;
  #sum = 0;

  add(value: number, nowMs: number): void {
    this.#values[this.#next] = value;
    this.#timesMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % keptMax;
    this.#count++;
    this.#sum += value;
  }

  /** The figures of a summary. Quantiles are NaN when nothing was added for ten minutes. */
  summarize(nowMs: number): {
    readonly count: number;
    readonly sum: number;
    readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  } {
    const recent = this.#values
      .filter((_value, index) => (this.#timesMs[index] ?? 0) > nowMs - windowMs)
      .sort();
    const figures = quantiles.map((quantile) => {
      const rank = Math.max(0, Math.ceil(quantile * recent.length) - 1);
      return { quantile, value: recent[rank] ?? Number.NaN };
    });
    return { count: this.#count, sum: this.#sum, quantiles: figures };
  }
}
