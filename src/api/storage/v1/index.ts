export {
  csiDriver,
  csiDriverSpec,
  tokenRequest,
  type CSIDriver,
  type CSIDriverSpec,
  type TokenRequest,
} from "./csi-driver.ts";
export {
  csiNode,
  csiNodeDriver,
  csiNodeSpec,
  type CSINode,
  type CSINodeDriver,
  type CSINodeSpec,
  type VolumeNodeResources,
  volumeNodeResources,
} from "./csi-node.ts";
export { csiStorageCapacity, type CSIStorageCapacity } from "./csi-storage-capacity.ts";
export { storageClass, type StorageClass } from "./storage-class.ts";
export {
  type VolumeAttachment,
  type VolumeAttachmentSource,
  type VolumeAttachmentSpec,
  type VolumeAttachmentStatus,
  type VolumeError,
  volumeAttachment,
  volumeAttachmentSource,
  volumeAttachmentSpec,
  volumeAttachmentStatus,
  volumeError,
} from "./volume-attachment.ts";
export { type VolumeAttributesClass, volumeAttributesClass } from "./volume-attributes-class.ts";
