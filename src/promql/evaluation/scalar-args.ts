import type { CallPlan } from "../plan/plan.ts";
import type { Scope } from "./scope.ts";

/** Evaluates the scalar arguments of a call, in order. */
export async function evaluateScalarArgs(
  plan: CallPlan,
  scope: Scope,
): Promise<readonly Float64Array[]> {
  const values: Float64Array[] = [];
  for (const arg of plan.args) {
    if (arg.type === "scalar") values.push(await scope.scalar(arg));
  }
  return values;
}
