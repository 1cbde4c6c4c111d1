import type { PodDisruptionBudget } from "#api/policy/v1";
import { labelSelectorProblems } from "../labels.ts";
import { countOrPercentProblems, over100PercentProblems } from "../numbers.ts";
import { invalidValue, optionalChoiceProblems, type Problems } from "../problems.ts";

export function* disruptionBudgetProblems({ spec = {} }: PodDisruptionBudget): Problems {
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) {
    const internal = new Map<string, unknown>([
      ["MinAvailable", minAvailable],
      ["Selector", selector],
      ["MaxUnavailable", maxUnavailable],
      ["UnhealthyPodEvictionPolicy", unhealthyPodEvictionPolicy],
    ]);
    const why = "minAvailable and maxUnavailable cannot be both set";
    yield invalidValue("spec", internal, why);
  }
  for (const [name, value] of [
    ["minAvailable", minAvailable],
    ["maxUnavailable", maxUnavailable],
  ] as const) {
    if (value === undefined) continue;
    yield* countOrPercentProblems(`spec.${name}`, value);
    yield* over100PercentProblems(`spec.${name}`, value);
  }
  yield* labelSelectorProblems("spec.selector", selector);
  yield* optionalChoiceProblems("spec.unhealthyPodEvictionPolicy", unhealthyPodEvictionPolicy, [
    "AlwaysAllow",
    "IfHealthyBudget",
  ]);
}
