/** How ReplicaSets and ReplicationControllers keep their number of pods. */

import { assert } from "#base";
import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import {
  compareForDeletion,
  isActive,
  isAvailable,
  isReady,
  isTerminal,
  untilAvailableMs,
} from "./pod-facts.ts";

/** Most pods created or deleted in one pass: enough for speed, few enough to notice trouble early. */
const burstReplicasMax = 500;

export interface ReplicaPlan {
  readonly createCount: number;
  readonly remove: readonly Live<Pod>[];
}

/** Decides how to bring `pods` to the desired count. Pure: the same input gives the same plan. */
export function planReplicas(desired: number, pods: readonly Live<Pod>[]): ReplicaPlan {
  const active = pods.filter(isActive);
  const missing = desired - active.length;
  if (missing >= 0) return { createCount: Math.min(missing, burstReplicasMax), remove: [] };

  const surplus = Math.min(-missing, burstReplicasMax);
  const crowds = new Map<string, number>();
  for (const pod of active) {
    const node = pod.spec.nodeName ?? "";
    crowds.set(node, (crowds.get(node) ?? 0) + 1);
  }
  const crowdOf = (pod: Live<Pod>): number => crowds.get(pod.spec.nodeName ?? "") ?? 0;
  const remove = [...active]
    .sort((left, right) => compareForDeletion(left, right, crowdOf))
    .slice(0, surplus);
  assert(remove.length === surplus, "every surplus pod has a candidate");
  return { createCount: 0, remove };
}

export interface ReplicaCounts {
  readonly replicas: number;
  readonly fullyLabeledReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly terminatingReplicas: number;
}

/** The counts that the status reports, of pods that carry at least the template's labels. */
export function countReplicas(
  pods: readonly Live<Pod>[],
  templateLabels: Readonly<Record<string, string>>,
  minReadySeconds: number,
  nowMs: number,
): ReplicaCounts {
  const active = pods.filter(isActive);
  const wanted = Object.entries(templateLabels);
  return {
    replicas: active.length,
    fullyLabeledReplicas: active.filter(({ metadata }) =>
      wanted.every(([name, label]) => metadata.labels?.[name] === label),
    ).length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, minReadySeconds, nowMs)).length,
    terminatingReplicas: pods.filter((pod) => !isActive(pod) && !isTerminal(pod)).length,
  };
}

/** When the next ready pod becomes available; undefined when none is on the way. */
export function nextAvailabilityMs(
  pods: readonly Live<Pod>[],
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const waits = pods
    .filter(isActive)
    .map((pod) => untilAvailableMs(pod, minReadySeconds, nowMs) ?? 0)
    .filter((waitMs) => waitMs > 0);
  return waits.length === 0 ? undefined : Math.min(...waits);
}
