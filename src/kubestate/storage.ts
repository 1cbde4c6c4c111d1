/** Families of volumes, of claims to them and of the classes that they are made by. */
import type { Live } from "#api";
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec } from "#api/core/v1";
import type { StorageClass } from "#api/storage/v1";
import { figure, gauge, type KindFamilies, type LabelValues, type Sample } from "./family.ts";
import {
  amountOf,
  choice,
  conditionSamples,
  created,
  deleted,
  fact,
  namespaced,
} from "./samples.ts";

export const persistentVolumeFamilies: KindFamilies<PersistentVolume> = {
  identify: ({ name }) => ({ persistentvolume: name }),
  families: [
    created("kube_persistentvolume_created"),
    deleted("kube_persistentvolume_deletion_timestamp"),
    gauge("kube_persistentvolume_info", "Information about persistentvolume.", volumeFacts),
    gauge(
      "kube_persistentvolume_claim_ref",
      "Information about the Persistent Volume Claim Reference.",
      ({ spec: { claimRef } }) =>
        claimRef === undefined
          ? []
          : fact({ name: claimRef.name, claim_namespace: claimRef.namespace }),
    ),
    gauge(
      "kube_persistentvolume_status_phase",
      "The phase indicates if a volume is available, bound to a claim, or released by a claim.",
      ({ status }) =>
        choice("phase", ["Pending", "Available", "Bound", "Released", "Failed"], status.phase),
    ),
    figure(
      "kube_persistentvolume_capacity_bytes",
      "Persistentvolume capacity in bytes.",
      ({ spec }) => amountOf(spec.capacity, "storage") ?? 0,
    ),
    gauge(
      "kube_persistentvolume_volume_mode",
      "Volume Mode information for the PersistentVolume.",
      ({ spec }) => fact({ volumemode: spec.volumeMode ?? "Filesystem" }),
    ),
    gauge(
      "kube_persistentvolume_access_mode",
      "The access mode(s) specified by the persistent volume.",
      ({ spec }) => (spec.accessModes ?? []).flatMap((mode) => fact({ access_mode: mode })),
    ),
  ],
};

/** Class and source; labels of sources other than the volume's own are empty. */
function volumeFacts({ spec }: Live<PersistentVolume>): readonly Sample[] {
  const { nfs, csi, local, hostPath } = spec;
  return fact({
    storageclass: spec.storageClassName,
    ...diskFacts(spec),
    ...blockNetworkFacts(spec),
    nfs_server: nfs?.server,
    nfs_path: nfs?.path,
    csi_driver: csi?.driver,
    csi_volume_handle: csi?.volumeHandle,
    local_path: local?.path,
    local_fs: local?.fsType,
    host_path: hostPath?.path,
    host_path_type: hostPath?.type,
    reclaim_policy: spec.persistentVolumeReclaimPolicy,
  });
}

/** Disks of clouds. */
function diskFacts(spec: PersistentVolumeSpec): LabelValues {
  return {
    gce_persistent_disk_name: spec.gcePersistentDisk?.pdName,
    ebs_volume_id: spec.awsElasticBlockStore?.volumeID,
    azure_disk_name: spec.azureDisk?.diskName,
  };
}

/** Disks that are reached over a network as such. */
function blockNetworkFacts({ fc, iscsi }: PersistentVolumeSpec): LabelValues {
  return {
    fc_wwids: fc?.wwids?.join(","),
    fc_lun: fc?.lun,
    fc_target_wwns: fc?.targetWWNs?.join(","),
    iscsi_target_portal: iscsi?.targetPortal,
    iscsi_iqn: iscsi?.iqn,
    iscsi_lun: iscsi?.lun,
    iscsi_initiator_name: iscsi?.initiatorName,
  };
}

/** The annotation by which claims named their class before there was a field. */
const classAnnotation = "volume.beta.kubernetes.io/storage-class";

export const volumeClaimFamilies: KindFamilies<PersistentVolumeClaim> = {
  identify: namespaced("persistentvolumeclaim"),
  families: [
    created("kube_persistentvolumeclaim_created"),
    deleted("kube_persistentvolumeclaim_deletion_timestamp"),
    gauge(
      "kube_persistentvolumeclaim_info",
      "Information about persistent volume claim.",
      ({ metadata, spec }) =>
        fact({
          storageclass: metadata.annotations?.[classAnnotation] ?? spec.storageClassName,
          volumename: spec.volumeName,
          volumemode: spec.volumeMode,
        }),
    ),
    gauge(
      "kube_persistentvolumeclaim_status_phase",
      "The phase the persistent volume claim is currently in.",
      ({ status }) => choice("phase", ["Lost", "Bound", "Pending"], status.phase),
    ),
    figure(
      "kube_persistentvolumeclaim_resource_requests_storage_bytes",
      "The capacity of storage requested by the persistent volume claim.",
      ({ spec }) => amountOf(spec.resources?.requests, "storage"),
    ),
    gauge(
      "kube_persistentvolumeclaim_access_mode",
      "The access mode(s) specified by the persistent volume claim.",
      ({ spec }) => (spec.accessModes ?? []).flatMap((mode) => fact({ access_mode: mode })),
    ),
    gauge(
      "kube_persistentvolumeclaim_status_condition",
      "Information about status of different conditions of persistent volume claim.",
      ({ status }) => conditionSamples(status.conditions),
    ),
  ],
};

export const storageClassFamilies: KindFamilies<StorageClass> = {
  identify: ({ name }) => ({ storageclass: name }),
  families: [
    gauge("kube_storageclass_info", "Information about storageclass.", (storageClass) =>
      fact({
        provisioner: storageClass.provisioner,
        reclaim_policy: storageClass.reclaimPolicy ?? "Delete",
        volume_binding_mode: storageClass.volumeBindingMode ?? "Immediate",
      }),
    ),
    created("kube_storageclass_created"),
  ],
};
