import type { Histogram } from "../histogram.ts";
import { divideHistogram } from "./arithmetic.ts";
import { type AdditionOutcome, hasBeyond, HistogramSum } from "./sum.ts";

/** Sums of numbers below this stay finite, whatever buckets are merged on the way. */
const safeMagnitude = 1e300;

/**
 * The mean of histograms. It sums and divides at the end, which is the most exact, until a sum would
 * overflow; from then on it keeps a running mean.
 */
export class HistogramMean {
  #sum: HistogramSum;
  #count = 1;
  /** Whether `#sum` holds the mean already. */
  #isRunning = false;

  constructor(first: Histogram) {
    this.#sum = new HistogramSum(first);
  }

  add(added: Histogram): AdditionOutcome {
    this.#count++;
    if (!this.#isRunning) {
      const outcome = this.#addToSum(added);
      if (outcome !== undefined) return outcome;
      this.#sum.divide(this.#count - 1);
      this.#isRunning = true;
    }
    this.#sum.multiply((this.#count - 1) / this.#count);
    return this.#sum.add(divideHistogram(added, this.#count));
  }

  /** The mean. Buckets may be empty. */
  total(): Histogram {
    const mean = this.#sum.copy();
    if (!this.#isRunning) mean.divide(this.#count);
    return mean.total();
  }

  /** Undefined when the sum would overflow, which then has not changed. */
  #addToSum(added: Histogram): AdditionOutcome | undefined {
    if (!this.#sum.exceeds(safeMagnitude) && !exceeds(added, safeMagnitude)) {
      return this.#sum.add(added);
    }
    const attempt = this.#sum.copy();
    const outcome = attempt.add(added);
    if (attempt.exceeds(Number.MAX_VALUE)) return undefined;
    this.#sum = attempt;
    return outcome;
  }
}

function exceeds(histogram: Histogram, limit: number): boolean {
  const { count, sum, zeroCount, positive, negative } = histogram;
  const totals = Float64Array.of(count, sum, zeroCount);
  return [totals, positive.bucketCounts, negative.bucketCounts].some((values) =>
    hasBeyond(values, limit),
  );
}
