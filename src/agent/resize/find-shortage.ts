/** Whether a node has room for what a pod asks for, in upstream's words. Pure. */

import {
  type Live,
  parseQuantity,
  podRequests,
  quantityMillis,
  quantityUnits,
  specWithEffectiveResources,
} from "#api";
import type { Pod, PodSpec } from "#api/core/v1";

export type ResourceList = Readonly<Record<string, string>>;

const measures = { cpu: quantityMillis, memory: quantityUnits } as const;

/**
 * What the node lacks, of the first resource that is short; undefined where it has room.
 *
 * @param others the other pods that have not ended, as they run
 */
export function findShortage(
  wanted: PodSpec,
  others: readonly Live<Pod>[],
  allocatable: ResourceList,
): string | undefined {
  for (const name of ["cpu", "memory"] as const) {
    const capacity = measures[name](parseQuantity(allocatable[name] ?? "0"));
    const requested = requestOf(wanted, name);
    const used = others
      .map((pod) => requestOf(specWithEffectiveResources(pod), name))
      .reduce((sum, amount) => sum + amount, 0);
    if (requested === 0 || requested <= capacity - used) continue;
    return `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  }
  return undefined;
}

/** Whether the pod would take more than it has now, of either resource. */
export function isGrowing(wanted: PodSpec, allocated: PodSpec): boolean {
  return (["cpu", "memory"] as const).some(
    (name) => requestOf(wanted, name) > requestOf(allocated, name),
  );
}

function requestOf(spec: PodSpec, name: "cpu" | "memory"): number {
  const amount = podRequests(spec).get(name);
  return amount === undefined ? 0 : measures[name](amount);
}
