import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { histogramIgnored } from "../annotation-texts.ts";
import { type Column, float, histogram } from "../evaluation/column.ts";

/** `stddev` and `stdvar` of the floats, of the whole population, by Welford's method. */
export const stddev = defineFolding({
  operator: "stddev",
  open: (context) => new DeviationAccumulator(context, "stddev"),
});

export const stdvar = defineFolding({
  operator: "stdvar",
  open: (context) => new DeviationAccumulator(context, "stdvar"),
});

class DeviationAccumulator implements Accumulator {
  readonly #context: FoldContext;
  readonly #which: "stddev" | "stdvar";
  readonly #counts: Float64Array;
  readonly #means: Float64Array;
  /** Sums of squared distances from the mean. */
  readonly #squares: Float64Array;

  constructor(context: FoldContext, which: "stddev" | "stdvar") {
    this.#context = context;
    this.#which = which;
    this.#counts = new Float64Array(context.stepCount);
    this.#means = new Float64Array(context.stepCount);
    this.#squares = new Float64Array(context.stepCount);
  }

  add(column: Column): void {
    for (let step = 0; step < column.kinds.length; step++) {
      const kind = column.kinds[step];
      if (kind === float) this.#addAt(step, column.values[step] ?? 0);
      else if (kind === histogram) {
        this.#context.annotations.add(histogramIgnored(this.#which, this.#context.span));
      }
    }
  }

  #addAt(step: number, value: number): void {
    const count = (this.#counts[step] ?? 0) + 1;
    this.#counts[step] = count;
    if (count === 1) {
      this.#means[step] = value;
      this.#squares[step] = Number.isFinite(value) ? 0 : Number.NaN;
      return;
    }
    const distance = value - (this.#means[step] ?? 0);
    const mean = (this.#means[step] ?? 0) + distance / count;
    this.#means[step] = mean;
    this.#squares[step] = (this.#squares[step] ?? 0) + distance * (value - mean);
  }

  finish(result: Column): void {
    for (const [step, count] of this.#counts.entries()) {
      if (count === 0) continue;
      const variance = (this.#squares[step] ?? 0) / count;
      result.setFloat(step, this.#which === "stddev" ? Math.sqrt(variance) : variance);
    }
  }
}
