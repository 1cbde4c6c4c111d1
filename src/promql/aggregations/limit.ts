import { defineSelecting } from "../aggregation-definition.ts";
import { invalidRatio } from "../annotation-texts.ts";
import { absent, type Column } from "../evaluation/column.ts";
import { labelFraction } from "../label-hash.ts";
import { evaluationFailed } from "../query-error.ts";
import { countPerStep, refuseCount } from "../selection-count.ts";

/** `limitk(k, …)`: the first k series of each group at each step. */
export const limitk = defineSelecting({
  operator: "limitk",
  check: refuseCount,
  async select(group, context) {
    for (let step = 0; step < context.param.length; step++) {
      let left = countPerStep(context, step);
      for (const column of group) {
        if (column.kinds[step] === absent) continue;
        if (left <= 0) column.kinds[step] = absent;
        left--;
      }
    }
    return group.filter(hasSteps);
  },
});

/**
 * `limit_ratio(r, …)`: about that share of the series, chosen by a hash of their labels; of a
 * negative ratio the others, so that `r` and `r − 1` together give all.
 */
export const limitRatio = defineSelecting({
  operator: "limit_ratio",
  check(param, { annotations, paramSpan }) {
    if (param.max === 0 && param.min === 0) return "selects none";
    if (param.hasNaN) throw evaluationFailed("Ratio value is NaN");
    if (param.max > 1) annotations.add(invalidRatio(param.max, 1, paramSpan));
    if (param.min < -1) annotations.add(invalidRatio(param.min, -1, paramSpan));
    return "selects some";
  },
  async select(group, context) {
    for (const column of group) {
      const fraction = labelFraction(column.labels);
      for (let step = 0; step < context.param.length; step++) {
        const ratio = Math.max(-1, Math.min(1, context.param[step] ?? 0));
        if (!isWithin(ratio, fraction)) column.kinds[step] = absent;
      }
    }
    return group.filter(hasSteps);
  },
});

function isWithin(ratio: number, fraction: number): boolean {
  return ratio >= 0 ? fraction < ratio : fraction >= 1 + ratio;
}

function hasSteps(column: Column): boolean {
  return !column.isEmpty;
}
