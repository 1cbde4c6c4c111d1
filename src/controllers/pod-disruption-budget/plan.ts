/** How many pods a disruption budget lets go. Pure. Source: upstream's `pkg/controller/disruption`. */

import { formatTime, type Live, scaleIntOrPercent } from "#api";
import type { Pod } from "#api/core/v1";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "#api/policy/v1";
import { isBeingDeleted, isReady } from "../pod-facts.ts";

/** How long a granted eviction may take to delete its pod before it is taken for lost. */
const deletionPatienceMs = 120_000;

type Condition = NonNullable<PodDisruptionBudgetStatus["conditions"]>[number];

export interface BudgetFacts {
  readonly budget: Live<PodDisruptionBudget>;
  /** What the selector matches. */
  readonly pods: readonly Live<Pod>[];
  /** Pods that the controllers of these want altogether; undefined when it cannot be told. */
  readonly scale: Scale;
  readonly nowMs: number;
}

export type Scale =
  | { readonly kind: "known"; readonly wanted: number }
  | { readonly kind: "unknown"; readonly message: string };

/** Whether the budget depends on how many pods there should be. */
export function needsScale({ spec }: Live<PodDisruptionBudget>): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === "string";
}

export function statusOfBudget(facts: BudgetFacts): PodDisruptionBudgetStatus {
  const { budget, pods, scale } = facts;
  const present = budget.status;
  if (scale.kind === "unknown") {
    const conditions = conditionsOf(facts, "SyncFailed", scale.message);
    return { ...present, disruptionsAllowed: 0, conditions };
  }
  const { expected, desired } = demandOf(facts, scale.wanted);
  const disruptedPods = disruptedOf(facts);
  const healthy = pods.filter(
    (pod) =>
      !isBeingDeleted(pod) && !Object.hasOwn(disruptedPods, pod.metadata.name) && isReady(pod),
  ).length;
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const reason = allowed > 0 ? "SufficientPods" : "InsufficientPods";
  return {
    observedGeneration: budget.metadata.generation,
    disruptedPods: Object.keys(disruptedPods).length === 0 ? undefined : disruptedPods,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: conditionsOf(facts, reason, ""),
  };
}

/** Percentages round up: of three pods 50 % available are two, and 50 % unavailable are two as well. */
function demandOf(
  { budget, pods }: BudgetFacts,
  wanted: number,
): { readonly expected: number; readonly desired: number } {
  const { maxUnavailable, minAvailable } = budget.spec;
  if (maxUnavailable !== undefined) {
    const desired = wanted - scaleIntOrPercent(maxUnavailable, wanted, "up");
    return { expected: wanted, desired: Math.max(0, desired) };
  }
  if (minAvailable === undefined) return { expected: pods.length, desired: 0 };
  if (typeof minAvailable === "number") return { expected: pods.length, desired: minAvailable };
  return { expected: wanted, desired: scaleIntOrPercent(minAvailable, wanted, "up") };
}

/** Granted evictions whose pods have not begun to go yet. */
function disruptedOf({ budget, pods, nowMs }: BudgetFacts): Readonly<Record<string, string>> {
  const names = new Set(
    pods.filter((pod) => !isBeingDeleted(pod)).map(({ metadata }) => metadata.name),
  );
  return Object.fromEntries(
    Object.entries(budget.status.disruptedPods ?? {}).filter(
      ([name, at]) => names.has(name) && Date.parse(at) + deletionPatienceMs > nowMs,
    ),
  );
}

/** Milliseconds until the first granted eviction is taken for lost; undefined when none is under way. */
export function untilLostMs(
  { disruptedPods = {} }: PodDisruptionBudgetStatus,
  nowMs: number,
): number | undefined {
  const times = Object.values(disruptedPods).map((at) => Date.parse(at) + deletionPatienceMs);
  return times.length === 0 ? undefined : Math.max(0, Math.min(...times) - nowMs);
}

function conditionsOf(
  { budget, nowMs }: BudgetFacts,
  reason: string,
  message: string,
): readonly Condition[] {
  const type = "DisruptionAllowed";
  const { conditions = [] } = budget.status;
  const before = conditions.find((condition) => condition.type === type);
  const status = reason === "SufficientPods" ? "True" : "False";
  const lastTransitionTime =
    before?.status === status ? before.lastTransitionTime : formatTime(nowMs);
  const observedGeneration = budget.metadata.generation;
  const condition = { type, status, reason, message, lastTransitionTime, observedGeneration };
  return [...conditions.filter((other) => other !== before), condition];
}
