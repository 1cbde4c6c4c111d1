import {
  atomicListOf,
  field,
  keyedListOf,
  mapOf,
  quantity,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { persistentVolumeClaimSpec } from "./persistent-volume-claim-spec.ts";
import { kind, type } from "./package.ts";

export const modifyVolumeStatus = type("ModifyVolumeStatus", "", {
  targetVolumeAttributesClassName: field(1, string, ""),
  status: field(2, string, "").required(),
});
export interface ModifyVolumeStatus extends TypeOf<typeof modifyVolumeStatus> {}

export const persistentVolumeClaimCondition = type("PersistentVolumeClaimCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastProbeTime: field(3, time, ""),
  lastTransitionTime: field(4, time, ""),
  reason: field(5, string, ""),
  message: field(6, string, ""),
});
export interface PersistentVolumeClaimCondition
  extends TypeOf<typeof persistentVolumeClaimCondition> {}

export const persistentVolumeClaimStatus = type("PersistentVolumeClaimStatus", "", {
  phase: field(1, string, ""),
  accessModes: field(2, atomicListOf(string), ""),
  capacity: field(3, mapOf(quantity), ""),
  conditions: field(4, keyedListOf(persistentVolumeClaimCondition, "type"), "").patchMerged("type"),
  allocatedResources: field(5, mapOf(quantity), ""),
  allocatedResourceStatuses: field(7, mapOf(string, "granular"), ""),
  currentVolumeAttributesClassName: field(8, string, "").pointer(),
  modifyVolumeStatus: field(9, modifyVolumeStatus, "").pointer(),
});
export interface PersistentVolumeClaimStatus extends TypeOf<typeof persistentVolumeClaimStatus> {}

export const persistentVolumeClaim = kind(
  "PersistentVolumeClaim",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, persistentVolumeClaimSpec, ""),
    status: field(3, persistentVolumeClaimStatus, ""),
  },
  {
    name: "persistentvolumeclaims",
    singular: "persistentvolumeclaim",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["pvc"],
    subresources: { status: statusSubresource("PersistentVolumeClaim") },
  },
);
export interface PersistentVolumeClaim extends TypeOf<typeof persistentVolumeClaim> {}
