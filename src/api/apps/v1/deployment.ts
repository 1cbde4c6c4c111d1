import {
  boolean,
  field,
  int32,
  int64,
  intOrString,
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

export const rollingUpdateDeployment = type(
  "RollingUpdateDeployment",
  "Settings of a Deployment's rolling update.",
  {
    maxUnavailable: field(
      1,
      intOrString,
      "How many pods may be missing during the update, as number or percentage; 25% by default.",
    ).pointer(),
    maxSurge: field(
      2,
      intOrString,
      "How many pods may run beyond the desired number, as number or percentage; 25% by default.",
    ).pointer(),
  },
);
export interface RollingUpdateDeployment extends TypeOf<typeof rollingUpdateDeployment> {}

export const deploymentStrategy = type(
  "DeploymentStrategy",
  "How a Deployment replaces its pods.",
  {
    type: field(1, string, "RollingUpdate (the default), or Recreate: stop all old pods first."),
    rollingUpdate: field(2, rollingUpdateDeployment, "Settings of RollingUpdate.").pointer(),
  },
);
export interface DeploymentStrategy extends TypeOf<typeof deploymentStrategy> {}

export const deploymentSpec = type("DeploymentSpec", "What a Deployment shall run.", {
  replicas: field(1, int32, "Number of pods; 1 by default.").pointer(),
  selector: field(
    2,
    labelSelector,
    "Selects the Deployment's pods; must match the labels of the template. It cannot be changed.",
  )
    .pointer()
    .required(),
  template: field(3, podTemplateSpec, "The pods to run.").required(),
  strategy: field(
    4,
    deploymentStrategy,
    "How old pods are replaced by new ones.",
  ).patchRetainsKeys(),
  minReadySeconds: field(
    5,
    int32,
    "Seconds that a new pod must be ready without a crash before it counts as available; 0 by default.",
  ),
  revisionHistoryLimit: field(
    6,
    int32,
    "How many old revisions are kept for rollbacks; 10 by default.",
  ).pointer(),
  paused: field(7, boolean, "Whether changes of the template wait until this is false again."),
  progressDeadlineSeconds: field(
    9,
    int32,
    "Seconds without progress after which a rollout counts as failed; 600 by default.",
  ).pointer(),
});
export interface DeploymentSpec extends TypeOf<typeof deploymentSpec> {}

export const deploymentCondition = type(
  "DeploymentCondition",
  "One aspect of a Deployment's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
    lastUpdateTime: field(6, time, "When the condition was last written."),
    lastTransitionTime: field(7, time, "When the status last changed."),
  },
);
export interface DeploymentCondition extends TypeOf<typeof deploymentCondition> {}

export const deploymentStatus = type("DeploymentStatus", "How a Deployment's pods are doing.", {
  observedGeneration: field(1, int64, "Generation of the spec that this status was computed from."),
  replicas: field(2, int32, "Pods that are not terminating."),
  updatedReplicas: field(3, int32, "Pods of the newest template."),
  availableReplicas: field(4, int32, "Pods that have been ready for at least minReadySeconds."),
  unavailableReplicas: field(5, int32, "Pods that are still missing or not yet available."),
  conditions: field(
    6,
    keyedListOf(deploymentCondition, "type"),
    "Latest observations of single aspects of the state.",
  ).patchMerged("type"),
  readyReplicas: field(7, int32, "Pods that are ready."),
  collisionCount: field(
    8,
    int32,
    "How often a generated name was already taken; it goes into the hash of the next one.",
  ).pointer(),
  terminatingReplicas: field(9, int32, "Pods that are being deleted but are not gone.").pointer(),
});
export interface DeploymentStatus extends TypeOf<typeof deploymentStatus> {}

export const deployment = kind(
  "Deployment",
  "Keeps a number of equal pods running and replaces them step by step when the template changes.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, deploymentSpec, "The desired state."),
    status: field(3, deploymentStatus, "The observed state, written by the system."),
  },
  {
    name: "deployments",
    singular: "deployment",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["deploy"],
    categories: ["all"],
    subresources: { scale: scaleSubresource, status: statusSubresource("Deployment") },
  },
);
export interface Deployment extends TypeOf<typeof deployment> {}
