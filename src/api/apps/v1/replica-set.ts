import {
  field,
  int32,
  int64,
  keyedListOf,
  scaleSubresource,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { podTemplateSpec } from "../../core/v1/pod-spec.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const replicaSetSpec = type("ReplicaSetSpec", "", {
  replicas: field(1, int32, "").pointer(),
  selector: field(2, labelSelector, "").pointer().required(),
  template: field(3, podTemplateSpec, ""),
  minReadySeconds: field(4, int32, ""),
});
export interface ReplicaSetSpec extends TypeOf<typeof replicaSetSpec> {}

export const replicaSetCondition = type("ReplicaSetCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface ReplicaSetCondition extends TypeOf<typeof replicaSetCondition> {}

export const replicaSetStatus = type("ReplicaSetStatus", "", {
  replicas: field(1, int32, "").required(),
  fullyLabeledReplicas: field(2, int32, ""),
  observedGeneration: field(3, int64, ""),
  readyReplicas: field(4, int32, ""),
  availableReplicas: field(5, int32, ""),
  conditions: field(6, keyedListOf(replicaSetCondition, "type"), "").patchMerged("type"),
  terminatingReplicas: field(7, int32, "").pointer(),
});
export interface ReplicaSetStatus extends TypeOf<typeof replicaSetStatus> {}

export const replicaSet = kind(
  "ReplicaSet",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, replicaSetSpec, ""),
    status: field(3, replicaSetStatus, ""),
  },
  {
    name: "replicasets",
    singular: "replicaset",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["rs"],
    categories: ["all"],
    subresources: { scale: scaleSubresource, status: statusSubresource("ReplicaSet") },
  },
);
export interface ReplicaSet extends TypeOf<typeof replicaSet> {}
