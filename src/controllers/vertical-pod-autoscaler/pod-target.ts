/** Which workload a pod belongs to: its controller, or the controller of that. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import type { ReplicaSet } from "#api/apps/v1";
import type { ObjectCache } from "#client";

export interface WorkloadName {
  readonly kind: string;
  readonly name: string;
}

export function workloadsOf(
  { metadata }: Live<Pod>,
  replicaSets: Pick<ObjectCache<ReplicaSet>, "find">,
): readonly WorkloadName[] {
  const owner = controllerOf(metadata.ownerReferences);
  if (owner === undefined) return [];
  if (owner.kind !== "ReplicaSet") return [owner];
  const set = replicaSets.find({ namespace: metadata.namespace ?? "", name: owner.name });
  const above = controllerOf(set?.metadata.ownerReferences);
  return above === undefined ? [owner] : [owner, above];
}

function controllerOf(
  owners: readonly (WorkloadName & { readonly controller?: boolean | undefined })[] = [],
): WorkloadName | undefined {
  return owners.find(({ controller }) => controller === true);
}
