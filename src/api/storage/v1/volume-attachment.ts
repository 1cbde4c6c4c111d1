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

export const volumeAttachmentSource = type(
  "VolumeAttachmentSource",
  "The volume to attach. One of its members is set.",
  {
    persistentVolumeName: field(1, string, "A PersistentVolume.").pointer(),
    inlineVolumeSpec: field(2, persistentVolumeSpec, "The volume itself.").pointer(),
  },
);
export interface VolumeAttachmentSource extends TypeOf<typeof volumeAttachmentSource> {}

export const volumeAttachmentSpec = type("VolumeAttachmentSpec", "What to attach where.", {
  attacher: field(1, string, "Driver that attaches it.").required(),
  source: field(2, volumeAttachmentSource, "The volume.").required(),
  nodeName: field(3, string, "The node.").required(),
});
export interface VolumeAttachmentSpec extends TypeOf<typeof volumeAttachmentSpec> {}

export const volumeError = type("VolumeError", "An error of a driver.", {
  time: field(1, time, "When it happened."),
  message: field(2, string, "What happened, for people."),
  errorCode: field(3, int32, "Code of the error, as gRPC counts.").pointer(),
});
export interface VolumeError extends TypeOf<typeof volumeError> {}

export const volumeAttachmentStatus = type(
  "VolumeAttachmentStatus",
  "How far attaching has come.",
  {
    attached: field(1, boolean, "Whether the volume is attached.").required(),
    attachmentMetadata: field(2, mapOf(string), "What the driver needs to know when mounting."),
    attachError: field(3, volumeError, "Why attaching failed last time.").pointer(),
    detachError: field(4, volumeError, "Why detaching failed last time.").pointer(),
  },
);
export interface VolumeAttachmentStatus extends TypeOf<typeof volumeAttachmentStatus> {}

export const volumeAttachment = kind(
  "VolumeAttachment",
  "Attaches a volume to a node.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, volumeAttachmentSpec, "The desired state.").required(),
    status: field(3, volumeAttachmentStatus, "The observed state, written by the system."),
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
