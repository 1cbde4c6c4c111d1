/** Which volume a claim gets. Pure. Source of the rules: upstream's persistent volume controller. */

import {
  compareQuantities,
  compileLabelSelector,
  type Live,
  matchesLabels,
  parseQuantity,
  type Quantity,
} from "#api";
import type { PersistentVolume, PersistentVolumeClaim } from "#api/core/v1";
import type { StorageClass } from "#api/storage/v1";
import { selectedNodeAnnotation } from "../selected-node.ts";

export type ClaimPlan =
  | { readonly kind: "bind"; readonly volume: Live<PersistentVolume> }
  /** The class makes volumes once it is known which node needs one. */
  | { readonly kind: "awaitConsumer" }
  /** The class's provisioner is to make one. */
  | { readonly kind: "awaitProvisioner"; readonly provisioner: string }
  | { readonly kind: "awaitVolume"; readonly why: string };

export function planClaim(
  claim: Live<PersistentVolumeClaim>,
  volumes: readonly Live<PersistentVolume>[],
  storageClass: Live<StorageClass> | undefined,
): ClaimPlan {
  const named = planNamed(claim, volumes);
  if (named !== undefined) return named;
  const reserved = volumes.find((volume) => isBoundTo(volume, claim));
  if (reserved !== undefined) return { kind: "bind", volume: reserved };
  const waits = storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  const hasConsumer = claim.metadata.annotations?.[selectedNodeAnnotation] !== undefined;
  if (waits && !hasConsumer) return { kind: "awaitConsumer" };
  const [smallest] = volumes
    .filter((volume) => isUnclaimed(volume) && suits(volume, claim))
    .sort(compareCapacity);
  if (smallest !== undefined) return { kind: "bind", volume: smallest };
  return planNew(storageClass);
}

/** A claim that names its volume gets that one or none. */
function planNamed(
  claim: Live<PersistentVolumeClaim>,
  volumes: readonly Live<PersistentVolume>[],
): ClaimPlan | undefined {
  const { volumeName = "" } = claim.spec;
  if (volumeName === "") return undefined;
  const volume = volumes.find(({ metadata }) => metadata.name === volumeName);
  const isFree = volume !== undefined && (isBoundTo(volume, claim) || isUnclaimed(volume));
  if (isFree) return { kind: "bind", volume };
  return { kind: "awaitVolume", why: `volume "${volumeName}" not found or bound to another claim` };
}

function planNew(storageClass: Live<StorageClass> | undefined): ClaimPlan {
  const provisioner = storageClass?.provisioner ?? "";
  if (provisioner !== "" && provisioner !== "kubernetes.io/no-provisioner") {
    return { kind: "awaitProvisioner", provisioner };
  }
  return {
    kind: "awaitVolume",
    why: "no persistent volumes available for this claim and no storage class is set",
  };
}

export function isBoundTo(
  { spec }: Live<PersistentVolume>,
  { metadata }: Live<PersistentVolumeClaim>,
): boolean {
  const { claimRef } = spec;
  if (claimRef === undefined) return false;
  const isNamed = claimRef.name === metadata.name && claimRef.namespace === metadata.namespace;
  return isNamed && (claimRef.uid === undefined || claimRef.uid === metadata.uid);
}

function isUnclaimed({ spec, metadata, status }: Live<PersistentVolume>): boolean {
  if (metadata.deletionTimestamp !== undefined || status.phase === "Released") return false;
  return spec.claimRef === undefined && status.phase !== "Failed";
}

function suits(volume: Live<PersistentVolume>, claim: Live<PersistentVolumeClaim>): boolean {
  const { accessModes = [], selector } = claim.spec;
  return (
    kindOf(volume.spec) === kindOf(claim.spec) &&
    accessModes.every((mode) => volume.spec.accessModes?.includes(mode)) &&
    compareQuantities(offeredBy(volume), wantedBy(claim)) >= 0 &&
    (selector === undefined ||
      matchesLabels(compileLabelSelector(selector), volume.metadata.labels))
  );
}

/** Class and mode must be the same on both sides. */
function kindOf({
  storageClassName = "",
  volumeMode = "Filesystem",
}: {
  readonly storageClassName?: string | undefined;
  readonly volumeMode?: string | undefined;
}): string {
  return `${storageClassName} ${volumeMode}`;
}

function offeredBy({ spec }: Live<PersistentVolume>): Quantity {
  return parseQuantity(spec.capacity?.["storage"] ?? "0");
}

function wantedBy({ spec }: Live<PersistentVolumeClaim>): Quantity {
  return parseQuantity(spec.resources?.requests?.["storage"] ?? "0");
}

function compareCapacity(left: Live<PersistentVolume>, right: Live<PersistentVolume>): number {
  return compareQuantities(offeredBy(left), offeredBy(right));
}
