/** What a failed pod means for its Job, and which successes are enough. All pure. */

import type { Live } from "#api";
import type {
  PodFailurePolicy,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { type IndexSet, parseIndexes } from "./index-set.ts";

export interface FailureMeaning {
  /** Whether the failure counts toward the limits. */
  readonly isCounted: boolean;
  readonly action: "FailJob" | "FailIndex" | "Ignore" | "Count" | undefined;
  /** Why the whole Job fails; only with FailJob. */
  readonly message?: string;
}

/** The first rule that matches decides; without one a failure counts the usual way. */
export function meaningOf(policy: PodFailurePolicy | undefined, pod: Live<Pod>): FailureMeaning {
  for (const [position, rule] of (policy?.rules ?? []).entries()) {
    const match = describeMatch(rule, pod);
    if (match === undefined) continue;
    if (rule.action === "Ignore") return { isCounted: false, action: "Ignore" };
    if (rule.action === "FailIndex") return { isCounted: true, action: "FailIndex" };
    if (rule.action === "Count") return { isCounted: true, action: "Count" };
    if (rule.action !== "FailJob") continue;
    const message = `${match} matching FailJob rule at index ${position}`;
    return { isCounted: true, action: "FailJob", message };
  }
  return { isCounted: true, action: undefined };
}

function describeMatch(rule: PodFailurePolicyRule, pod: Live<Pod>): string | undefined {
  const { namespace, name } = pod.metadata;
  const { onExitCodes } = rule;
  if (onExitCodes !== undefined) {
    const statuses = [
      ...(pod.status.containerStatuses ?? []),
      ...(pod.status.initContainerStatuses ?? []),
    ];
    for (const { name: container, state } of statuses) {
      const exitCode = state?.terminated?.exitCode ?? 0;
      if (exitCode === 0 || (onExitCodes.containerName ?? container) !== container) continue;
      const isListed = onExitCodes.values.includes(exitCode);
      if (isListed === (onExitCodes.operator === "In")) {
        return `Container ${container} for pod ${namespace}/${name} failed with exit code ${exitCode}`;
      }
    }
    return undefined;
  }
  const condition = pod.status.conditions?.find(({ type, status }) =>
    rule.onPodConditions?.some((pattern) => pattern.type === type && pattern.status === status),
  );
  if (condition === undefined) return undefined;
  return `Pod ${namespace}/${name} has condition ${condition.type}`;
}

/** Why these successes are enough, or undefined when they are not. */
export function successOf(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: IndexSet,
): string | undefined {
  const position = (policy?.rules ?? []).findIndex((rule) =>
    isEnough(rule, completions, succeeded),
  );
  return position < 0 ? undefined : `Matched rules at index ${position}`;
}

function isEnough(rule: SuccessPolicyRule, completions: number, succeeded: IndexSet): boolean {
  if (rule.succeededIndexes === undefined) {
    return rule.succeededCount !== undefined && succeeded.size >= rule.succeededCount;
  }
  const wanted = parseIndexes(rule.succeededIndexes, completions);
  const met = [...wanted].filter((index) => succeeded.has(index)).length;
  return met >= (rule.succeededCount ?? wanted.size);
}
