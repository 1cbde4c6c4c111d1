/**
 * When the finalizers come and go that keep claims and volumes while they are used. Pure. Source of
 * the rules: upstream's `pkg/controller/volume/pvcprotection` and `pvprotection`.
 */

import type { Live, LiveMetadata } from "#api";
import type { PersistentVolumeClaim, Pod } from "#api/core/v1";
import { isTerminal } from "../pod-facts.ts";

/** What to do about the finalizer: `release` only when nobody uses the object. */
export type Protection = "nothing" | "protect" | "release";

export function planProtection(
  { finalizers = [], deletionTimestamp }: LiveMetadata,
  finalizer: string,
): Protection {
  const isProtected = finalizers.includes(finalizer);
  if (deletionTimestamp === undefined) return isProtected ? "nothing" : "protect";
  return isProtected ? "release" : "nothing";
}

/** The names of the claims that a pod mentions. */
export function claimNamesOf({ metadata, spec }: Live<Pod>): readonly string[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata.name}-${name}`];
  });
}

/**
 * Whether a pod uses a claim. One without a node does not: no node starts a pod whose claim is being
 * deleted. One that its node is done with does not use the claims that were made for it alone.
 */
export function usesClaim(pod: Live<Pod>, claim: Live<PersistentVolumeClaim>): boolean {
  if ((pod.spec.nodeName ?? "") === "") return false;
  return (pod.spec.volumes ?? []).some(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim?.claimName === claim.metadata.name) return true;
    if (ephemeral === undefined || isShutDown(pod)) return false;
    const owners = claim.metadata.ownerReferences ?? [];
    const isForPod = owners.some(({ uid }) => uid === pod.metadata.uid);
    return isForPod && claim.metadata.name === `${pod.metadata.name}-${name}`;
  });
}

/** A pod that cannot hold up its claims, now or any more: their keys are worth another look. */
export function cannotHold(pod: Live<Pod>): boolean {
  return isTerminal(pod) || (pod.spec.nodeName ?? "") === "";
}

function isShutDown({ metadata }: Live<Pod>): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}
