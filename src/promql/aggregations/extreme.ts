import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { histogramIgnored } from "../annotation-texts.ts";
import { type Column, float, histogram } from "../evaluation/column.ts";

/** `min` and `max` of the floats; NaN only where there is nothing else. */
export const min = defineFolding({
  operator: "min",
  open: (context) => new ExtremeAccumulator(context, "min"),
});

export const max = defineFolding({
  operator: "max",
  open: (context) => new ExtremeAccumulator(context, "max"),
});

class ExtremeAccumulator implements Accumulator {
  readonly #context: FoldContext;
  readonly #which: "min" | "max";
  readonly #values: Float64Array;
  readonly #seen: Uint8Array;

  constructor(context: FoldContext, which: "min" | "max") {
    this.#context = context;
    this.#which = which;
    this.#values = new Float64Array(context.stepCount).fill(Number.NaN);
    this.#seen = new Uint8Array(context.stepCount);
  }

  add(column: Column): void {
    const { values, kinds } = column;
    const extremes = this.#values;
    const sign = this.#which === "max" ? 1 : -1;
    for (let step = 0; step < kinds.length; step++) {
      const kind = kinds[step];
      if (kind === float) {
        const value = values[step] ?? 0;
        const extreme = extremes[step] ?? 0;
        if (sign * value > sign * extreme || extreme !== extreme) extremes[step] = value;
        this.#seen[step] = 1;
      } else if (kind === histogram) {
        this.#context.annotations.add(histogramIgnored(this.#which, this.#context.span));
      }
    }
  }

  finish(result: Column): void {
    for (let step = 0; step < result.kinds.length; step++) {
      if (this.#seen[step] === 1) result.setFloat(step, this.#values[step] ?? 0);
    }
  }
}
