/**
 * New claims and volumes are kept from going while they are used: each gets a finalizer, which the
 * controllers of `src/controllers/storage-protection` take off again.
 */

import { asJsonObject } from "#api";
import { persistentVolume, persistentVolumeClaim } from "#api/core/v1";
import type { ObjectMeta } from "#api/meta/v1";
import type { AdmissionPlugin } from "../../admission.ts";
import { findWritten } from "../admitted.ts";

const claimFinalizer = "kubernetes.io/pvc-protection";
const volumeFinalizer = "kubernetes.io/pv-protection";

export const storageProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  async mutate(request) {
    if (request.operation !== "CREATE") return request.object;
    const claim = findWritten(request, persistentVolumeClaim);
    if (claim !== undefined) return asJsonObject(withFinalizer(claim, claimFinalizer));
    const volume = findWritten(request, persistentVolume);
    if (volume !== undefined) return asJsonObject(withFinalizer(volume, volumeFinalizer));
    return request.object;
  },
};

function withFinalizer<T extends { readonly metadata?: ObjectMeta | undefined }>(
  object: T,
  finalizer: string,
): T {
  const finalizers = object.metadata?.finalizers ?? [];
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}
