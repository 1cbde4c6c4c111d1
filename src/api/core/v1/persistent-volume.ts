import {
  atomicListOf,
  field,
  mapOf,
  quantity,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { objectReference } from "./reference.ts";
import { nodeSelector } from "./scheduling.ts";
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFilePersistentVolumeSource,
  cephFSPersistentVolumeSource,
  cinderPersistentVolumeSource,
  csiPersistentVolumeSource,
  fcVolumeSource,
  flexPersistentVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  glusterfsPersistentVolumeSource,
  hostPathVolumeSource,
  iscsiPersistentVolumeSource,
  localVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdPersistentVolumeSource,
  scaleIOPersistentVolumeSource,
  storageOSPersistentVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from "./volume.ts";
import { kind, type } from "./package.ts";

export const volumeNodeAffinity = type("VolumeNodeAffinity", "", {
  required: field(1, nodeSelector, "").pointer(),
});
export interface VolumeNodeAffinity extends TypeOf<typeof volumeNodeAffinity> {}

export const persistentVolumeSpec = type("PersistentVolumeSpec", "", {
  capacity: field(1, mapOf(quantity), ""),
  gcePersistentDisk: field(1, gcePersistentDiskVolumeSource, "").pointer().embeddedIn(2),
  awsElasticBlockStore: field(2, awsElasticBlockStoreVolumeSource, "").pointer().embeddedIn(2),
  hostPath: field(3, hostPathVolumeSource, "").pointer().embeddedIn(2),
  glusterfs: field(4, glusterfsPersistentVolumeSource, "").pointer().embeddedIn(2),
  nfs: field(5, nfsVolumeSource, "").pointer().embeddedIn(2),
  rbd: field(6, rbdPersistentVolumeSource, "").pointer().embeddedIn(2),
  iscsi: field(7, iscsiPersistentVolumeSource, "").pointer().embeddedIn(2),
  cinder: field(8, cinderPersistentVolumeSource, "").pointer().embeddedIn(2),
  cephfs: field(9, cephFSPersistentVolumeSource, "").pointer().embeddedIn(2),
  fc: field(10, fcVolumeSource, "").pointer().embeddedIn(2),
  flocker: field(11, flockerVolumeSource, "").pointer().embeddedIn(2),
  flexVolume: field(12, flexPersistentVolumeSource, "").pointer().embeddedIn(2),
  azureFile: field(13, azureFilePersistentVolumeSource, "").pointer().embeddedIn(2),
  vsphereVolume: field(14, vsphereVirtualDiskVolumeSource, "").pointer().embeddedIn(2),
  quobyte: field(15, quobyteVolumeSource, "").pointer().embeddedIn(2),
  azureDisk: field(16, azureDiskVolumeSource, "").pointer().embeddedIn(2),
  photonPersistentDisk: field(17, photonPersistentDiskVolumeSource, "").pointer().embeddedIn(2),
  portworxVolume: field(18, portworxVolumeSource, "").pointer().embeddedIn(2),
  scaleIO: field(19, scaleIOPersistentVolumeSource, "").pointer().embeddedIn(2),
  local: field(20, localVolumeSource, "").pointer().embeddedIn(2),
  storageos: field(21, storageOSPersistentVolumeSource, "").pointer().embeddedIn(2),
  csi: field(22, csiPersistentVolumeSource, "").pointer().embeddedIn(2),
  accessModes: field(3, atomicListOf(string), ""),
  claimRef: field(4, objectReference, "").pointer().granular(),
  persistentVolumeReclaimPolicy: field(5, string, ""),
  storageClassName: field(6, string, ""),
  mountOptions: field(7, atomicListOf(string), ""),
  volumeMode: field(8, string, "").pointer(),
  nodeAffinity: field(9, volumeNodeAffinity, "").pointer(),
  volumeAttributesClassName: field(10, string, "").pointer(),
});
export interface PersistentVolumeSpec extends TypeOf<typeof persistentVolumeSpec> {}

export const persistentVolumeStatus = type("PersistentVolumeStatus", "", {
  phase: field(1, string, ""),
  message: field(2, string, ""),
  reason: field(3, string, ""),
  lastPhaseTransitionTime: field(4, time, "").pointer(),
});
export interface PersistentVolumeStatus extends TypeOf<typeof persistentVolumeStatus> {}

export const persistentVolume = kind(
  "PersistentVolume",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, persistentVolumeSpec, ""),
    status: field(3, persistentVolumeStatus, ""),
  },
  {
    name: "persistentvolumes",
    singular: "persistentvolume",
    namespaced: false,
    verbs: standardVerbs,
    shortNames: ["pv"],
    subresources: { status: statusSubresource("PersistentVolume") },
  },
);
export interface PersistentVolume extends TypeOf<typeof persistentVolume> {}
