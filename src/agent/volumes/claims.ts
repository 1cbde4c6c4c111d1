/** From a pod's claim to the place on this node where its data lies. */

import type { Live } from "#api";
import {
  type PersistentVolumeClaim,
  type Pod,
  persistentVolume,
  persistentVolumeClaim,
} from "#api/core/v1";
import type { Client } from "#client";
import { VolumeError } from "./payload.ts";

export interface ClaimedPlace {
  readonly path: string;
  /** Of a hostPath; empty where the path must be there already. */
  readonly type: string;
  /** Whether the pod's fsGroup takes ownership. */
  readonly isOwnable: boolean;
  readonly isReadOnly: boolean;
}

export interface ClaimRequest {
  readonly name: string;
  readonly readOnly: boolean;
  /** The claim was made for this pod alone and must belong to it. */
  readonly isEphemeral: boolean;
}

/** Where the claim's volume is; throws a `VolumeError` while it is not bound to one we can mount. */
export async function placeOfClaim(
  client: Client,
  pod: Live<Pod>,
  request: ClaimRequest,
  signal: AbortSignal,
): Promise<ClaimedPlace> {
  const namespace = pod.metadata.namespace ?? "";
  const label = `${namespace}/${request.name}`;
  const claims = client.of(persistentVolumeClaim);
  const claim = await claims.find({ namespace, name: request.name }, signal);
  if (claim === undefined) {
    throw claimError(label, `persistentvolumeclaim "${request.name}" not found`);
  }
  assertUsable(claim, pod, request, label);
  const name = claim.spec.volumeName ?? "";
  const volume = await client.of(persistentVolume).find({ namespace: "", name }, signal);
  if (volume === undefined) throw claimError(label, `persistentvolume "${name}" not found`);
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    throw claimError(label, `volume ${name} is not bound to this claim`);
  }
  const { hostPath, local } = volume.spec;
  const isReadOnly = request.readOnly || isReadOnlyClaim(claim);
  if (hostPath !== undefined) {
    return { path: hostPath.path, type: hostPath.type ?? "", isOwnable: false, isReadOnly };
  }
  if (local !== undefined) return { path: local.path, type: "", isOwnable: true, isReadOnly };
  throw claimError(label, `volume ${name} is neither hostPath nor local, which are supported`);
}

function assertUsable(
  claim: Live<PersistentVolumeClaim>,
  pod: Live<Pod>,
  { isEphemeral }: ClaimRequest,
  label: string,
): void {
  if (claim.metadata.deletionTimestamp !== undefined) {
    throw claimError(label, "PVC is being deleted");
  }
  if (claim.status.phase !== "Bound" || (claim.spec.volumeName ?? "") === "") {
    throw claimError(label, "PVC is not bound");
  }
  if (claim.spec.volumeMode === "Block") {
    throw claimError(label, "block volumes are not supported");
  }
  const owners = claim.metadata.ownerReferences ?? [];
  if (isEphemeral && !owners.some(({ uid }) => uid === pod.metadata.uid)) {
    throw claimError(label, `PVC was not created for pod ${pod.metadata.name}`);
  }
}

function isReadOnlyClaim({ spec }: Live<PersistentVolumeClaim>): boolean {
  const modes = spec.accessModes ?? [];
  return modes.length > 0 && modes.every((mode) => mode === "ReadOnlyMany");
}

function claimError(label: string, why: string): VolumeError {
  return new VolumeError(`error processing PVC ${label}: ${why}`);
}
