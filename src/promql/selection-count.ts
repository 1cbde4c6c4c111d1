import { formatFloat } from "#base";
import type { Parameter, SelectContext } from "./aggregation-definition.ts";
import { evaluationFailed } from "./query-error.ts";

// The range of numbers that upstream takes for a count: that of 64 bits, less what doubles cannot hold.
const countMax = 9_223_372_036_854_774_784;
const countMin = -9_223_372_036_854_774_784;

/** Refuses a number of series that is none. One below 1 selects nothing. */
export function refuseCount(param: Parameter): "selects some" | "selects none" {
  if (param.max < 1) return "selects none";
  if (param.hasNaN) throw evaluationFailed("Parameter value is NaN");
  if (param.min <= countMin) {
    throw evaluationFailed(`Scalar value ${formatFloat(param.min, "g")} underflows int64`);
  }
  if (param.max >= countMax) {
    throw evaluationFailed(`Scalar value ${formatFloat(param.max, "g")} overflows int64`);
  }
  return "selects some";
}

/** How many series a group keeps at a step. */
export function countPerStep(context: SelectContext, step: number): number {
  return Math.max(0, Math.min(Math.trunc(context.param[step] ?? 0), context.seriesCount));
}
