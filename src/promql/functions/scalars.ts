import { float } from "../evaluation/column.ts";
import type { Scope } from "../evaluation/scope.ts";
import { greaterOf, lesserOf } from "../extreme.ts";
import { defineScalarFunction } from "../function-definition.ts";
import type { CallPlan } from "../plan/plan.ts";

/** `pi()`. */
export const pi = defineScalarFunction({
  name: "pi",
  evaluate: async (_plan, scope) => new Float64Array(scope.grid.count).fill(Math.PI),
});

/** `time()`: the time of the step, in seconds. */
export const time = defineScalarFunction({
  name: "time",
  async evaluate(_plan, { grid }) {
    return Float64Array.from(
      { length: grid.count },
      (_, step) => (grid.startMs + step * grid.stepMs) / 1000,
    );
  },
});

/** `max_of(a, b)`. */
export const maxOf = defineScalarFunction({
  name: "max_of",
  evaluate: (plan, scope) => combine(plan, scope, greaterOf),
});

/** `min_of(a, b)`. */
export const minOf = defineScalarFunction({
  name: "min_of",
  evaluate: (plan, scope) => combine(plan, scope, lesserOf),
});

async function combine(
  { args: [left, right] }: CallPlan,
  scope: Scope,
  operation: (left: number, right: number) => number,
): Promise<Float64Array> {
  if (left === undefined || right === undefined) throw new TypeError("two arguments are needed");
  const lefts = await scope.scalar(left);
  const rights = await scope.scalar(right);
  return lefts.map((value, step) => operation(value, rights[step] ?? Number.NaN));
}

/** `scalar(v)`: the value of the only float in the vector; NaN where there is none or another. */
export const scalar = defineScalarFunction({
  name: "scalar",
  async evaluate({ args: [vector] }, scope) {
    if (vector === undefined) throw new TypeError("scalar needs an argument");
    const counts = new Uint8Array(scope.grid.count);
    const values = new Float64Array(scope.grid.count).fill(Number.NaN);
    const before = scope.query.budget.held;
    await scope.stream(vector, (column) => {
      for (let step = 0; step < counts.length; step++) {
        if (column.kinds[step] !== float) continue;
        const isOnly = counts[step] === 0;
        values[step] = isOnly ? (column.values[step] ?? 0) : Number.NaN;
        counts[step] = 1;
      }
      scope.columns.give(column);
    });
    scope.query.budget.settle(before);
    return values;
  },
});
