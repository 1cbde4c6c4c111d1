/** Keeps the volume claims of a StatefulSet's pods, and who owns them. */

import { hasReason, type Live } from "#api";
import type { StatefulSet } from "#api/apps/v1";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaim as claimKind,
  type Pod,
} from "#api/core/v1";
import type { OwnerReference } from "#api/meta/v1";
import { keyOfObject, type ObjectCache } from "#client";
import type { ReconcileContext } from "../controller.ts";
import type { Owner } from "../ownership.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { canonicalText } from "../pod-template.ts";
import { podName } from "./members.ts";
import { claimOwners, claimsOf } from "./new-pod.ts";

export interface ClaimSources {
  readonly context: ReconcileContext;
  readonly claims: ObjectCache<PersistentVolumeClaim>;
  readonly set: Live<StatefulSet>;
  readonly owner: Owner;
  readonly signal: AbortSignal;
}

/** Creates what is missing of a pod's claims. Throws while an old claim of the name is going away. */
export async function ensureClaims(sources: ClaimSources, ordinal: number): Promise<void> {
  const { context, claims, set, owner, signal } = sources;
  const namespace = set.metadata.namespace ?? "";
  for (const wanted of claimsOf(set, ordinal)) {
    const name = wanted.metadata?.name ?? "";
    const present = claims.find({ namespace, name });
    if (present !== undefined && isBeingDeleted(present)) {
      throw new Error(`pvc ${name} is being deleted`);
    }
    if (present !== undefined) continue;
    const ownerReferences = claimOwners(set, owner, undefined);
    const metadata = { ...wanted.metadata, ownerReferences };
    try {
      await context.client.of(claimKind).create({ ...wanted, metadata }, {}, signal);
    } catch (error) {
      // From a pass that the cache does not show yet.
      if (hasReason(error, "AlreadyExists")) continue;
      throw error;
    }
    const message = `create Claim ${name} Pod ${podName(set, ordinal)} in StatefulSet ${set.metadata.name} success`;
    context.recorder.record(owner, { type: "Normal", reason: "SuccessfulCreate", message });
  }
}

/** Hands the claims of a pod to whom the retention policy says. `surplus`: the pod, if it goes. */
export async function retainClaims(
  sources: ClaimSources,
  ordinal: number,
  pod: Live<Pod> | undefined,
  surplus: "wanted" | "surplus",
): Promise<void> {
  const { context, claims, set, owner, signal } = sources;
  const namespace = set.metadata.namespace ?? "";
  const wanted = claimOwners(set, owner, surplus === "surplus" ? pod : undefined);
  for (const { metadata = {} } of claimsOf(set, ordinal)) {
    const claim = claims.find({ namespace, name: metadata.name ?? "" });
    if (claim === undefined) continue;
    const present = claim.metadata.ownerReferences ?? [];
    const ours = present.filter((reference) => isOurs(sources, ordinal, reference));
    if (canonicalText(ours) === canonicalText(wanted)) continue;
    const others = present.filter((reference) => !ours.includes(reference));
    const ownerReferences = [...others, ...wanted].map((reference) => ({ ...reference }));
    const { uid, resourceVersion } = claim.metadata;
    const body = { metadata: { uid, resourceVersion, ownerReferences } };
    const patch = { type: "merge", body } as const;
    await context.client.of(claimKind).patch(keyOfObject(claim), patch, {}, signal);
  }
}

function isOurs({ set }: ClaimSources, ordinal: number, { kind, name, uid }: OwnerReference) {
  return uid === set.metadata.uid || (kind === "Pod" && name === podName(set, ordinal));
}
