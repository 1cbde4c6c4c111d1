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

export const replicationControllerSpec = type(
  "ReplicationControllerSpec",
  "What a ReplicationController shall run.",
  {
    replicas: field(1, int32, "Number of pods; 1 by default.").pointer(),
    selector: field(
      2,
      mapOf(string, "atomic"),
      "Labels of its pods; those of the template by default.",
    ),
    template: field(3, podTemplateSpec, "The pods to run.").pointer(),
    minReadySeconds: field(
      4,
      int32,
      "Seconds that a new pod must be ready without a crash before it counts as available; 0 by default.",
    ),
  },
);
export interface ReplicationControllerSpec extends TypeOf<typeof replicationControllerSpec> {}

export const replicationControllerCondition = type(
  "ReplicationControllerCondition",
  "One aspect of a ReplicationController's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastTransitionTime: field(3, time, "When the status last changed."),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
  },
);
export interface ReplicationControllerCondition
  extends TypeOf<typeof replicationControllerCondition> {}

export const replicationControllerStatus = type(
  "ReplicationControllerStatus",
  "How a ReplicationController's pods are doing.",
  {
    replicas: field(1, int32, "Pods that exist.").required(),
    fullyLabeledReplicas: field(2, int32, "Pods that have all labels of the template."),
    observedGeneration: field(
      3,
      int64,
      "Generation of the spec that this status was computed from.",
    ),
    readyReplicas: field(4, int32, "Pods that are ready."),
    availableReplicas: field(5, int32, "Pods that have been ready for at least minReadySeconds."),
    conditions: field(
      6,
      keyedListOf(replicationControllerCondition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
  },
);
export interface ReplicationControllerStatus extends TypeOf<typeof replicationControllerStatus> {}

export const replicationController = kind(
  "ReplicationController",
  "Keeps a number of equal pods running. ReplicaSet has taken its place.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, replicationControllerSpec, "The desired state."),
    status: field(3, replicationControllerStatus, "The observed state, written by the system."),
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
