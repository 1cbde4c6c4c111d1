import {
  atomicListOf,
  boolean,
  field,
  int32,
  mapOf,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectReference, secretReference } from "./reference.ts";
import { type } from "./package.ts";

export const azureFilePersistentVolumeSource = type(
  "AzureFilePersistentVolumeSource",
  "A file share of Azure, for a PersistentVolume.",
  {
    secretName: field(1, string, "Secret with the account's name and key.").required(),
    shareName: field(2, string, "Name of the share.").required(),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
    secretNamespace: field(
      4,
      string,
      "Namespace of the Secret; that of the claim by default.",
    ).pointer(),
  },
);
export interface AzureFilePersistentVolumeSource
  extends TypeOf<typeof azureFilePersistentVolumeSource> {}

export const csiPersistentVolumeSource = type(
  "CSIPersistentVolumeSource",
  "A volume of a CSI driver, for a PersistentVolume.",
  {
    driver: field(1, string, "Name of the driver.").required(),
    volumeHandle: field(2, string, "Name of the volume at the driver.").required(),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
    fsType: field(4, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    volumeAttributes: field(
      5,
      mapOf(string),
      "Settings that the driver understands, as key and value.",
    ),
    controllerPublishSecretRef: field(
      6,
      secretReference,
      "Secret for attaching and detaching.",
    ).pointer(),
    nodeStageSecretRef: field(
      7,
      secretReference,
      "Secret for preparing the volume on a node.",
    ).pointer(),
    nodePublishSecretRef: field(
      8,
      secretReference,
      "Secret for mounting the volume into a pod.",
    ).pointer(),
    controllerExpandSecretRef: field(
      9,
      secretReference,
      "Secret for growing the volume.",
    ).pointer(),
    nodeExpandSecretRef: field(
      10,
      secretReference,
      "Secret for growing the file system on a node.",
    ).pointer(),
  },
);
export interface CSIPersistentVolumeSource extends TypeOf<typeof csiPersistentVolumeSource> {}

export const cephFSPersistentVolumeSource = type(
  "CephFSPersistentVolumeSource",
  "A CephFS file system, for a PersistentVolume.",
  {
    monitors: field(1, atomicListOf(string), "Addresses of the Ceph monitors.").required(),
    path: field(2, string, "Directory to mount; the root by default."),
    user: field(3, string, "User of Ceph; admin by default."),
    secretFile: field(4, string, "File on the node with the key of the user."),
    secretRef: field(5, secretReference, "Secret with the credentials.").pointer(),
    readOnly: field(6, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface CephFSPersistentVolumeSource extends TypeOf<typeof cephFSPersistentVolumeSource> {}

export const cinderPersistentVolumeSource = type(
  "CinderPersistentVolumeSource",
  "A volume of OpenStack Cinder, for a PersistentVolume.",
  {
    volumeID: field(1, string, "Identifier of the volume at its provider.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
    secretRef: field(4, secretReference, "Secret with the credentials.").pointer(),
  },
);
export interface CinderPersistentVolumeSource extends TypeOf<typeof cinderPersistentVolumeSource> {}

export const flexPersistentVolumeSource = type(
  "FlexPersistentVolumeSource",
  "A volume of a FlexVolume plugin, for a PersistentVolume.",
  {
    driver: field(1, string, "Name of the plugin.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    secretRef: field(3, secretReference, "Secret with the credentials.").pointer(),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
    options: field(5, mapOf(string), "Options for the plugin."),
  },
);
export interface FlexPersistentVolumeSource extends TypeOf<typeof flexPersistentVolumeSource> {}

export const glusterfsPersistentVolumeSource = type(
  "GlusterfsPersistentVolumeSource",
  "A Glusterfs volume, for a PersistentVolume.",
  {
    endpoints: field(1, string, "Endpoints with the addresses of the servers.").required(),
    path: field(2, string, "Name of the volume.").required(),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
    endpointsNamespace: field(
      4,
      string,
      "Namespace of the Endpoints; that of the claim by default.",
    ).pointer(),
  },
);
export interface GlusterfsPersistentVolumeSource
  extends TypeOf<typeof glusterfsPersistentVolumeSource> {}

export const iscsiPersistentVolumeSource = type(
  "ISCSIPersistentVolumeSource",
  "A disk on an iSCSI target, for a PersistentVolume.",
  {
    targetPortal: field(1, string, "Address of the target's portal.").required(),
    iqn: field(2, string, "Qualified name of the target.").required(),
    lun: field(3, int32, "Number of the unit at the target.").required(),
    iscsiInterface: field(
      4,
      string,
      "Name of the interface that carries the transport; default by default.",
    ),
    fsType: field(5, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(6, boolean, "Whether the volume is mounted without permission to write."),
    portals: field(7, atomicListOf(string), "Addresses of further portals."),
    chapAuthDiscovery: field(8, boolean, "Whether discovery uses CHAP."),
    secretRef: field(10, secretReference, "Secret with the credentials.").pointer(),
    chapAuthSession: field(11, boolean, "Whether sessions use CHAP."),
    initiatorName: field(12, string, "Qualified name of the initiator.").pointer(),
  },
);
export interface ISCSIPersistentVolumeSource extends TypeOf<typeof iscsiPersistentVolumeSource> {}

export const rbdPersistentVolumeSource = type(
  "RBDPersistentVolumeSource",
  "A block device of Ceph, for a PersistentVolume.",
  {
    monitors: field(1, atomicListOf(string), "Addresses of the Ceph monitors.").required(),
    image: field(2, string, "Name of the image.").required(),
    fsType: field(3, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    pool: field(4, string, "Pool of the image; rbd by default."),
    user: field(5, string, "User of Ceph; admin by default."),
    keyring: field(6, string, "File on the node with the key of the user."),
    secretRef: field(7, secretReference, "Secret with the credentials.").pointer(),
    readOnly: field(8, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface RBDPersistentVolumeSource extends TypeOf<typeof rbdPersistentVolumeSource> {}

export const scaleIOPersistentVolumeSource = type(
  "ScaleIOPersistentVolumeSource",
  "A ScaleIO volume, for a PersistentVolume.",
  {
    gateway: field(1, string, "Address of the gateway.").required(),
    system: field(2, string, "Name of the storage system.").required(),
    secretRef: field(3, secretReference, "Secret with the credentials.").pointer().required(),
    sslEnabled: field(4, boolean, "Whether to use TLS."),
    protectionDomain: field(5, string, "Protection domain of the storage."),
    storagePool: field(6, string, "Pool of the storage."),
    storageMode: field(7, string, "ThickProvisioned or ThinProvisioned (the default)."),
    volumeName: field(8, string, "Name of the volume."),
    fsType: field(9, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(10, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface ScaleIOPersistentVolumeSource
  extends TypeOf<typeof scaleIOPersistentVolumeSource> {}

export const storageOSPersistentVolumeSource = type(
  "StorageOSPersistentVolumeSource",
  "A StorageOS volume, for a PersistentVolume.",
  {
    volumeName: field(1, string, "Name of the volume."),
    volumeNamespace: field(2, string, "Scope of the volume's name at StorageOS."),
    fsType: field(3, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
    secretRef: field(5, objectReference, "Secret with the credentials.").pointer(),
  },
);
export interface StorageOSPersistentVolumeSource
  extends TypeOf<typeof storageOSPersistentVolumeSource> {}
