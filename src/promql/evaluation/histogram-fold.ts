import { type AdditionOutcome, type Histogram, HistogramMean, HistogramSum } from "#series";

/** Adds histograms up, for their sum or their mean, and remembers what must be told about it. */
export class HistogramFold {
  /** Exponential and custom buckets met: there is no result. */
  isIncompatible = false;
  /** Custom bounds differed; only those of all were kept. */
  hasReconciledBounds = false;
  readonly #total: HistogramSum | HistogramMean;
  #hasReset = false;
  #hasNoReset = false;

  constructor(first: Histogram, result: "sum" | "mean") {
    this.#total = result === "sum" ? new HistogramSum(first) : new HistogramMean(first);
    this.#noteHint(first);
  }

  add(value: Histogram): void {
    this.#noteHint(value);
    const outcome: AdditionOutcome = this.#total.add(value);
    if (outcome.isIncompatible) this.isIncompatible = true;
    if (outcome.hasReconciledBounds) this.hasReconciledBounds = true;
  }

  /** Some histograms were marked as after a counter reset, some as without one. */
  get hasResetCollision(): boolean {
    return this.#hasReset && this.#hasNoReset;
  }

  /** The sum or the mean. Buckets may be empty. */
  total(): Histogram {
    return this.#total.total();
  }

  #noteHint(value: Histogram): void {
    if (value.counterResetHint === "reset") this.#hasReset = true;
    if (value.counterResetHint === "notReset") this.#hasNoReset = true;
  }
}
