/** Keeps claims from going while a pod uses them. */

import type { Live, ObjectKey } from "#api";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaim,
  type Pod,
  pod as podKind,
} from "#api/core/v1";
import { formatKey, type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { applyProtection } from "./apply.ts";
import { cannotHold, claimNamesOf, planProtection, usesClaim } from "./plan.ts";

const finalizer = "kubernetes.io/pvc-protection";
const claimIndex = "claim";

interface ClaimSources {
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly pods: Informer<Pod>;
}

export function claimProtectionController(deps: ControllerDeps): Controller {
  const indexes = { [claimIndex]: (pod: Live<Pod>) => claimKeysOf(pod).map(formatKey) };
  const sources: ClaimSources = {
    claims: deps.informers.of(persistentVolumeClaim),
    pods: deps.informers.of(podKind, { indexes }),
  };
  return keyedController(deps, {
    name: "pvc-protection-controller",
    queue: "pvcprotection",
    feed: (add) => [
      sources.claims.onChange(({ after }) => {
        if (after !== undefined && isConcerned(after)) add(keyOfObject(after));
      }),
      sources.pods.onChange(({ before, after }) => {
        // A pod that is gone, also when a namesake stands in its place.
        const isGone = before !== undefined && before.metadata.uid !== after?.metadata.uid;
        if (isGone) for (const key of claimKeysOf(before)) add(key);
        if (after === undefined || !cannotHold(after)) return;
        for (const key of claimKeysOf(after)) add(key);
      }),
    ],
    reconcile: (context, key, signal) => reconcileClaim(context, sources, key, signal),
  });
}

function claimKeysOf(pod: Live<Pod>): readonly ObjectKey[] {
  const namespace = pod.metadata.namespace ?? "";
  return claimNamesOf(pod).map((name) => ({ namespace, name }));
}

function isConcerned({ metadata }: Live<PersistentVolumeClaim>): boolean {
  return planProtection(metadata, finalizer) !== "nothing";
}

async function reconcileClaim(
  context: ReconcileContext,
  { claims, pods }: ClaimSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const claim = claims.cache.find(key);
  if (claim === undefined) return settled;
  const plan = planProtection(claim.metadata, finalizer);
  if (plan === "release") {
    const known = pods.cache.byIndex(claimIndex, formatKey(key));
    if (known.some((pod) => usesClaim(pod, claim))) return settled;
    // The cache may not show a pod that was bound just now; the server does.
    const { namespace } = key;
    const { items } = await context.client.of(podKind).list({ namespace }, signal);
    if (items.some((pod) => usesClaim(pod, claim))) return settled;
  }
  const resource = context.client.of(persistentVolumeClaim);
  await applyProtection(plan, claim.metadata, finalizer, (finalizers) =>
    resource.update({ ...claim, metadata: { ...claim.metadata, finalizers } }, {}, signal),
  );
  return settled;
}
