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

export const modifyVolumeStatus = type(
  "ModifyVolumeStatus",
  "A change of a volume's attributes that is under way.",
  {
    targetVolumeAttributesClassName: field(1, string, "The VolumeAttributesClass it is about."),
    status: field(2, string, "Pending, InProgress or Infeasible.").required(),
  },
);
export interface ModifyVolumeStatus extends TypeOf<typeof modifyVolumeStatus> {}

export const persistentVolumeClaimCondition = type(
  "PersistentVolumeClaimCondition",
  "One aspect of a claim's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastProbeTime: field(3, time, "When the condition was last checked."),
    lastTransitionTime: field(4, time, "When the status last changed."),
    reason: field(5, string, "Why, as one CamelCase word for programs."),
    message: field(6, string, "Why, in a sentence for people."),
  },
);
export interface PersistentVolumeClaimCondition
  extends TypeOf<typeof persistentVolumeClaimCondition> {}

export const persistentVolumeClaimStatus = type(
  "PersistentVolumeClaimStatus",
  "What a claim has got.",
  {
    phase: field(1, string, "Pending, Bound or Lost."),
    accessModes: field(2, atomicListOf(string), "How the volume can be mounted."),
    capacity: field(3, mapOf(quantity), "How much storage there is."),
    conditions: field(
      4,
      keyedListOf(persistentVolumeClaimCondition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
    allocatedResources: field(
      5,
      mapOf(quantity),
      "How much storage is being made, while the volume grows.",
    ),
    allocatedResourceStatuses: field(7, mapOf(string, "granular"), "How far growing has come."),
    currentVolumeAttributesClassName: field(
      8,
      string,
      "Class of the attributes in effect.",
    ).pointer(),
    modifyVolumeStatus: field(
      9,
      modifyVolumeStatus,
      "A change of the attributes that is under way.",
    ).pointer(),
  },
);
export interface PersistentVolumeClaimStatus extends TypeOf<typeof persistentVolumeClaimStatus> {}

export const persistentVolumeClaim = kind(
  "PersistentVolumeClaim",
  "A user's claim to storage.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, persistentVolumeClaimSpec, "The desired state."),
    status: field(3, persistentVolumeClaimStatus, "The observed state, written by the system."),
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
