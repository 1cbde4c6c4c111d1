/** The claims of a pod as scheduling sees them. Pure. */

import type { Live } from "#api";
import type { PersistentVolume, PersistentVolumeClaim } from "#api/core/v1";
import type { StorageClass } from "#api/storage/v1";
import type { PodNeeds } from "./pod-needs.ts";

export interface VolumeLookup {
  findClaim(namespace: string, name: string): Live<PersistentVolumeClaim> | undefined;
  findVolume(name: string): Live<PersistentVolume> | undefined;
  findClass(name: string): Live<StorageClass> | undefined;
}

/** A cluster without volumes. */
export const noVolumes: VolumeLookup = {
  findClaim: () => undefined,
  findVolume: () => undefined,
  findClass: () => undefined,
};

export type PodClaim =
  | { readonly state: "missing"; readonly name: string }
  | { readonly state: "deleting"; readonly name: string }
  /** To be bound before any pod can use it, and not bound yet. */
  | { readonly state: "unbound"; readonly name: string }
  /** Bound once a node is chosen; absent topologies mean any node. */
  | {
      readonly state: "waiting";
      readonly name: string;
      readonly topologies: readonly ReadonlyMap<string, readonly string[]>[];
    }
  | { readonly state: "bound"; readonly name: string; readonly volumeName: string };

export function claimsOf(needs: PodNeeds, volumes: VolumeLookup): readonly PodClaim[] {
  return (needs.pod.spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) {
      return [claimOf(needs.namespace, persistentVolumeClaim.claimName, volumes)];
    }
    return ephemeral === undefined
      ? []
      : [claimOf(needs.namespace, `${needs.key.name}-${name}`, volumes)];
  });
}

function claimOf(namespace: string, name: string, volumes: VolumeLookup): PodClaim {
  const claim = volumes.findClaim(namespace, name);
  if (claim === undefined) return { state: "missing", name };
  if (claim.metadata.deletionTimestamp !== undefined) return { state: "deleting", name };
  const { volumeName = "", storageClassName = "" } = claim.spec;
  if (volumeName !== "" && claim.status.phase === "Bound") {
    return { state: "bound", name, volumeName };
  }
  const found = volumes.findClass(storageClassName);
  if (found?.volumeBindingMode !== "WaitForFirstConsumer") return { state: "unbound", name };
  const topologies = (found.allowedTopologies ?? []).map(
    ({ matchLabelExpressions = [] }) =>
      new Map(matchLabelExpressions.map(({ key, values }) => [key, values])),
  );
  return { state: "waiting", name, topologies };
}
