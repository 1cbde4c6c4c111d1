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
import { localObjectReference, objectReference, secretReference } from "./reference.ts";
import { type } from "./package.ts";

export const awsElasticBlockStoreVolumeSource = type("AWSElasticBlockStoreVolumeSource", "", {
  volumeID: field(1, string, "").required(),
  fsType: field(2, string, ""),
  partition: field(3, int32, ""),
  readOnly: field(4, boolean, ""),
});
export interface AWSElasticBlockStoreVolumeSource
  extends TypeOf<typeof awsElasticBlockStoreVolumeSource> {}

export const azureDiskVolumeSource = type("AzureDiskVolumeSource", "", {
  diskName: field(1, string, "").required(),
  diskURI: field(2, string, "").required(),
  cachingMode: field(3, string, "").pointer(),
  fsType: field(4, string, "").pointer(),
  readOnly: field(5, boolean, "").pointer(),
  kind: field(6, string, "").pointer(),
});
export interface AzureDiskVolumeSource extends TypeOf<typeof azureDiskVolumeSource> {}

export const azureFilePersistentVolumeSource = type("AzureFilePersistentVolumeSource", "", {
  secretName: field(1, string, "").required(),
  shareName: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
  secretNamespace: field(4, string, "").pointer(),
});
export interface AzureFilePersistentVolumeSource
  extends TypeOf<typeof azureFilePersistentVolumeSource> {}

export const azureFileVolumeSource = type("AzureFileVolumeSource", "", {
  secretName: field(1, string, "").required(),
  shareName: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
});
export interface AzureFileVolumeSource extends TypeOf<typeof azureFileVolumeSource> {}

export const csiPersistentVolumeSource = type("CSIPersistentVolumeSource", "", {
  driver: field(1, string, "").required(),
  volumeHandle: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
  fsType: field(4, string, ""),
  volumeAttributes: field(5, mapOf(string), ""),
  controllerPublishSecretRef: field(6, secretReference, "").pointer(),
  nodeStageSecretRef: field(7, secretReference, "").pointer(),
  nodePublishSecretRef: field(8, secretReference, "").pointer(),
  controllerExpandSecretRef: field(9, secretReference, "").pointer(),
  nodeExpandSecretRef: field(10, secretReference, "").pointer(),
});
export interface CSIPersistentVolumeSource extends TypeOf<typeof csiPersistentVolumeSource> {}

export const csiVolumeSource = type("CSIVolumeSource", "", {
  driver: field(1, string, "").required(),
  readOnly: field(2, boolean, "").pointer(),
  fsType: field(3, string, "").pointer(),
  volumeAttributes: field(4, mapOf(string), ""),
  nodePublishSecretRef: field(5, localObjectReference, "").pointer(),
});
export interface CSIVolumeSource extends TypeOf<typeof csiVolumeSource> {}

export const cephFSPersistentVolumeSource = type("CephFSPersistentVolumeSource", "", {
  monitors: field(1, atomicListOf(string), "").required(),
  path: field(2, string, ""),
  user: field(3, string, ""),
  secretFile: field(4, string, ""),
  secretRef: field(5, secretReference, "").pointer(),
  readOnly: field(6, boolean, ""),
});
export interface CephFSPersistentVolumeSource extends TypeOf<typeof cephFSPersistentVolumeSource> {}

export const cephFSVolumeSource = type("CephFSVolumeSource", "", {
  monitors: field(1, atomicListOf(string), "").required(),
  path: field(2, string, ""),
  user: field(3, string, ""),
  secretFile: field(4, string, ""),
  secretRef: field(5, localObjectReference, "").pointer(),
  readOnly: field(6, boolean, ""),
});
export interface CephFSVolumeSource extends TypeOf<typeof cephFSVolumeSource> {}

export const cinderPersistentVolumeSource = type("CinderPersistentVolumeSource", "", {
  volumeID: field(1, string, "").required(),
  fsType: field(2, string, ""),
  readOnly: field(3, boolean, ""),
  secretRef: field(4, secretReference, "").pointer(),
});
export interface CinderPersistentVolumeSource extends TypeOf<typeof cinderPersistentVolumeSource> {}

export const cinderVolumeSource = type("CinderVolumeSource", "", {
  volumeID: field(1, string, "").required(),
  fsType: field(2, string, ""),
  readOnly: field(3, boolean, ""),
  secretRef: field(4, localObjectReference, "").pointer(),
});
export interface CinderVolumeSource extends TypeOf<typeof cinderVolumeSource> {}

export const clusterTrustBundleProjection = type("ClusterTrustBundleProjection", "", {
  name: field(1, string, "").pointer(),
  signerName: field(2, string, "").pointer(),
  labelSelector: field(3, labelSelector, "").pointer(),
  path: field(4, string, "").required(),
  optional: field(5, boolean, "").pointer(),
});
export interface ClusterTrustBundleProjection extends TypeOf<typeof clusterTrustBundleProjection> {}

export const keyToPath = type("KeyToPath", "", {
  key: field(1, string, "").required(),
  path: field(2, string, "").required(),
  mode: field(3, int32, "").pointer(),
});
export interface KeyToPath extends TypeOf<typeof keyToPath> {}

export const configMapProjection = type("ConfigMapProjection", "", {
  name: field(1, string, "").embeddedIn(1),
  items: field(2, atomicListOf(keyToPath), ""),
  optional: field(4, boolean, "").pointer(),
});
export interface ConfigMapProjection extends TypeOf<typeof configMapProjection> {}

export const configMapVolumeSource = type("ConfigMapVolumeSource", "", {
  name: field(1, string, "").embeddedIn(1),
  items: field(2, atomicListOf(keyToPath), ""),
  defaultMode: field(3, int32, "").pointer(),
  optional: field(4, boolean, "").pointer(),
});
export interface ConfigMapVolumeSource extends TypeOf<typeof configMapVolumeSource> {}

export const objectFieldSelector = type(
  "ObjectFieldSelector",
  "",
  {
    apiVersion: field(1, string, ""),
    fieldPath: field(2, string, "").required(),
  },
  { mapType: "atomic" },
);
export interface ObjectFieldSelector extends TypeOf<typeof objectFieldSelector> {}

export const resourceFieldSelector = type(
  "ResourceFieldSelector",
  "",
  {
    containerName: field(1, string, ""),
    resource: field(2, string, "").required(),
    divisor: field(3, quantity, ""),
  },
  { mapType: "atomic" },
);
export interface ResourceFieldSelector extends TypeOf<typeof resourceFieldSelector> {}

export const downwardAPIVolumeFile = type("DownwardAPIVolumeFile", "", {
  path: field(1, string, "").required(),
  fieldRef: field(2, objectFieldSelector, "").pointer(),
  resourceFieldRef: field(3, resourceFieldSelector, "").pointer(),
  mode: field(4, int32, "").pointer(),
});
export interface DownwardAPIVolumeFile extends TypeOf<typeof downwardAPIVolumeFile> {}

export const downwardAPIProjection = type("DownwardAPIProjection", "", {
  items: field(1, atomicListOf(downwardAPIVolumeFile), ""),
});
export interface DownwardAPIProjection extends TypeOf<typeof downwardAPIProjection> {}

export const downwardAPIVolumeSource = type("DownwardAPIVolumeSource", "", {
  items: field(1, atomicListOf(downwardAPIVolumeFile), ""),
  defaultMode: field(2, int32, "").pointer(),
});
export interface DownwardAPIVolumeSource extends TypeOf<typeof downwardAPIVolumeSource> {}

export const emptyDirVolumeSource = type("EmptyDirVolumeSource", "", {
  medium: field(1, string, ""),
  sizeLimit: field(2, quantity, "").pointer(),
});
export interface EmptyDirVolumeSource extends TypeOf<typeof emptyDirVolumeSource> {}

export const ephemeralVolumeSource = type("EphemeralVolumeSource", "", {
  volumeClaimTemplate: field(1, persistentVolumeClaimTemplate, "").pointer(),
});
export interface EphemeralVolumeSource extends TypeOf<typeof ephemeralVolumeSource> {}

export const fcVolumeSource = type("FCVolumeSource", "", {
  targetWWNs: field(1, atomicListOf(string), ""),
  lun: field(2, int32, "").pointer(),
  fsType: field(3, string, ""),
  readOnly: field(4, boolean, ""),
  wwids: field(5, atomicListOf(string), ""),
});
export interface FCVolumeSource extends TypeOf<typeof fcVolumeSource> {}

export const flexPersistentVolumeSource = type("FlexPersistentVolumeSource", "", {
  driver: field(1, string, "").required(),
  fsType: field(2, string, ""),
  secretRef: field(3, secretReference, "").pointer(),
  readOnly: field(4, boolean, ""),
  options: field(5, mapOf(string), ""),
});
export interface FlexPersistentVolumeSource extends TypeOf<typeof flexPersistentVolumeSource> {}

export const flexVolumeSource = type("FlexVolumeSource", "", {
  driver: field(1, string, "").required(),
  fsType: field(2, string, ""),
  secretRef: field(3, localObjectReference, "").pointer(),
  readOnly: field(4, boolean, ""),
  options: field(5, mapOf(string), ""),
});
export interface FlexVolumeSource extends TypeOf<typeof flexVolumeSource> {}

export const flockerVolumeSource = type("FlockerVolumeSource", "", {
  datasetName: field(1, string, ""),
  datasetUUID: field(2, string, ""),
});
export interface FlockerVolumeSource extends TypeOf<typeof flockerVolumeSource> {}

export const gcePersistentDiskVolumeSource = type("GCEPersistentDiskVolumeSource", "", {
  pdName: field(1, string, "").required(),
  fsType: field(2, string, ""),
  partition: field(3, int32, ""),
  readOnly: field(4, boolean, ""),
});
export interface GCEPersistentDiskVolumeSource
  extends TypeOf<typeof gcePersistentDiskVolumeSource> {}

export const gitRepoVolumeSource = type("GitRepoVolumeSource", "", {
  repository: field(1, string, "").required(),
  revision: field(2, string, ""),
  directory: field(3, string, ""),
});
export interface GitRepoVolumeSource extends TypeOf<typeof gitRepoVolumeSource> {}

export const glusterfsPersistentVolumeSource = type("GlusterfsPersistentVolumeSource", "", {
  endpoints: field(1, string, "").required(),
  path: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
  endpointsNamespace: field(4, string, "").pointer(),
});
export interface GlusterfsPersistentVolumeSource
  extends TypeOf<typeof glusterfsPersistentVolumeSource> {}

export const glusterfsVolumeSource = type("GlusterfsVolumeSource", "", {
  endpoints: field(1, string, "").required(),
  path: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
});
export interface GlusterfsVolumeSource extends TypeOf<typeof glusterfsVolumeSource> {}

export const hostPathVolumeSource = type("HostPathVolumeSource", "", {
  path: field(1, string, "").required(),
  type: field(2, string, "").pointer(),
});
export interface HostPathVolumeSource extends TypeOf<typeof hostPathVolumeSource> {}

export const iscsiPersistentVolumeSource = type("ISCSIPersistentVolumeSource", "", {
  targetPortal: field(1, string, "").required(),
  iqn: field(2, string, "").required(),
  lun: field(3, int32, "").required(),
  iscsiInterface: field(4, string, ""),
  fsType: field(5, string, ""),
  readOnly: field(6, boolean, ""),
  portals: field(7, atomicListOf(string), ""),
  chapAuthDiscovery: field(8, boolean, ""),
  secretRef: field(10, secretReference, "").pointer(),
  chapAuthSession: field(11, boolean, ""),
  initiatorName: field(12, string, "").pointer(),
});
export interface ISCSIPersistentVolumeSource extends TypeOf<typeof iscsiPersistentVolumeSource> {}

export const iscsiVolumeSource = type("ISCSIVolumeSource", "", {
  targetPortal: field(1, string, "").required(),
  iqn: field(2, string, "").required(),
  lun: field(3, int32, "").required(),
  iscsiInterface: field(4, string, ""),
  fsType: field(5, string, ""),
  readOnly: field(6, boolean, ""),
  portals: field(7, atomicListOf(string), ""),
  chapAuthDiscovery: field(8, boolean, ""),
  secretRef: field(10, localObjectReference, "").pointer(),
  chapAuthSession: field(11, boolean, ""),
  initiatorName: field(12, string, "").pointer(),
});
export interface ISCSIVolumeSource extends TypeOf<typeof iscsiVolumeSource> {}

export const imageVolumeSource = type("ImageVolumeSource", "", {
  reference: field(1, string, ""),
  pullPolicy: field(2, string, ""),
});
export interface ImageVolumeSource extends TypeOf<typeof imageVolumeSource> {}

export const localVolumeSource = type("LocalVolumeSource", "", {
  path: field(1, string, "").required(),
  fsType: field(2, string, "").pointer(),
});
export interface LocalVolumeSource extends TypeOf<typeof localVolumeSource> {}

export const nfsVolumeSource = type("NFSVolumeSource", "", {
  server: field(1, string, "").required(),
  path: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
});
export interface NFSVolumeSource extends TypeOf<typeof nfsVolumeSource> {}

export const persistentVolumeClaimVolumeSource = type("PersistentVolumeClaimVolumeSource", "", {
  claimName: field(1, string, "").required(),
  readOnly: field(2, boolean, ""),
});
export interface PersistentVolumeClaimVolumeSource
  extends TypeOf<typeof persistentVolumeClaimVolumeSource> {}

export const photonPersistentDiskVolumeSource = type("PhotonPersistentDiskVolumeSource", "", {
  pdID: field(1, string, "").required(),
  fsType: field(2, string, ""),
});
export interface PhotonPersistentDiskVolumeSource
  extends TypeOf<typeof photonPersistentDiskVolumeSource> {}

export const podCertificateProjection = type("PodCertificateProjection", "", {
  signerName: field(1, string, "").required().implicit(),
  keyType: field(2, string, "").required().implicit(),
  maxExpirationSeconds: field(3, int32, "").pointer(),
  credentialBundlePath: field(4, string, ""),
  keyPath: field(5, string, ""),
  certificateChainPath: field(6, string, ""),
  userAnnotations: field(7, mapOf(string), ""),
});
export interface PodCertificateProjection extends TypeOf<typeof podCertificateProjection> {}

export const portworxVolumeSource = type("PortworxVolumeSource", "", {
  volumeID: field(1, string, "").required(),
  fsType: field(2, string, ""),
  readOnly: field(3, boolean, ""),
});
export interface PortworxVolumeSource extends TypeOf<typeof portworxVolumeSource> {}

export const secretProjection = type("SecretProjection", "", {
  name: field(1, string, "").embeddedIn(1),
  items: field(2, atomicListOf(keyToPath), ""),
  optional: field(4, boolean, "").pointer(),
});
export interface SecretProjection extends TypeOf<typeof secretProjection> {}

export const serviceAccountTokenProjection = type("ServiceAccountTokenProjection", "", {
  audience: field(1, string, ""),
  expirationSeconds: field(2, int64, "").pointer(),
  path: field(3, string, "").required(),
});
export interface ServiceAccountTokenProjection
  extends TypeOf<typeof serviceAccountTokenProjection> {}

export const volumeProjection = type("VolumeProjection", "", {
  secret: field(1, secretProjection, "").pointer(),
  downwardAPI: field(2, downwardAPIProjection, "").pointer(),
  configMap: field(3, configMapProjection, "").pointer(),
  serviceAccountToken: field(4, serviceAccountTokenProjection, "").pointer(),
  clusterTrustBundle: field(5, clusterTrustBundleProjection, "").pointer(),
  podCertificate: field(6, podCertificateProjection, "").pointer(),
});
export interface VolumeProjection extends TypeOf<typeof volumeProjection> {}

export const projectedVolumeSource = type("ProjectedVolumeSource", "", {
  sources: field(1, atomicListOf(volumeProjection), "").always(),
  defaultMode: field(2, int32, "").pointer(),
});
export interface ProjectedVolumeSource extends TypeOf<typeof projectedVolumeSource> {}

export const quobyteVolumeSource = type("QuobyteVolumeSource", "", {
  registry: field(1, string, "").required(),
  volume: field(2, string, "").required(),
  readOnly: field(3, boolean, ""),
  user: field(4, string, ""),
  group: field(5, string, ""),
  tenant: field(6, string, ""),
});
export interface QuobyteVolumeSource extends TypeOf<typeof quobyteVolumeSource> {}

export const rbdPersistentVolumeSource = type("RBDPersistentVolumeSource", "", {
  monitors: field(1, atomicListOf(string), "").required(),
  image: field(2, string, "").required(),
  fsType: field(3, string, ""),
  pool: field(4, string, ""),
  user: field(5, string, ""),
  keyring: field(6, string, ""),
  secretRef: field(7, secretReference, "").pointer(),
  readOnly: field(8, boolean, ""),
});
export interface RBDPersistentVolumeSource extends TypeOf<typeof rbdPersistentVolumeSource> {}

export const rbdVolumeSource = type("RBDVolumeSource", "", {
  monitors: field(1, atomicListOf(string), "").required(),
  image: field(2, string, "").required(),
  fsType: field(3, string, ""),
  pool: field(4, string, ""),
  user: field(5, string, ""),
  keyring: field(6, string, ""),
  secretRef: field(7, localObjectReference, "").pointer(),
  readOnly: field(8, boolean, ""),
});
export interface RBDVolumeSource extends TypeOf<typeof rbdVolumeSource> {}

export const scaleIOPersistentVolumeSource = type("ScaleIOPersistentVolumeSource", "", {
  gateway: field(1, string, "").required(),
  system: field(2, string, "").required(),
  secretRef: field(3, secretReference, "").pointer().required(),
  sslEnabled: field(4, boolean, ""),
  protectionDomain: field(5, string, ""),
  storagePool: field(6, string, ""),
  storageMode: field(7, string, ""),
  volumeName: field(8, string, ""),
  fsType: field(9, string, ""),
  readOnly: field(10, boolean, ""),
});
export interface ScaleIOPersistentVolumeSource
  extends TypeOf<typeof scaleIOPersistentVolumeSource> {}

export const scaleIOVolumeSource = type("ScaleIOVolumeSource", "", {
  gateway: field(1, string, "").required(),
  system: field(2, string, "").required(),
  secretRef: field(3, localObjectReference, "").pointer().required(),
  sslEnabled: field(4, boolean, ""),
  protectionDomain: field(5, string, ""),
  storagePool: field(6, string, ""),
  storageMode: field(7, string, ""),
  volumeName: field(8, string, ""),
  fsType: field(9, string, ""),
  readOnly: field(10, boolean, ""),
});
export interface ScaleIOVolumeSource extends TypeOf<typeof scaleIOVolumeSource> {}

export const secretVolumeSource = type("SecretVolumeSource", "", {
  secretName: field(1, string, ""),
  items: field(2, atomicListOf(keyToPath), ""),
  defaultMode: field(3, int32, "").pointer(),
  optional: field(4, boolean, "").pointer(),
});
export interface SecretVolumeSource extends TypeOf<typeof secretVolumeSource> {}

export const storageOSPersistentVolumeSource = type("StorageOSPersistentVolumeSource", "", {
  volumeName: field(1, string, ""),
  volumeNamespace: field(2, string, ""),
  fsType: field(3, string, ""),
  readOnly: field(4, boolean, ""),
  secretRef: field(5, objectReference, "").pointer(),
});
export interface StorageOSPersistentVolumeSource
  extends TypeOf<typeof storageOSPersistentVolumeSource> {}

export const storageOSVolumeSource = type("StorageOSVolumeSource", "", {
  volumeName: field(1, string, ""),
  volumeNamespace: field(2, string, ""),
  fsType: field(3, string, ""),
  readOnly: field(4, boolean, ""),
  secretRef: field(5, localObjectReference, "").pointer(),
});
export interface StorageOSVolumeSource extends TypeOf<typeof storageOSVolumeSource> {}

export const vsphereVirtualDiskVolumeSource = type("VsphereVirtualDiskVolumeSource", "", {
  volumePath: field(1, string, "").required(),
  fsType: field(2, string, ""),
  storagePolicyName: field(3, string, ""),
  storagePolicyID: field(4, string, ""),
});
export interface VsphereVirtualDiskVolumeSource
  extends TypeOf<typeof vsphereVirtualDiskVolumeSource> {}

export const volume = type("Volume", "", {
  name: field(1, string, "").required(),
  hostPath: field(1, hostPathVolumeSource, "").pointer().embeddedIn(2),
  emptyDir: field(2, emptyDirVolumeSource, "").pointer().embeddedIn(2),
  gcePersistentDisk: field(3, gcePersistentDiskVolumeSource, "").pointer().embeddedIn(2),
  awsElasticBlockStore: field(4, awsElasticBlockStoreVolumeSource, "").pointer().embeddedIn(2),
  gitRepo: field(5, gitRepoVolumeSource, "").pointer().embeddedIn(2),
  secret: field(6, secretVolumeSource, "").pointer().embeddedIn(2),
  nfs: field(7, nfsVolumeSource, "").pointer().embeddedIn(2),
  iscsi: field(8, iscsiVolumeSource, "").pointer().embeddedIn(2),
  glusterfs: field(9, glusterfsVolumeSource, "").pointer().embeddedIn(2),
  persistentVolumeClaim: field(10, persistentVolumeClaimVolumeSource, "").pointer().embeddedIn(2),
  rbd: field(11, rbdVolumeSource, "").pointer().embeddedIn(2),
  flexVolume: field(12, flexVolumeSource, "").pointer().embeddedIn(2),
  cinder: field(13, cinderVolumeSource, "").pointer().embeddedIn(2),
  cephfs: field(14, cephFSVolumeSource, "").pointer().embeddedIn(2),
  flocker: field(15, flockerVolumeSource, "").pointer().embeddedIn(2),
  downwardAPI: field(16, downwardAPIVolumeSource, "").pointer().embeddedIn(2),
  fc: field(17, fcVolumeSource, "").pointer().embeddedIn(2),
  azureFile: field(18, azureFileVolumeSource, "").pointer().embeddedIn(2),
  configMap: field(19, configMapVolumeSource, "").pointer().embeddedIn(2),
  vsphereVolume: field(20, vsphereVirtualDiskVolumeSource, "").pointer().embeddedIn(2),
  quobyte: field(21, quobyteVolumeSource, "").pointer().embeddedIn(2),
  azureDisk: field(22, azureDiskVolumeSource, "").pointer().embeddedIn(2),
  photonPersistentDisk: field(23, photonPersistentDiskVolumeSource, "").pointer().embeddedIn(2),
  portworxVolume: field(24, portworxVolumeSource, "").pointer().embeddedIn(2),
  scaleIO: field(25, scaleIOVolumeSource, "").pointer().embeddedIn(2),
  projected: field(26, projectedVolumeSource, "").pointer().embeddedIn(2),
  storageos: field(27, storageOSVolumeSource, "").pointer().embeddedIn(2),
  csi: field(28, csiVolumeSource, "").pointer().embeddedIn(2),
  ephemeral: field(29, ephemeralVolumeSource, "").pointer().embeddedIn(2),
  image: field(30, imageVolumeSource, "").pointer().embeddedIn(2),
});
export interface Volume extends TypeOf<typeof volume> {}
