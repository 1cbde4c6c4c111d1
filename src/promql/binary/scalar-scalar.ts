import type { Scope } from "../evaluation/scope.ts";
import type { BinaryPlan } from "../plan/plan.ts";
import { compare, compute, isComparison } from "./operators.ts";

/** Evaluates an operator between two scalars; comparisons give 1 or 0. */
export async function evaluateScalarScalar(plan: BinaryPlan, scope: Scope): Promise<Float64Array> {
  const left = await scope.scalar(plan.left);
  const right = await scope.scalar(plan.right);
  const { operator } = plan;
  return left.map((value, step) => {
    const other = right[step] ?? 0;
    if (isComparison(operator)) return compare(operator, value, other) ? 1 : 0;
    return compute(operator, value, other);
  });
}
