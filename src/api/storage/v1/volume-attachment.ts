import {
  boolean,
  field,
  int32,
  mapOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { persistentVolumeSpec } from "../../core/v1/persistent-volume.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const volumeAttachmentSource = type("VolumeAttachmentSource", "", {
  persistentVolumeName: field(1, string, "").pointer(),
  inlineVolumeSpec: field(2, persistentVolumeSpec, "").pointer(),
});
export interface VolumeAttachmentSource extends TypeOf<typeof volumeAttachmentSource> {}

export const volumeAttachmentSpec = type("VolumeAttachmentSpec", "", {
  attacher: field(1, string, "").required(),
  source: field(2, volumeAttachmentSource, "").required(),
  nodeName: field(3, string, "").required(),
});
export interface VolumeAttachmentSpec extends TypeOf<typeof volumeAttachmentSpec> {}

export const volumeError = type("VolumeError", "", {
  time: field(1, time, ""),
  message: field(2, string, ""),
  errorCode: field(3, int32, "").pointer(),
});
export interface VolumeError extends TypeOf<typeof volumeError> {}

export const volumeAttachmentStatus = type("VolumeAttachmentStatus", "", {
  attached: field(1, boolean, "").required(),
  attachmentMetadata: field(2, mapOf(string), ""),
  attachError: field(3, volumeError, "").pointer(),
  detachError: field(4, volumeError, "").pointer(),
});
export interface VolumeAttachmentStatus extends TypeOf<typeof volumeAttachmentStatus> {}

export const volumeAttachment = kind(
  "VolumeAttachment",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, volumeAttachmentSpec, "").required(),
    status: field(3, volumeAttachmentStatus, ""),
  },
  {
    name: "volumeattachments",
    singular: "volumeattachment",
    namespaced: false,
    verbs: standardVerbs,
    subresources: { status: statusSubresource("VolumeAttachment") },
  },
);
export interface VolumeAttachment extends TypeOf<typeof volumeAttachment> {}
