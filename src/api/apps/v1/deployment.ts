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

export const rollingUpdateDeployment = type("RollingUpdateDeployment", "", {
  maxUnavailable: field(1, intOrString, "").pointer(),
  maxSurge: field(2, intOrString, "").pointer(),
});
export interface RollingUpdateDeployment extends TypeOf<typeof rollingUpdateDeployment> {}

export const deploymentStrategy = type("DeploymentStrategy", "", {
  type: field(1, string, ""),
  rollingUpdate: field(2, rollingUpdateDeployment, "").pointer(),
});
export interface DeploymentStrategy extends TypeOf<typeof deploymentStrategy> {}

export const deploymentSpec = type("DeploymentSpec", "", {
  replicas: field(1, int32, "").pointer(),
  selector: field(2, labelSelector, "").pointer().required(),
  template: field(3, podTemplateSpec, "").required(),
  strategy: field(4, deploymentStrategy, "").patchRetainsKeys(),
  minReadySeconds: field(5, int32, ""),
  revisionHistoryLimit: field(6, int32, "").pointer(),
  paused: field(7, boolean, ""),
  progressDeadlineSeconds: field(9, int32, "").pointer(),
});
export interface DeploymentSpec extends TypeOf<typeof deploymentSpec> {}

export const deploymentCondition = type("DeploymentCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  reason: field(4, string, ""),
  message: field(5, string, ""),
  lastUpdateTime: field(6, time, ""),
  lastTransitionTime: field(7, time, ""),
});
export interface DeploymentCondition extends TypeOf<typeof deploymentCondition> {}

export const deploymentStatus = type("DeploymentStatus", "", {
  observedGeneration: field(1, int64, ""),
  replicas: field(2, int32, ""),
  updatedReplicas: field(3, int32, ""),
  availableReplicas: field(4, int32, ""),
  unavailableReplicas: field(5, int32, ""),
  conditions: field(6, keyedListOf(deploymentCondition, "type"), "").patchMerged("type"),
  readyReplicas: field(7, int32, ""),
  collisionCount: field(8, int32, "").pointer(),
  terminatingReplicas: field(9, int32, "").pointer(),
});
export interface DeploymentStatus extends TypeOf<typeof deploymentStatus> {}

export const deployment = kind(
  "Deployment",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, deploymentSpec, ""),
    status: field(3, deploymentStatus, ""),
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
