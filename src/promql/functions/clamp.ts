import { absent, type Column, float } from "../evaluation/column.ts";
import { greaterOf, lesserOf } from "../extreme.ts";
import { defineColumnFunction } from "../function-definition.ts";

/** `clamp(v, min, max)`: nothing where `min` is above `max`. */
export const clamp = defineColumnFunction({
  name: "clamp",
  vectorIndex: 0,
  transform(column, [min, max]) {
    clampColumn(column, min, max);
  },
});

/** `clamp_min(v, min)`. */
export const clampMin = defineColumnFunction({
  name: "clamp_min",
  vectorIndex: 0,
  transform(column, [min]) {
    clampColumn(column, min, undefined);
  },
});

/** `clamp_max(v, max)`. */
export const clampMax = defineColumnFunction({
  name: "clamp_max",
  vectorIndex: 0,
  transform(column, [max]) {
    clampColumn(column, undefined, max);
  },
});

type Bound = Float64Array | undefined;

function clampColumn(column: Column, lower: Bound, upper: Bound): void {
  const { values, kinds } = column;
  for (let step = 0; step < kinds.length; step++) {
    const min = lower?.[step] ?? Number.NEGATIVE_INFINITY;
    const max = upper?.[step] ?? Number.POSITIVE_INFINITY;
    if (kinds[step] !== float || max < min) kinds[step] = absent;
    else values[step] = greaterOf(min, lesserOf(max, values[step] ?? 0));
  }
}
