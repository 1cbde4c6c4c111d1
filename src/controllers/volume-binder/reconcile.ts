/** Brings claims and volumes together, and tells each where it stands. */

import { hasReason, type Live, type ObjectKey } from "#api";
import {
  type PersistentVolume,
  type PersistentVolumeClaim,
  persistentVolume,
  persistentVolumeClaim,
} from "#api/core/v1";
import { type StorageClass, storageClass } from "#api/storage/v1";
import { type Informer, keyOfObject, type Outcome, settled } from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import { isBoundTo, planClaim } from "./plan.ts";

interface VolumeSources {
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
}

/** Keys of volumes have no namespace, those of claims have one. */
export function volumeBinderController(deps: ControllerDeps): Controller {
  const sources: VolumeSources = {
    claims: deps.informers.of(persistentVolumeClaim),
    volumes: deps.informers.of(persistentVolume),
    classes: deps.informers.of(storageClass),
  };
  const { claims, volumes, classes } = sources;
  return keyedController(deps, {
    name: "persistentvolume-controller",
    queue: "claims",
    // One at a time, so that no volume is given to two claims.
    workerCount: 1,
    feed: (add) => [
      claims.onChange(({ before, after }) => {
        const claim = after ?? before;
        if (claim === undefined) return;
        add(keyOfObject(claim));
        if ((claim.spec.volumeName ?? "") !== "") {
          add({ namespace: "", name: claim.spec.volumeName ?? "" });
        }
      }),
      volumes.onChange(({ after }) => {
        if (after === undefined) return;
        add(keyOfObject(after));
        for (const claim of claims.cache.list()) {
          if (claim.status.phase !== "Bound") add(keyOfObject(claim));
        }
      }),
      classes.onChange(() => {
        for (const claim of claims.cache.list()) {
          if (claim.status.phase !== "Bound") add(keyOfObject(claim));
        }
      }),
    ],
    reconcile: (context, key, signal) =>
      key.namespace === ""
        ? reconcileVolume(context, sources, key, signal)
        : reconcileClaim(context, sources, key, signal),
  });
}

async function reconcileClaim(
  context: ReconcileContext,
  { claims, volumes, classes }: VolumeSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const claim = claims.cache.find(key);
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return settled;
  if (claim.status.phase === "Bound") return settled;
  const className = claim.spec.storageClassName ?? "";
  const found = classes.cache.find({ namespace: "", name: className });
  const plan = planClaim(claim, volumes.cache.list(), found);
  if (plan.kind === "bind") {
    await bind(context, claim, plan.volume, signal);
    return settled;
  }
  const facts = {
    awaitConsumer: {
      reason: "WaitForFirstConsumer",
      message: "waiting for first consumer to be created before binding",
    },
    awaitProvisioner: {
      reason: "ExternalProvisioning",
      message: `Waiting for a volume to be created by the provisioner '${"provisioner" in plan ? plan.provisioner : ""}'.`,
    },
    awaitVolume: { reason: "FailedBinding", message: "why" in plan ? plan.why : "" },
  }[plan.kind];
  const subject = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: claim.metadata };
  context.recorder.record(subject, { type: "Normal", ...facts });
  return settled;
}

/** First the volume knows its claim, then the claim its volume: a crash between is mended later. */
async function bind(
  { client }: ReconcileContext,
  claim: Live<PersistentVolumeClaim>,
  volume: Live<PersistentVolume>,
  signal: AbortSignal,
): Promise<void> {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const volumeKey = keyOfObject(volume);
  const volumes = client.of(persistentVolume);
  if (volume.spec.claimRef?.uid !== uid) {
    const claimRef = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      name,
      namespace,
      uid,
      resourceVersion,
    };
    const body = {
      metadata: {
        resourceVersion: volume.metadata.resourceVersion,
        annotations: { "pv.kubernetes.io/bound-by-controller": "yes" },
      },
      spec: { claimRef },
    };
    await volumes.patch(volumeKey, { type: "merge", body }, {}, signal);
  }
  await volumes.patchStatus(volumeKey, phase("Bound"), {}, signal);
  const claims = client.of(persistentVolumeClaim);
  const annotations = {
    "pv.kubernetes.io/bind-completed": "yes",
    ...(claim.spec.volumeName === undefined
      ? { "pv.kubernetes.io/bound-by-controller": "yes" }
      : {}),
  };
  const body = { metadata: { annotations }, spec: { volumeName: volume.metadata.name } };
  await claims.patch(keyOfObject(claim), { type: "merge", body }, {}, signal);
  const { accessModes = [], capacity = {} } = volume.spec;
  const status = { phase: "Bound", accessModes: [...accessModes], capacity: { ...capacity } };
  await claims.patchStatus(keyOfObject(claim), { type: "merge", body: { status } }, {}, signal);
}

async function reconcileVolume(
  { client }: ReconcileContext,
  { claims, volumes }: VolumeSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const volume = volumes.cache.find(key);
  // Also of one that is being deleted: it goes once it is not bound any more.
  if (volume === undefined) return settled;
  const wanted = phaseOf(volume, claims);
  if (volume.status.phase === wanted) return settled;
  try {
    await client.of(persistentVolume).patchStatus(key, phase(wanted), {}, signal);
  } catch (error) {
    // Gone meanwhile: nobody asks for its phase any more.
    if (!hasReason(error, "NotFound")) throw error;
  }
  return settled;
}

function phaseOf(volume: Live<PersistentVolume>, claims: Informer<PersistentVolumeClaim>): string {
  const { claimRef } = volume.spec;
  if (claimRef === undefined) return "Available";
  const key = { namespace: claimRef.namespace ?? "", name: claimRef.name ?? "" };
  const claim = claims.cache.find(key);
  if (claimRef.uid === undefined) {
    return claim === undefined ? "Available" : (volume.status.phase ?? "Available");
  }
  return claim !== undefined && isBoundTo(volume, claim) ? "Bound" : "Released";
}

function phase(name: string) {
  return { type: "merge", body: { status: { phase: name } } } as const;
}
