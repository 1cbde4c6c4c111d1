import {
  field,
  int32,
  int64,
  keyedListOf,
  mapOf,
  scaleSubresource,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { podTemplateSpec } from "./pod-spec.ts";
import { kind, type } from "./package.ts";

export const replicationControllerSpec = type("ReplicationControllerSpec", "", {
  replicas: field(1, int32, "").pointer(),
  selector: field(2, mapOf(string, "atomic"), ""),
  template: field(3, podTemplateSpec, "").pointer(),
  minReadySeconds: field(4, int32, ""),
});
export interface ReplicationControllerSpec extends TypeOf<typeof replicationControllerSpec> {}

export const replicationControllerCondition = type("ReplicationControllerCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface ReplicationControllerCondition
  extends TypeOf<typeof replicationControllerCondition> {}

export const replicationControllerStatus = type("ReplicationControllerStatus", "", {
  replicas: field(1, int32, "").required(),
  fullyLabeledReplicas: field(2, int32, ""),
  observedGeneration: field(3, int64, ""),
  readyReplicas: field(4, int32, ""),
  availableReplicas: field(5, int32, ""),
  conditions: field(6, keyedListOf(replicationControllerCondition, "type"), "").patchMerged("type"),
});
export interface ReplicationControllerStatus extends TypeOf<typeof replicationControllerStatus> {}

export const replicationController = kind(
  "ReplicationController",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, replicationControllerSpec, ""),
    status: field(3, replicationControllerStatus, ""),
  },
  {
    name: "replicationcontrollers",
    singular: "replicationcontroller",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["rc"],
    categories: ["all"],
    subresources: { scale: scaleSubresource, status: statusSubresource("ReplicationController") },
  },
);
export interface ReplicationController extends TypeOf<typeof replicationController> {}
