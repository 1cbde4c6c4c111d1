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

export const replicaSetSpec = type("ReplicaSetSpec", "What a ReplicaSet shall run.", {
  replicas: field(1, int32, "Number of pods; 1 by default.").pointer(),
  selector: field(
    2,
    labelSelector,
    "Selects the ReplicaSet's pods; must match the labels of the template. It cannot be changed.",
  )
    .pointer()
    .required(),
  template: field(3, podTemplateSpec, "The pods to run."),
  minReadySeconds: field(
    4,
    int32,
    "Seconds that a new pod must be ready without a crash before it counts as available; 0 by default.",
  ),
});
export interface ReplicaSetSpec extends TypeOf<typeof replicaSetSpec> {}

export const replicaSetCondition = type(
  "ReplicaSetCondition",
  "One aspect of a ReplicaSet's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastTransitionTime: field(3, time, "When the status last changed."),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
  },
);
export interface ReplicaSetCondition extends TypeOf<typeof replicaSetCondition> {}

export const replicaSetStatus = type("ReplicaSetStatus", "How a ReplicaSet's pods are doing.", {
  replicas: field(1, int32, "Pods that are not terminating.").required(),
  fullyLabeledReplicas: field(2, int32, "Pods that have all labels of the template."),
  observedGeneration: field(3, int64, "Generation of the spec that this status was computed from."),
  readyReplicas: field(4, int32, "Pods that are ready."),
  availableReplicas: field(5, int32, "Pods that have been ready for at least minReadySeconds."),
  conditions: field(
    6,
    keyedListOf(replicaSetCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  terminatingReplicas: field(7, int32, "Pods that are being deleted but are not gone.").pointer(),
});
export interface ReplicaSetStatus extends TypeOf<typeof replicaSetStatus> {}

export const replicaSet = kind(
  "ReplicaSet",
  "Keeps a number of equal pods running. Deployments create them.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, replicaSetSpec, "The desired state."),
    status: field(3, replicaSetStatus, "The observed state, written by the system."),
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
