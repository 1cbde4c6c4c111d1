/** The arithmetic of disruption budgets when a pod is to be evicted. Pure. */

import { formatTime } from "#api";
import type { Pod } from "#api/core/v1";
import type { PodDisruptionBudget } from "#api/policy/v1";

export type BudgetVerdict =
  /** The eviction disrupts nothing that the budget protects. */
  | { readonly kind: "free" }
  /** The eviction uses up one disruption. */
  | { readonly kind: "spends" }
  | {
      readonly kind: "refused";
      readonly message: string;
      /** 0: the client is not told when to come back. */
      readonly retryAfterSeconds: number;
    };

/** How long a budget's controller may take to notice a change of its budget. */
const staleRetrySeconds = 10;

/** Pods that have ended, have not begun or are going anyway disrupt nothing. */
export function needsNoBudget({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  const isIdle = phase === "Succeeded" || phase === "Failed" || phase === "Pending";
  return isIdle || metadata?.deletionTimestamp !== undefined;
}

export function judgeDisruption(budget: PodDisruptionBudget, pod: Pod): BudgetVerdict {
  const name = budget.metadata?.name ?? "";
  const counts = countsOf(budget);
  if (!isReady(pod) && isFreeWhenUnready(budget, counts)) return { kind: "free" };
  if (counts.isStale) {
    return {
      kind: "refused",
      message: `The disruption budget ${name} is still being processed by the server.`,
      retryAfterSeconds: staleRetrySeconds,
    };
  }
  if (counts.allowed > 0) return { kind: "spends" };
  return {
    kind: "refused",
    message: `The disruption budget ${name} needs ${counts.desired} healthy pods and has ${counts.healthy} currently`,
    retryAfterSeconds: 0,
  };
}

interface BudgetCounts {
  readonly allowed: number;
  readonly healthy: number;
  readonly desired: number;
  /** The counts are from before the last change of the budget. */
  readonly isStale: boolean;
}

function countsOf({ status, metadata }: PodDisruptionBudget): BudgetCounts {
  return {
    allowed: status?.disruptionsAllowed ?? 0,
    healthy: status?.currentHealthy ?? 0,
    desired: status?.desiredHealthy ?? 0,
    isStale: (status?.observedGeneration ?? 0) < (metadata?.generation ?? 0),
  };
}

function isFreeWhenUnready(
  budget: PodDisruptionBudget,
  { healthy, desired }: BudgetCounts,
): boolean {
  const policy = budget.spec?.unhealthyPodEvictionPolicy;
  return policy === "AlwaysAllow" || (healthy >= desired && desired > 0);
}

/** The budget after one of its disruptions has been given to a pod. */
export function spendDisruption(
  budget: PodDisruptionBudget,
  podName: string,
  nowMs: number,
): PodDisruptionBudget {
  const { status } = budget;
  if (status === undefined) return budget;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: (status.disruptionsAllowed ?? 0) - 1,
      disruptedPods: { ...status.disruptedPods, [podName]: formatTime(nowMs) },
    },
  };
}

function isReady({ status }: Pod): boolean {
  return (status?.conditions ?? []).some(
    (condition) => condition.type === "Ready" && condition.status === "True",
  );
}
