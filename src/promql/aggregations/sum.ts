import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { type Column, float } from "../evaluation/column.ts";
import { HistogramGroup } from "../evaluation/histogram-group.ts";

/** `sum`: of floats or of histograms; a mix of both has no sum. */
export const sum = defineFolding({
  operator: "sum",
  open: (context) => new SumAccumulator(context),
});

class SumAccumulator implements Accumulator {
  readonly #sums: Float64Array;
  readonly #errors: Float64Array;
  /** Whether a step has floats. */
  readonly #seen: Uint8Array;
  readonly #histograms: HistogramGroup;

  constructor(context: FoldContext) {
    this.#sums = new Float64Array(context.stepCount);
    this.#errors = new Float64Array(context.stepCount);
    this.#seen = new Uint8Array(context.stepCount);
    this.#histograms = new HistogramGroup(context, "sum");
  }

  add(column: Column): void {
    if (column.histograms !== undefined) {
      this.#histograms.add(column, column.histograms, this.#seen);
    }
    const { values, kinds } = column;
    const sums = this.#sums;
    const errors = this.#errors;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== float) continue;
      const value = values[step] ?? 0;
      const before = sums[step] ?? 0;
      const total = before + value;
      if (total === Number.POSITIVE_INFINITY || total === Number.NEGATIVE_INFINITY) {
        errors[step] = 0;
      } else if (Math.abs(before) >= Math.abs(value)) {
        errors[step] = (errors[step] ?? 0) + (before - total + value);
      } else {
        errors[step] = (errors[step] ?? 0) + (value - total + before);
      }
      sums[step] = total;
      this.#seen[step] = 1;
    }
  }

  finish(result: Column): void {
    for (let step = 0; step < result.kinds.length; step++) {
      if (this.#seen[step] === 0) continue;
      if (!this.#histograms.refuseMix(step)) {
        result.setFloat(step, (this.#sums[step] ?? 0) + (this.#errors[step] ?? 0));
      }
    }
    this.#histograms.finish(result);
  }
}
