import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { type Column, float } from "../evaluation/column.ts";
import { HistogramGroup } from "../evaluation/histogram-group.ts";

/** `avg`: of floats or of histograms; a mix of both has no average. */
export const avg = defineFolding({
  operator: "avg",
  open: (context) => new AverageAccumulator(context),
});

/**
 * Sums, and divides at the end. Where the sum would overflow, the mean itself is kept from then on,
 * and corrected with each value.
 */
class AverageAccumulator implements Accumulator {
  /** The sum, or the mean where `#isMean`. */
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;
  readonly #counts: Float64Array;
  readonly #isMean: Uint8Array;
  readonly #histograms: HistogramGroup;

  constructor(context: FoldContext) {
    this.#sums = new Float64Array(context.stepCount);
    this.#errors = new Float64Array(context.stepCount);
    this.#counts = new Float64Array(context.stepCount);
    this.#isMean = new Uint8Array(context.stepCount);
    this.#histograms = new HistogramGroup(context, "mean");
  }

  add(column: Column): void {
    if (column.histograms !== undefined) {
      this.#histograms.add(column, column.histograms, this.#counts);
    }
    const { values, kinds } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] === float) this.#addAt(step, values[step] ?? 0);
    }
  }

  #addAt(step: number, value: number): void {
    const count = (this.#counts[step] ?? 0) + 1;
    this.#counts[step] = count;
    if (count === 1) {
      this.#sums[step] = value;
      return;
    }
    if (this.#isMean[step] === 0) {
      const before = this.#sums[step] ?? 0;
      const total = before + value;
      if (Math.abs(total) !== Number.POSITIVE_INFINITY) {
        this.#increment(step, before, value);
        return;
      }
      this.#isMean[step] = 1;
      this.#sums[step] = before / (count - 1);
      this.#errors[step] = (this.#errors[step] ?? 0) / (count - 1);
    }
    const weight = (count - 1) / count;
    this.#errors[step] = (this.#errors[step] ?? 0) * weight;
    this.#increment(step, (this.#sums[step] ?? 0) * weight, value / count);
  }

  #increment(step: number, before: number, value: number): void {
    const total = before + value;
    this.#sums[step] = total;
    const error = this.#errors[step] ?? 0;
    if (Math.abs(total) === Number.POSITIVE_INFINITY) this.#errors[step] = 0;
    else if (Math.abs(before) >= Math.abs(value)) {
      this.#errors[step] = error + (before - total + value);
    } else this.#errors[step] = error + (value - total + before);
  }

  finish(result: Column): void {
    for (let step = 0; step < result.kinds.length; step++) {
      const count = this.#counts[step] ?? 0;
      if (count === 0 || this.#histograms.refuseMix(step)) continue;
      const divisor = this.#isMean[step] === 1 ? 1 : count;
      result.setFloat(
        step,
        (this.#sums[step] ?? 0) / divisor + (this.#errors[step] ?? 0) / divisor,
      );
    }
    this.#histograms.finish(result);
  }
}
