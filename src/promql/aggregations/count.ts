import { type Accumulator, defineFolding, type FoldContext } from "../aggregation-definition.ts";
import { absent, type Column } from "../evaluation/column.ts";

/** `count`: how many series there are, whatever their values. */
export const count = defineFolding({
  operator: "count",
  open: (context) => new CountAccumulator(context, "count"),
});

/** `group`: 1 where there is any series. */
export const group = defineFolding({
  operator: "group",
  open: (context) => new CountAccumulator(context, "one"),
});

class CountAccumulator implements Accumulator {
  readonly #counts: Float64Array;
  readonly #result: "count" | "one";

  constructor(context: FoldContext, result: "count" | "one") {
    this.#counts = new Float64Array(context.stepCount);
    this.#result = result;
  }

  add(column: Column): void {
    const { kinds } = column;
    for (let step = 0; step < kinds.length; step++) {
      if (kinds[step] !== absent) this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    }
  }

  finish(result: Column): void {
    for (const [step, counted] of this.#counts.entries()) {
      if (counted > 0) result.setFloat(step, this.#result === "one" ? 1 : counted);
    }
  }
}
