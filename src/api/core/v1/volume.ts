import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  mapOf,
  quantity,
  string,
  type TypeOf,
} from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { persistentVolumeClaimTemplate } from "./persistent-volume-claim-spec.ts";
import { localObjectReference } from "./reference.ts";
import { type } from "./package.ts";

export const awsElasticBlockStoreVolumeSource = type(
  "AWSElasticBlockStoreVolumeSource",
  "A disk of Amazon's Elastic Block Store.",
  {
    volumeID: field(1, string, "Identifier of the volume at its provider.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    partition: field(
      3,
      int32,
      "Partition of the disk to mount, counted from 1; 0 or absent means the whole disk.",
    ),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface AWSElasticBlockStoreVolumeSource
  extends TypeOf<typeof awsElasticBlockStoreVolumeSource> {}

export const azureDiskVolumeSource = type("AzureDiskVolumeSource", "A disk of Azure.", {
  diskName: field(1, string, "Name of the disk.").required(),
  diskURI: field(2, string, "Address of the disk in the blob storage.").required(),
  cachingMode: field(3, string, "None, ReadOnly or ReadWrite.").pointer(),
  fsType: field(
    4,
    string,
    "File system of the volume, such as ext4 or xfs; ext4 by default.",
  ).pointer(),
  readOnly: field(
    5,
    boolean,
    "Whether the volume is mounted without permission to write.",
  ).pointer(),
  kind: field(6, string, "Shared, Dedicated or Managed.").pointer(),
});
export interface AzureDiskVolumeSource extends TypeOf<typeof azureDiskVolumeSource> {}

export const azureFileVolumeSource = type("AzureFileVolumeSource", "A file share of Azure.", {
  secretName: field(1, string, "Secret with the account's name and key.").required(),
  shareName: field(2, string, "Name of the share.").required(),
  readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
});
export interface AzureFileVolumeSource extends TypeOf<typeof azureFileVolumeSource> {}

export const csiVolumeSource = type(
  "CSIVolumeSource",
  "A volume that a CSI driver makes for one pod.",
  {
    driver: field(1, string, "Name of the driver.").required(),
    readOnly: field(
      2,
      boolean,
      "Whether the volume is mounted without permission to write.",
    ).pointer(),
    fsType: field(
      3,
      string,
      "File system of the volume, such as ext4 or xfs; ext4 by default.",
    ).pointer(),
    volumeAttributes: field(
      4,
      mapOf(string),
      "Settings that the driver understands, as key and value.",
    ),
    nodePublishSecretRef: field(
      5,
      localObjectReference,
      "Secret for mounting the volume.",
    ).pointer(),
  },
);
export interface CSIVolumeSource extends TypeOf<typeof csiVolumeSource> {}

export const cephFSVolumeSource = type("CephFSVolumeSource", "A CephFS file system.", {
  monitors: field(1, atomicListOf(string), "Addresses of the Ceph monitors.").required(),
  path: field(2, string, "Directory to mount; the root by default."),
  user: field(3, string, "User of Ceph; admin by default."),
  secretFile: field(4, string, "File on the node with the key of the user."),
  secretRef: field(5, localObjectReference, "Secret with the credentials.").pointer(),
  readOnly: field(6, boolean, "Whether the volume is mounted without permission to write."),
});
export interface CephFSVolumeSource extends TypeOf<typeof cephFSVolumeSource> {}

export const cinderVolumeSource = type("CinderVolumeSource", "A volume of OpenStack Cinder.", {
  volumeID: field(1, string, "Identifier of the volume at its provider.").required(),
  fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
  readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
  secretRef: field(4, localObjectReference, "Secret with the credentials.").pointer(),
});
export interface CinderVolumeSource extends TypeOf<typeof cinderVolumeSource> {}

export const clusterTrustBundleProjection = type(
  "ClusterTrustBundleProjection",
  "Trust anchors as a file.",
  {
    name: field(1, string, "Name of a single ClusterTrustBundle.").pointer(),
    signerName: field(2, string, "Take the bundles of this signer.").pointer(),
    labelSelector: field(
      3,
      labelSelector,
      "Take those of the signer's bundles that have these labels.",
    ).pointer(),
    path: field(4, string, "File to write, relative to the volume.").required(),
    optional: field(
      5,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface ClusterTrustBundleProjection extends TypeOf<typeof clusterTrustBundleProjection> {}

export const keyToPath = type("KeyToPath", "A key and the file it becomes.", {
  key: field(1, string, "The key.").required(),
  path: field(
    2,
    string,
    "File to write, relative to the volume; it must not contain two dots.",
  ).required(),
  mode: field(3, int32, "Permission bits of the file; those of the volume by default.").pointer(),
});
export interface KeyToPath extends TypeOf<typeof keyToPath> {}

export const configMapProjection = type(
  "ConfigMapProjection",
  "Entries of a ConfigMap as files of a projected volume.",
  {
    name: field(1, string, "Name of the ConfigMap.").embeddedIn(1),
    items: field(
      2,
      atomicListOf(keyToPath),
      "Keys to project and the paths to write them to; by default every key becomes a file of its name.",
    ),
    optional: field(
      4,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface ConfigMapProjection extends TypeOf<typeof configMapProjection> {}

export const configMapVolumeSource = type(
  "ConfigMapVolumeSource",
  "Entries of a ConfigMap as files.",
  {
    name: field(1, string, "Name of the ConfigMap.").embeddedIn(1),
    items: field(
      2,
      atomicListOf(keyToPath),
      "Keys to project and the paths to write them to; by default every key becomes a file of its name.",
    ),
    defaultMode: field(
      3,
      int32,
      "Permission bits of the created files that set none themselves; 0644 by default.",
    ).pointer(),
    optional: field(
      4,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface ConfigMapVolumeSource extends TypeOf<typeof configMapVolumeSource> {}

export const objectFieldSelector = type(
  "ObjectFieldSelector",
  "A field of the pod.",
  {
    apiVersion: field(1, string, "Version in which the path is written; v1 by default."),
    fieldPath: field(2, string, "Path of the field.").required(),
  },
  { mapType: "atomic" },
);
export interface ObjectFieldSelector extends TypeOf<typeof objectFieldSelector> {}

export const resourceFieldSelector = type(
  "ResourceFieldSelector",
  "A request or limit of a container.",
  {
    containerName: field(1, string, "Name of the container."),
    resource: field(2, string, "Which one, such as limits.cpu.").required(),
    divisor: field(3, quantity, "Unit to express it in; 1 by default."),
  },
  { mapType: "atomic" },
);
export interface ResourceFieldSelector extends TypeOf<typeof resourceFieldSelector> {}

export const downwardAPIVolumeFile = type(
  "DownwardAPIVolumeFile",
  "A file with a fact about the pod.",
  {
    path: field(1, string, "File to write, relative to the volume.").required(),
    fieldRef: field(2, objectFieldSelector, "Field of the pod that the file holds.").pointer(),
    resourceFieldRef: field(
      3,
      resourceFieldSelector,
      "Resource of a container that the file holds.",
    ).pointer(),
    mode: field(4, int32, "Permission bits of the file; those of the volume by default.").pointer(),
  },
);
export interface DownwardAPIVolumeFile extends TypeOf<typeof downwardAPIVolumeFile> {}

export const downwardAPIProjection = type(
  "DownwardAPIProjection",
  "Facts about the pod as files of a projected volume.",
  {
    items: field(1, atomicListOf(downwardAPIVolumeFile), "The files."),
  },
);
export interface DownwardAPIProjection extends TypeOf<typeof downwardAPIProjection> {}

export const downwardAPIVolumeSource = type(
  "DownwardAPIVolumeSource",
  "Facts about the pod as files.",
  {
    items: field(1, atomicListOf(downwardAPIVolumeFile), "The files."),
    defaultMode: field(
      2,
      int32,
      "Permission bits of the created files that set none themselves; 0644 by default.",
    ).pointer(),
  },
);
export interface DownwardAPIVolumeSource extends TypeOf<typeof downwardAPIVolumeSource> {}

export const emptyDirVolumeSource = type(
  "EmptyDirVolumeSource",
  "A directory that lives as long as the pod.",
  {
    medium: field(1, string, "Empty: the node's disk; Memory: a file system in memory."),
    sizeLimit: field(
      2,
      quantity,
      "Most that the directory may hold; beyond it the pod is evicted.",
    ).pointer(),
  },
);
export interface EmptyDirVolumeSource extends TypeOf<typeof emptyDirVolumeSource> {}

export const ephemeralVolumeSource = type(
  "EphemeralVolumeSource",
  "A volume made for the pod from a claim, and deleted with it.",
  {
    volumeClaimTemplate: field(
      1,
      persistentVolumeClaimTemplate,
      "The claim to make; it is named after the pod and the volume.",
    ).pointer(),
  },
);
export interface EphemeralVolumeSource extends TypeOf<typeof ephemeralVolumeSource> {}

export const fcVolumeSource = type("FCVolumeSource", "A disk on a Fibre Channel network.", {
  targetWWNs: field(1, atomicListOf(string), "World wide names of the targets."),
  lun: field(2, int32, "Number of the unit at the target.").pointer(),
  fsType: field(3, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
  readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
  wwids: field(
    5,
    atomicListOf(string),
    "World wide identifiers of the volume, instead of targets and unit.",
  ),
});
export interface FCVolumeSource extends TypeOf<typeof fcVolumeSource> {}

export const flexVolumeSource = type(
  "FlexVolumeSource",
  "A volume of a FlexVolume plugin. Deprecated in favour of CSI.",
  {
    driver: field(1, string, "Name of the plugin.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    secretRef: field(3, localObjectReference, "Secret with the credentials.").pointer(),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
    options: field(5, mapOf(string), "Options for the plugin."),
  },
);
export interface FlexVolumeSource extends TypeOf<typeof flexVolumeSource> {}

export const flockerVolumeSource = type(
  "FlockerVolumeSource",
  "A dataset of Flocker. No longer supported.",
  {
    datasetName: field(1, string, "Name of the dataset."),
    datasetUUID: field(2, string, "Identifier of the dataset."),
  },
);
export interface FlockerVolumeSource extends TypeOf<typeof flockerVolumeSource> {}

export const gcePersistentDiskVolumeSource = type(
  "GCEPersistentDiskVolumeSource",
  "A persistent disk of Google Compute Engine.",
  {
    pdName: field(1, string, "Name of the disk.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    partition: field(
      3,
      int32,
      "Partition of the disk to mount, counted from 1; 0 or absent means the whole disk.",
    ),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface GCEPersistentDiskVolumeSource
  extends TypeOf<typeof gcePersistentDiskVolumeSource> {}

export const gitRepoVolumeSource = type(
  "GitRepoVolumeSource",
  "A checkout of a Git repository. Deprecated.",
  {
    repository: field(1, string, "Address of the repository.").required(),
    revision: field(2, string, "Commit to check out."),
    directory: field(3, string, "Directory to check out into; . means the volume itself."),
  },
);
export interface GitRepoVolumeSource extends TypeOf<typeof gitRepoVolumeSource> {}

export const glusterfsVolumeSource = type(
  "GlusterfsVolumeSource",
  "A Glusterfs volume. No longer supported.",
  {
    endpoints: field(1, string, "Endpoints with the addresses of the servers.").required(),
    path: field(2, string, "Name of the volume.").required(),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface GlusterfsVolumeSource extends TypeOf<typeof glusterfsVolumeSource> {}

export const hostPathVolumeSource = type(
  "HostPathVolumeSource",
  "A file or directory of the node. It lets pods reach into the node; avoid it.",
  {
    path: field(1, string, "Path on the node.").required(),
    type: field(
      2,
      string,
      "What must be there, or is made: Directory, DirectoryOrCreate, File, FileOrCreate, Socket, CharDevice, BlockDevice; empty: anything.",
    ).pointer(),
  },
);
export interface HostPathVolumeSource extends TypeOf<typeof hostPathVolumeSource> {}

export const iscsiVolumeSource = type("ISCSIVolumeSource", "A disk on an iSCSI target.", {
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
  secretRef: field(10, localObjectReference, "Secret with the credentials.").pointer(),
  chapAuthSession: field(11, boolean, "Whether sessions use CHAP."),
  initiatorName: field(12, string, "Qualified name of the initiator.").pointer(),
});
export interface ISCSIVolumeSource extends TypeOf<typeof iscsiVolumeSource> {}

export const imageVolumeSource = type("ImageVolumeSource", "The files of an image.", {
  reference: field(1, string, "Image to mount."),
  pullPolicy: field(
    2,
    string,
    "Always, Never or IfNotPresent. By default Always for the tag latest, else IfNotPresent.",
  ),
});
export interface ImageVolumeSource extends TypeOf<typeof imageVolumeSource> {}

export const localVolumeSource = type(
  "LocalVolumeSource",
  "A disk or directory of one node, which the volume is bound to.",
  {
    path: field(1, string, "Path on the node.").required(),
    fsType: field(
      2,
      string,
      "File system of the volume, such as ext4 or xfs; ext4 by default.",
    ).pointer(),
  },
);
export interface LocalVolumeSource extends TypeOf<typeof localVolumeSource> {}

export const nfsVolumeSource = type("NFSVolumeSource", "A directory of an NFS server.", {
  server: field(1, string, "Name or address of the server.").required(),
  path: field(2, string, "Directory that the server exports.").required(),
  readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
});
export interface NFSVolumeSource extends TypeOf<typeof nfsVolumeSource> {}

export const persistentVolumeClaimVolumeSource = type(
  "PersistentVolumeClaimVolumeSource",
  "The volume of a claim.",
  {
    claimName: field(1, string, "Claim in the namespace of the pod.").required(),
    readOnly: field(2, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface PersistentVolumeClaimVolumeSource
  extends TypeOf<typeof persistentVolumeClaimVolumeSource> {}

export const photonPersistentDiskVolumeSource = type(
  "PhotonPersistentDiskVolumeSource",
  "A disk of the Photon platform. No longer supported.",
  {
    pdID: field(1, string, "Identifier of the disk.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
  },
);
export interface PhotonPersistentDiskVolumeSource
  extends TypeOf<typeof photonPersistentDiskVolumeSource> {}

export const podCertificateProjection = type(
  "PodCertificateProjection",
  "A certificate for the pod, renewed in time, as files.",
  {
    signerName: field(1, string, "Signer to ask for the certificate.").required().implicit(),
    keyType: field(2, string, "Type of the key, such as ED25519 or ECDSAP256.")
      .required()
      .implicit(),
    maxExpirationSeconds: field(3, int32, "Longest validity to accept.").pointer(),
    credentialBundlePath: field(4, string, "File for key and certificates together."),
    keyPath: field(5, string, "File for the key alone."),
    certificateChainPath: field(6, string, "File for the certificates alone."),
    userAnnotations: field(7, mapOf(string), "Annotations for the signer."),
  },
);
export interface PodCertificateProjection extends TypeOf<typeof podCertificateProjection> {}

export const portworxVolumeSource = type("PortworxVolumeSource", "A Portworx volume.", {
  volumeID: field(1, string, "Identifier of the volume at its provider.").required(),
  fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
  readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
});
export interface PortworxVolumeSource extends TypeOf<typeof portworxVolumeSource> {}

export const secretProjection = type(
  "SecretProjection",
  "Entries of a Secret as files of a projected volume.",
  {
    name: field(1, string, "Name of the Secret.").embeddedIn(1),
    items: field(
      2,
      atomicListOf(keyToPath),
      "Keys to project and the paths to write them to; by default every key becomes a file of its name.",
    ),
    optional: field(
      4,
      boolean,
      "Whether the pod starts even if the source does not exist.",
    ).pointer(),
  },
);
export interface SecretProjection extends TypeOf<typeof secretProjection> {}

export const serviceAccountTokenProjection = type(
  "ServiceAccountTokenProjection",
  "A token of the pod's ServiceAccount as a file, renewed in time.",
  {
    audience: field(1, string, "Who the token is for; the API server by default."),
    expirationSeconds: field(
      2,
      int64,
      "Validity of the token; 3600 by default, 600 at least.",
    ).pointer(),
    path: field(3, string, "File to write, relative to the volume.").required(),
  },
);
export interface ServiceAccountTokenProjection
  extends TypeOf<typeof serviceAccountTokenProjection> {}

export const volumeProjection = type(
  "VolumeProjection",
  "One source of a projected volume. One of its members is set.",
  {
    secret: field(1, secretProjection, "Entries of a Secret.").pointer(),
    downwardAPI: field(2, downwardAPIProjection, "Facts about the pod.").pointer(),
    configMap: field(3, configMapProjection, "Entries of a ConfigMap.").pointer(),
    serviceAccountToken: field(
      4,
      serviceAccountTokenProjection,
      "A token of the ServiceAccount.",
    ).pointer(),
    clusterTrustBundle: field(5, clusterTrustBundleProjection, "Trust anchors.").pointer(),
    podCertificate: field(6, podCertificateProjection, "A certificate for the pod.").pointer(),
  },
);
export interface VolumeProjection extends TypeOf<typeof volumeProjection> {}

export const projectedVolumeSource = type(
  "ProjectedVolumeSource",
  "Several sources in one directory.",
  {
    sources: field(1, atomicListOf(volumeProjection), "The sources.").always(),
    defaultMode: field(
      2,
      int32,
      "Permission bits of the created files that set none themselves; 0644 by default.",
    ).pointer(),
  },
);
export interface ProjectedVolumeSource extends TypeOf<typeof projectedVolumeSource> {}

export const quobyteVolumeSource = type(
  "QuobyteVolumeSource",
  "A Quobyte volume. No longer supported.",
  {
    registry: field(1, string, "Addresses of the registry.").required(),
    volume: field(2, string, "Name of the volume.").required(),
    readOnly: field(3, boolean, "Whether the volume is mounted without permission to write."),
    user: field(4, string, "User to map to."),
    group: field(5, string, "Group to map to."),
    tenant: field(6, string, "Tenant that owns the volume."),
  },
);
export interface QuobyteVolumeSource extends TypeOf<typeof quobyteVolumeSource> {}

export const rbdVolumeSource = type(
  "RBDVolumeSource",
  "A block device of Ceph. No longer supported.",
  {
    monitors: field(1, atomicListOf(string), "Addresses of the Ceph monitors.").required(),
    image: field(2, string, "Name of the image.").required(),
    fsType: field(3, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    pool: field(4, string, "Pool of the image; rbd by default."),
    user: field(5, string, "User of Ceph; admin by default."),
    keyring: field(6, string, "File on the node with the key of the user."),
    secretRef: field(7, localObjectReference, "Secret with the credentials.").pointer(),
    readOnly: field(8, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface RBDVolumeSource extends TypeOf<typeof rbdVolumeSource> {}

export const scaleIOVolumeSource = type(
  "ScaleIOVolumeSource",
  "A ScaleIO volume. No longer supported.",
  {
    gateway: field(1, string, "Address of the gateway.").required(),
    system: field(2, string, "Name of the storage system.").required(),
    secretRef: field(3, localObjectReference, "Secret with the credentials.").pointer().required(),
    sslEnabled: field(4, boolean, "Whether to use TLS."),
    protectionDomain: field(5, string, "Protection domain of the storage."),
    storagePool: field(6, string, "Pool of the storage."),
    storageMode: field(7, string, "ThickProvisioned or ThinProvisioned (the default)."),
    volumeName: field(8, string, "Name of the volume."),
    fsType: field(9, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(10, boolean, "Whether the volume is mounted without permission to write."),
  },
);
export interface ScaleIOVolumeSource extends TypeOf<typeof scaleIOVolumeSource> {}

export const secretVolumeSource = type("SecretVolumeSource", "Entries of a Secret as files.", {
  secretName: field(1, string, "Name of the Secret."),
  items: field(
    2,
    atomicListOf(keyToPath),
    "Keys to project and the paths to write them to; by default every key becomes a file of its name.",
  ),
  defaultMode: field(
    3,
    int32,
    "Permission bits of the created files that set none themselves; 0644 by default.",
  ).pointer(),
  optional: field(
    4,
    boolean,
    "Whether the pod starts even if the source does not exist.",
  ).pointer(),
});
export interface SecretVolumeSource extends TypeOf<typeof secretVolumeSource> {}

export const storageOSVolumeSource = type(
  "StorageOSVolumeSource",
  "A StorageOS volume. No longer supported.",
  {
    volumeName: field(1, string, "Name of the volume."),
    volumeNamespace: field(2, string, "Scope of the volume's name at StorageOS."),
    fsType: field(3, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    readOnly: field(4, boolean, "Whether the volume is mounted without permission to write."),
    secretRef: field(5, localObjectReference, "Secret with the credentials.").pointer(),
  },
);
export interface StorageOSVolumeSource extends TypeOf<typeof storageOSVolumeSource> {}

export const vsphereVirtualDiskVolumeSource = type(
  "VsphereVirtualDiskVolumeSource",
  "A disk of vSphere.",
  {
    volumePath: field(1, string, "Path of the disk.").required(),
    fsType: field(2, string, "File system of the volume, such as ext4 or xfs; ext4 by default."),
    storagePolicyName: field(3, string, "Name of the storage policy."),
    storagePolicyID: field(4, string, "Identifier of the storage policy."),
  },
);
export interface VsphereVirtualDiskVolumeSource
  extends TypeOf<typeof vsphereVirtualDiskVolumeSource> {}

export const volume = type("Volume", "A named volume of a pod. One of its sources is set.", {
  name: field(1, string, "Name, unique in the pod.").required(),
  hostPath: field(1, hostPathVolumeSource, "A file or directory of the node.")
    .pointer()
    .embeddedIn(2),
  emptyDir: field(2, emptyDirVolumeSource, "A directory that lives as long as the pod.")
    .pointer()
    .embeddedIn(2),
  gcePersistentDisk: field(
    3,
    gcePersistentDiskVolumeSource,
    "A persistent disk of Google Compute Engine.",
  )
    .pointer()
    .embeddedIn(2),
  awsElasticBlockStore: field(
    4,
    awsElasticBlockStoreVolumeSource,
    "A disk of Amazon's Elastic Block Store.",
  )
    .pointer()
    .embeddedIn(2),
  gitRepo: field(5, gitRepoVolumeSource, "A checkout of a Git repository. Deprecated.")
    .pointer()
    .embeddedIn(2),
  secret: field(6, secretVolumeSource, "Entries of a Secret as files.").pointer().embeddedIn(2),
  nfs: field(7, nfsVolumeSource, "A directory of an NFS server.").pointer().embeddedIn(2),
  iscsi: field(8, iscsiVolumeSource, "A disk on an iSCSI target.").pointer().embeddedIn(2),
  glusterfs: field(9, glusterfsVolumeSource, "A Glusterfs volume. No longer supported.")
    .pointer()
    .embeddedIn(2),
  persistentVolumeClaim: field(10, persistentVolumeClaimVolumeSource, "The volume of a claim.")
    .pointer()
    .embeddedIn(2),
  rbd: field(11, rbdVolumeSource, "A block device of Ceph. No longer supported.")
    .pointer()
    .embeddedIn(2),
  flexVolume: field(12, flexVolumeSource, "A volume of a FlexVolume plugin. Deprecated.")
    .pointer()
    .embeddedIn(2),
  cinder: field(13, cinderVolumeSource, "A volume of OpenStack Cinder.").pointer().embeddedIn(2),
  cephfs: field(14, cephFSVolumeSource, "A CephFS file system. No longer supported.")
    .pointer()
    .embeddedIn(2),
  flocker: field(15, flockerVolumeSource, "A dataset of Flocker. No longer supported.")
    .pointer()
    .embeddedIn(2),
  downwardAPI: field(16, downwardAPIVolumeSource, "Facts about the pod as files.")
    .pointer()
    .embeddedIn(2),
  fc: field(17, fcVolumeSource, "A disk on a Fibre Channel network.").pointer().embeddedIn(2),
  azureFile: field(18, azureFileVolumeSource, "A file share of Azure.").pointer().embeddedIn(2),
  configMap: field(19, configMapVolumeSource, "Entries of a ConfigMap as files.")
    .pointer()
    .embeddedIn(2),
  vsphereVolume: field(20, vsphereVirtualDiskVolumeSource, "A disk of vSphere.")
    .pointer()
    .embeddedIn(2),
  quobyte: field(21, quobyteVolumeSource, "A Quobyte volume. No longer supported.")
    .pointer()
    .embeddedIn(2),
  azureDisk: field(22, azureDiskVolumeSource, "A disk of Azure.").pointer().embeddedIn(2),
  photonPersistentDisk: field(
    23,
    photonPersistentDiskVolumeSource,
    "A disk of the Photon platform. No longer supported.",
  )
    .pointer()
    .embeddedIn(2),
  portworxVolume: field(24, portworxVolumeSource, "A Portworx volume.").pointer().embeddedIn(2),
  scaleIO: field(25, scaleIOVolumeSource, "A ScaleIO volume. No longer supported.")
    .pointer()
    .embeddedIn(2),
  projected: field(26, projectedVolumeSource, "Several sources in one directory.")
    .pointer()
    .embeddedIn(2),
  storageos: field(27, storageOSVolumeSource, "A StorageOS volume. No longer supported.")
    .pointer()
    .embeddedIn(2),
  csi: field(28, csiVolumeSource, "A volume that a CSI driver makes for the pod.")
    .pointer()
    .embeddedIn(2),
  ephemeral: field(
    29,
    ephemeralVolumeSource,
    "A volume made for the pod from a claim, and deleted with it.",
  )
    .pointer()
    .embeddedIn(2),
  image: field(30, imageVolumeSource, "The files of an image.").pointer().embeddedIn(2),
});
export interface Volume extends TypeOf<typeof volume> {}
