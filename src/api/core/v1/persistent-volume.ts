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
  azureFilePersistentVolumeSource,
  cephFSPersistentVolumeSource,
  cinderPersistentVolumeSource,
  csiPersistentVolumeSource,
  flexPersistentVolumeSource,
  glusterfsPersistentVolumeSource,
  iscsiPersistentVolumeSource,
  rbdPersistentVolumeSource,
  scaleIOPersistentVolumeSource,
  storageOSPersistentVolumeSource,
} from "./persistent-volume-source.ts";
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  fcVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  hostPathVolumeSource,
  localVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from "./volume.ts";
import { kind, type } from "./package.ts";

export const volumeNodeAffinity = type(
  "VolumeNodeAffinity",
  "Nodes from which a volume can be reached.",
  {
    required: field(1, nodeSelector, "What the nodes must meet.").pointer(),
  },
);
export interface VolumeNodeAffinity extends TypeOf<typeof volumeNodeAffinity> {}

export const persistentVolumeSpec = type(
  "PersistentVolumeSpec",
  "What a volume is and who may use it.",
  {
    capacity: field(1, mapOf(quantity), "How much it holds."),
    gcePersistentDisk: field(
      1,
      gcePersistentDiskVolumeSource,
      "A persistent disk of Google Compute Engine.",
    )
      .pointer()
      .embeddedIn(2),
    awsElasticBlockStore: field(
      2,
      awsElasticBlockStoreVolumeSource,
      "A disk of Amazon's Elastic Block Store.",
    )
      .pointer()
      .embeddedIn(2),
    hostPath: field(3, hostPathVolumeSource, "A directory of the node, for tests on a single node.")
      .pointer()
      .embeddedIn(2),
    glusterfs: field(4, glusterfsPersistentVolumeSource, "A Glusterfs volume. No longer supported.")
      .pointer()
      .embeddedIn(2),
    nfs: field(5, nfsVolumeSource, "A directory of an NFS server.").pointer().embeddedIn(2),
    rbd: field(6, rbdPersistentVolumeSource, "A block device of Ceph. No longer supported.")
      .pointer()
      .embeddedIn(2),
    iscsi: field(7, iscsiPersistentVolumeSource, "A disk on an iSCSI target.")
      .pointer()
      .embeddedIn(2),
    cinder: field(8, cinderPersistentVolumeSource, "A volume of OpenStack Cinder.")
      .pointer()
      .embeddedIn(2),
    cephfs: field(9, cephFSPersistentVolumeSource, "A CephFS file system. No longer supported.")
      .pointer()
      .embeddedIn(2),
    fc: field(10, fcVolumeSource, "A disk on a Fibre Channel network.").pointer().embeddedIn(2),
    flocker: field(11, flockerVolumeSource, "A dataset of Flocker. No longer supported.")
      .pointer()
      .embeddedIn(2),
    flexVolume: field(
      12,
      flexPersistentVolumeSource,
      "A volume of a FlexVolume plugin. Deprecated.",
    )
      .pointer()
      .embeddedIn(2),
    azureFile: field(13, azureFilePersistentVolumeSource, "A file share of Azure.")
      .pointer()
      .embeddedIn(2),
    vsphereVolume: field(14, vsphereVirtualDiskVolumeSource, "A disk of vSphere.")
      .pointer()
      .embeddedIn(2),
    quobyte: field(15, quobyteVolumeSource, "A Quobyte volume. No longer supported.")
      .pointer()
      .embeddedIn(2),
    azureDisk: field(16, azureDiskVolumeSource, "A disk of Azure.").pointer().embeddedIn(2),
    photonPersistentDisk: field(
      17,
      photonPersistentDiskVolumeSource,
      "A disk of the Photon platform. No longer supported.",
    )
      .pointer()
      .embeddedIn(2),
    portworxVolume: field(18, portworxVolumeSource, "A Portworx volume.").pointer().embeddedIn(2),
    scaleIO: field(19, scaleIOPersistentVolumeSource, "A ScaleIO volume. No longer supported.")
      .pointer()
      .embeddedIn(2),
    local: field(20, localVolumeSource, "A disk or directory of one node.").pointer().embeddedIn(2),
    storageos: field(
      21,
      storageOSPersistentVolumeSource,
      "A StorageOS volume. No longer supported.",
    )
      .pointer()
      .embeddedIn(2),
    csi: field(22, csiPersistentVolumeSource, "A volume of a CSI driver.").pointer().embeddedIn(2),
    accessModes: field(3, atomicListOf(string), "How it can be mounted."),
    claimRef: field(4, objectReference, "The claim that it is bound to.").pointer().granular(),
    persistentVolumeReclaimPolicy: field(
      5,
      string,
      "What becomes of it when the claim is gone: Retain, Delete or Recycle (deprecated).",
    ),
    storageClassName: field(6, string, "Class that it belongs to; empty: none."),
    mountOptions: field(7, atomicListOf(string), "Options for mounting it."),
    volumeMode: field(8, string, "Filesystem (the default) or Block.").pointer(),
    nodeAffinity: field(9, volumeNodeAffinity, "Nodes from which it can be reached.").pointer(),
    volumeAttributesClassName: field(10, string, "Class of its changeable attributes.").pointer(),
  },
);
export interface PersistentVolumeSpec extends TypeOf<typeof persistentVolumeSpec> {}

export const persistentVolumeStatus = type("PersistentVolumeStatus", "The state of a volume.", {
  phase: field(1, string, "Pending, Available, Bound, Released or Failed."),
  message: field(2, string, "Why, for people."),
  reason: field(3, string, "Why, as one CamelCase word."),
  lastPhaseTransitionTime: field(4, time, "When the phase last changed.").pointer(),
});
export interface PersistentVolumeStatus extends TypeOf<typeof persistentVolumeStatus> {}

export const persistentVolume = kind(
  "PersistentVolume",
  "Storage that exists on its own and is bound to a claim.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, persistentVolumeSpec, "The desired state."),
    status: field(3, persistentVolumeStatus, "The observed state, written by the system."),
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
