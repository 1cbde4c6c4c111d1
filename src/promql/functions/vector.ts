import { float } from "../evaluation/column.ts";
import { defineStreamFunction } from "../function-definition.ts";

/** `vector(s)`: the scalar as a vector of one series without labels. */
export const vector = defineStreamFunction({
  name: "vector",
  async stream({ args: [value] }, scope, sink) {
    if (value === undefined) throw new TypeError("vector needs an argument");
    const column = scope.columns.take([]);
    column.values.set(await scope.scalar(value));
    column.kinds.fill(float);
    sink(column);
  },
});
