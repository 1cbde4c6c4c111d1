/**
 * Makes volumes out of directories, for claims of the cluster's own storage class, and removes them
 * when their claims are gone. Such a volume lies on the node that its first pod runs on and can be
 * used there only.
 */

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
import { selectedNodeAnnotation } from "../selected-node.ts";

export const localPathProvisioner = "wherry.dev/local-path";

/** The directories behind the volumes. */
export interface VolumeDirectories {
  /** Makes an empty directory for a volume of this name on this node and resolves with its path. */
  create(node: string, volume: string): Promise<string>;
  /** Removes what `create` made, with its content. */
  remove(path: string): Promise<void>;
}

interface PathSources {
  readonly claims: Informer<PersistentVolumeClaim>;
  readonly volumes: Informer<PersistentVolume>;
  readonly classes: Informer<StorageClass>;
  readonly directories: VolumeDirectories;
  /** Directories of volumes that were deleted by others after their claims were gone, by volume. */
  readonly leftovers: Map<string, string>;
}

const provisionedByAnnotation = "pv.kubernetes.io/provisioned-by";

export function localPathController(
  deps: ControllerDeps,
  directories: VolumeDirectories,
): Controller {
  const sources: PathSources = {
    claims: deps.informers.of(persistentVolumeClaim),
    volumes: deps.informers.of(persistentVolume),
    classes: deps.informers.of(storageClass),
    directories,
    leftovers: new Map(),
  };
  return keyedController(deps, {
    name: "local-path-provisioner",
    queue: "local_path_provisioner",
    feed: (add) => [
      sources.claims.onChange(({ after }) => {
        if (after !== undefined) add(keyOfObject(after));
      }),
      sources.volumes.onChange(({ before, after }) => {
        const volume = after ?? before;
        if (volume === undefined) return;
        const path = after === undefined && isToGo(volume) ? volume.spec.local?.path : undefined;
        if (path !== undefined) sources.leftovers.set(volume.metadata.name, path);
        add(keyOfObject(volume));
      }),
    ],
    reconcile: (context, key, signal) =>
      key.namespace === ""
        ? reclaim(context, sources, key, signal)
        : provision(context, sources, key, signal),
  });
}

async function provision(
  context: ReconcileContext,
  { claims, volumes, classes, directories }: PathSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const claim = claims.cache.find(key);
  if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return settled;
  if ((claim.spec.volumeName ?? "") !== "" || claim.status.phase === "Bound") return settled;
  const className = claim.spec.storageClassName ?? "";
  const found = classes.cache.find({ namespace: "", name: className });
  const node = claim.metadata.annotations?.[selectedNodeAnnotation];
  if (found?.provisioner !== localPathProvisioner || node === undefined) return settled;
  const name = `pvc-${claim.metadata.uid}`;
  if (volumes.cache.find({ namespace: "", name }) !== undefined) return settled;

  const path = await directories.create(node, name);
  const volume = volumeFor(claim, found, { name, node, path });
  try {
    await context.client.of(persistentVolume).create(volume, {}, signal);
  } catch (error) {
    // Made by an earlier pass that the cache does not show yet.
    if (!hasReason(error, "AlreadyExists")) throw error;
  }
  const subject = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: claim.metadata };
  context.recorder.record(subject, {
    type: "Normal",
    reason: "ProvisioningSucceeded",
    message: `Successfully provisioned volume ${name}`,
  });
  return settled;
}

function volumeFor(
  { metadata, spec }: Live<PersistentVolumeClaim>,
  found: Live<StorageClass>,
  { name, node, path }: { readonly name: string; readonly node: string; readonly path: string },
): PersistentVolume {
  const storage = spec.resources?.requests?.["storage"] ?? "0";
  const hostname = { key: "kubernetes.io/hostname", operator: "In", values: [node] };
  return {
    metadata: { name, annotations: { [provisionedByAnnotation]: localPathProvisioner } },
    spec: {
      capacity: { storage },
      accessModes: spec.accessModes,
      persistentVolumeReclaimPolicy: found.reclaimPolicy ?? "Delete",
      storageClassName: found.metadata.name,
      volumeMode: "Filesystem",
      local: { path },
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: metadata.namespace,
        name: metadata.name,
        uid: metadata.uid,
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
    },
  };
}

async function reclaim(
  { client }: ReconcileContext,
  { volumes, directories, leftovers }: PathSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const leftover = leftovers.get(key.name);
  if (leftover !== undefined) {
    await directories.remove(leftover);
    leftovers.delete(key.name);
  }
  const volume = volumes.cache.find(key);
  if (volume === undefined || !isToGo(volume)) return settled;
  if (volume.spec.local !== undefined) await directories.remove(volume.spec.local.path);
  try {
    await client.of(persistentVolume).delete(key, {}, signal);
  } catch (error) {
    // Gone already is what was wanted.
    if (!hasReason(error, "NotFound")) throw error;
  }
  return settled;
}

/** Made here, for a claim that is gone, and not to be kept. */
function isToGo({ metadata, spec, status }: Live<PersistentVolume>): boolean {
  const isOurs = metadata.annotations?.[provisionedByAnnotation] === localPathProvisioner;
  return isOurs && status.phase === "Released" && spec.persistentVolumeReclaimPolicy === "Delete";
}
