/** What the autoscaler is told of a trigger that fails. Pure; the rules are KEDA's. */

import { formatQuantity, milliQuantityOf, parseQuantity, quantityMillis } from "#api";
import type { MetricTarget } from "#api/autoscaling/v2";
import type { Fallback } from "#api/keda/v1alpha1";

/** Failures in a row, by metric. */
export type Failures = ReadonlyMap<string, number>;

export interface FallbackFacts {
  readonly fallback: Fallback;
  readonly target: MetricTarget;
  /** Size of the scaled target now. */
  readonly currentReplicas: number;
  readonly readyReplicas: number;
}

export function isFallingBack(fallback: Fallback | undefined, failureCount: number): boolean {
  return fallback !== undefined && failureCount > fallback.failureThreshold;
}

/** The figure that makes the autoscaler choose the fallback's size; undefined when there is none. */
export function fallbackAmount(facts: FallbackFacts): string | undefined {
  const { target, readyReplicas } = facts;
  const replicas = fallbackReplicas(facts);
  const per = target.averageValue ?? target.value ?? "0";
  const millis = quantityMillis(parseQuantity(per)) * replicas;
  if (target.type !== "Value") return amountOfMillis(millis);
  // A figure that is not divided by the number of pods is made as if it had been.
  return readyReplicas === 0 ? undefined : amountOfMillis(millis / readyReplicas);
}

function fallbackReplicas({ fallback, currentReplicas }: FallbackFacts): number {
  const { replicas, behavior = "static" } = fallback;
  switch (behavior) {
    case "currentReplicas":
      return currentReplicas;
    case "currentReplicasIfHigher":
      return Math.max(currentReplicas, replicas);
    case "currentReplicasIfLower":
      return Math.min(currentReplicas, replicas);
    default:
      return replicas;
  }
}

function amountOfMillis(millis: number): string {
  return formatQuantity(milliQuantityOf(BigInt(Math.trunc(millis)), "DecimalSI"));
}
