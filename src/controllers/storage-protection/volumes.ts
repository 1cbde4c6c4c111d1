/** Keeps volumes from going while a claim is bound to them. */

import { type PersistentVolume, persistentVolume } from "#api/core/v1";
import type { ObjectKey } from "#api";
import { type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { applyProtection } from "./apply.ts";
import { planProtection } from "./plan.ts";

const finalizer = "kubernetes.io/pv-protection";

export function volumeProtectionController(deps: ControllerDeps): Controller {
  const volumes = deps.informers.of(persistentVolume);
  return keyedController(deps, {
    name: "pv-protection-controller",
    queue: "pvprotection",
    feed: (add) => [
      volumes.onChange(({ after }) => {
        if (after !== undefined && planProtection(after.metadata, finalizer) !== "nothing") {
          add(keyOfObject(after));
        }
      }),
    ],
    reconcile: (context, key, signal) => reconcileVolume(context, volumes, key, signal),
  });
}

async function reconcileVolume(
  { client }: ReconcileContext,
  volumes: Informer<PersistentVolume>,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const volume = volumes.cache.find(key);
  if (volume === undefined) return settled;
  const plan = planProtection(volume.metadata, finalizer);
  // Whoever binds claims to volumes writes the phase.
  if (plan === "release" && volume.status.phase === "Bound") return settled;
  const resource = client.of(persistentVolume);
  await applyProtection(plan, volume.metadata, finalizer, (finalizers) =>
    resource.update({ ...volume, metadata: { ...volume.metadata, finalizers } }, {}, signal),
  );
  return settled;
}
