/** How many pods the controllers of some pods want. Pure. */

import type { Live } from "#api";
import type { Deployment, ReplicaSet, StatefulSet } from "#api/apps/v1";
import type { Pod, ReplicationController } from "#api/core/v1";
import type { OwnerReference } from "#api/meta/v1";
import type { ObjectCache } from "#client";
import type { Scale } from "./plan.ts";

export interface ScaleSources {
  readonly deployments: ObjectCache<Deployment>;
  readonly replicaSets: ObjectCache<ReplicaSet>;
  readonly statefulSets: ObjectCache<StatefulSet>;
  readonly replicationControllers: ObjectCache<ReplicationController>;
}

interface Scaled {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly replicas?: number | undefined };
}

/** The sum over all controllers; pods that nobody controls are left out, and counted apart. */
export function scaleOf(
  sources: ScaleSources,
  pods: readonly Live<Pod>[],
): { readonly scale: Scale; readonly unmanagedCount: number } {
  const controllers = new Map<string, number>();
  let unmanagedCount = 0;
  for (const { metadata } of pods) {
    const reference = metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (reference === undefined) {
      unmanagedCount++;
      continue;
    }
    const found = findScaled(sources, metadata.namespace ?? "", reference);
    if (found === undefined) {
      const message = `found no controllers for pod "${metadata.name}"`;
      return { scale: { kind: "unknown", message }, unmanagedCount };
    }
    controllers.set(found.metadata.uid, found.spec.replicas ?? 1);
  }
  const wanted = [...controllers.values()].reduce((sum, replicas) => sum + replicas, 0);
  return { scale: { kind: "known", wanted }, unmanagedCount };
}

/** What decides the number of pods: the Deployment of a ReplicaSet rather than the set itself. */
function findScaled(
  sources: ScaleSources,
  namespace: string,
  { kind, name, uid }: OwnerReference,
): Scaled | undefined {
  const key = { namespace, name };
  if (kind === "StatefulSet") return ofUid(sources.statefulSets.find(key), uid);
  if (kind === "ReplicationController") return ofUid(sources.replicationControllers.find(key), uid);
  if (kind !== "ReplicaSet") return undefined;
  const set = ofUid(sources.replicaSets.find(key), uid);
  const owner = set?.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner?.kind !== "Deployment") return set;
  return ofUid(sources.deployments.find({ namespace, name: owner.name }), owner.uid);
}

function ofUid<T extends Scaled>(object: T | undefined, uid: string): T | undefined {
  return object?.metadata.uid === uid ? object : undefined;
}
