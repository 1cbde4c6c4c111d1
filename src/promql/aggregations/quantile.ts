import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { histogramIgnored, invalidQuantile } from "../annotation-texts.ts";
import { type Column, histogram } from "../evaluation/column.ts";
import { StoredColumn } from "../evaluation/stored-column.ts";
import { quantileOfSorted, sortNaNFirst } from "../quantile.ts";

/** `quantile(q, …)` of the floats. */
export const quantile = defineFolding({
  operator: "quantile",
  check(param, { annotations, paramSpan }) {
    if (param.hasNaN) annotations.add(invalidQuantile(Number.NaN, paramSpan));
    if (param.max > 1) annotations.add(invalidQuantile(param.max, paramSpan));
    if (param.min < 0) annotations.add(invalidQuantile(param.min, paramSpan));
  },
  open: (context) => new QuantileAccumulator(context),
});

/** Keeps all values: there is no exact quantile without them. */
class QuantileAccumulator implements Accumulator {
  readonly #context: FoldContext;
  readonly #series: StoredColumn[] = [];

  constructor(context: FoldContext) {
    this.#context = context;
  }

  add(column: Column): void {
    this.#series.push(new StoredColumn(column));
    if (column.histograms === undefined || !column.kinds.includes(histogram)) return;
    this.#context.annotations.add(histogramIgnored("quantile", this.#context.span));
  }

  finish(result: Column): void {
    const values = new Float64Array(this.#series.length);
    for (let step = 0; step < result.kinds.length; step++) {
      let count = 0;
      for (const series of this.#series) {
        if (series.isFloat(step)) values[count++] = series.floatAt(step);
      }
      if (count === 0) continue;
      const present = values.subarray(0, count);
      sortNaNFirst(present);
      result.setFloat(step, quantileOfSorted(this.#context.param[step] ?? Number.NaN, present));
    }
  }
}
