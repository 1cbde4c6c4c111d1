import { horizontalPodAutoscalerBehavior } from "../../autoscaling/v2/horizontal-pod-autoscaler.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import {
  boolean,
  field,
  int32,
  limited,
  listOf,
  mapOf,
  oneOf,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { kind, type } from "./package.ts";

const nonEmpty = limited(string, { minLength: 1 });
const atLeastZero = limited(int32, { minimum: 0 });
const atLeastOne = limited(int32, { minimum: 1 });

export const scaleTarget = type("ScaleTarget", "What is scaled.", {
  name: field(nonEmpty, "Name of the target, in the same namespace.").required(),
  apiVersion: field(string, "Version of its kind; apps/v1 unless said otherwise."),
  kind: field(string, "Its kind; Deployment unless said otherwise."),
  envSourceContainerName: field(string, "Container whose environment triggers refer to."),
});
export interface ScaleTarget extends TypeOf<typeof scaleTarget> {}

export const authenticationRef = type("AuthenticationRef", "Where credentials are.", {
  name: field(string, "Name of the object.").required(),
  kind: field(oneOf("TriggerAuthentication", "ClusterTriggerAuthentication"), "Its kind."),
});
export interface AuthenticationRef extends TypeOf<typeof authenticationRef> {}

export const scaleTriggers = type(
  "ScaleTriggers",
  "Something that tells how much there is to do.",
  {
    type: field(nonEmpty, "What is asked: prometheus, cron, cpu or memory.").required(),
    name: field(string, "Name of the trigger, unique in the object."),
    useCachedMetrics: field(boolean, "Whether figures of the last poll are told."),
    metadata: field(mapOf(string), "What is asked for, by the type's own parameters.").required(),
    authenticationRef: field(authenticationRef, "Credentials."),
    metricType: field(
      oneOf("AverageValue", "Value", "Utilization"),
      "How the figure is compared with its target.",
    ),
  },
);
export interface ScaleTriggers extends TypeOf<typeof scaleTriggers> {}

export const fallback = type("Fallback", "What holds when a trigger fails.", {
  failureThreshold: field(atLeastZero, "Failures in a row that are put up with.").required(),
  replicas: field(atLeastZero, "Number of pods from then on.").required(),
  behavior: field(
    oneOf(
      "static",
      "currentReplicas",
      "currentReplicasIfHigher",
      "currentReplicasIfLower",
      "scalingModifiers",
    ),
    "How the number of pods that there are counts.",
  ).default("static"),
});
export interface Fallback extends TypeOf<typeof fallback> {}

export const autoscalerConfig = type(
  "HorizontalPodAutoscalerConfig",
  "What the autoscaler that is made is like.",
  {
    name: field(string, "Its name; keda-hpa-NAME unless said otherwise."),
    behavior: field(horizontalPodAutoscalerBehavior, "How fast the number of pods changes."),
  },
);
export interface AutoscalerConfig extends TypeOf<typeof autoscalerConfig> {}

export const scalingModifiers = type("ScalingModifiers", "One figure made of several.", {
  formula: field(string, "How it is made."),
  target: field(string, "What it is compared with."),
  activationTarget: field(string, "Above which the target is active."),
  metricType: field(oneOf("AverageValue", "Value"), "How it is compared."),
});
export interface ScalingModifiers extends TypeOf<typeof scalingModifiers> {}

export const advancedConfig = type("AdvancedConfig", "What few need.", {
  horizontalPodAutoscalerConfig: field(autoscalerConfig, "About the autoscaler that is made."),
  restoreToOriginalReplicaCount: field(
    boolean,
    "Whether the target gets its first size back when the object is deleted.",
  ),
  scalingModifiers: field(scalingModifiers, "One figure made of several."),
});
export interface AdvancedConfig extends TypeOf<typeof advancedConfig> {}

export const scaledObjectSpec = type("ScaledObjectSpec", "What is scaled, and by what.", {
  scaleTargetRef: field(scaleTarget, "What is scaled.").required(),
  pollingInterval: field(atLeastOne, "Seconds between two looks at the triggers; 30."),
  initialCooldownPeriod: field(atLeastZero, "Seconds after creation until it may go to zero; 0."),
  cooldownPeriod: field(atLeastZero, "Seconds after the last activity until it may go; 300."),
  idleReplicaCount: field(atLeastZero, "Number of pods while nothing is active."),
  minReplicaCount: field(atLeastZero, "Fewest pods; 0."),
  maxReplicaCount: field(atLeastOne, "Most pods; 100."),
  advanced: field(advancedConfig, "What few need."),
  triggers: field(limited(listOf(scaleTriggers), { minItems: 1 }), "What it goes by.").required(),
  fallback: field(fallback, "What holds when a trigger fails."),
});
export interface ScaledObjectSpec extends TypeOf<typeof scaledObjectSpec> {}

export const scaledObjectCondition = type("Condition", "One aspect of the object's state.", {
  type: field(string, "Ready, Active, Fallback, Paused or HPAActive.").required(),
  status: field(string, "True, False or Unknown.").required(),
  reason: field(string, "Why, in one word."),
  message: field(string, "Why, in a sentence."),
});
export interface ScaledObjectCondition extends TypeOf<typeof scaledObjectCondition> {}

export const groupVersionKindResource = type("GroupVersionKindResource", "A kind of object.", {
  group: field(string, "Its group.").required(),
  version: field(string, "Its version.").required(),
  kind: field(string, "The kind.").required(),
  resource: field(string, "Its resource.").required(),
});
export interface GroupVersionKindResource extends TypeOf<typeof groupVersionKindResource> {}

export const healthStatus = type("HealthStatus", "Whether a trigger can be asked.", {
  numberOfFailures: field(int32, "Failures in a row."),
  status: field(string, "Happy or Failing."),
});
export interface HealthStatus extends TypeOf<typeof healthStatus> {}

export const triggerActivity = type("TriggerActivityStatus", "Whether a trigger is active.", {
  isActive: field(boolean, "Whether there is something to do."),
});
export interface TriggerActivity extends TypeOf<typeof triggerActivity> {}

export const scaledObjectStatus = type("ScaledObjectStatus", "What has become of it.", {
  scaleTargetKind: field(string, "Kind of the target: apps/v1.Deployment."),
  scaleTargetGVKR: field(groupVersionKindResource, "Kind of the target, in parts."),
  originalReplicaCount: field(int32, "Size of the target before it was scaled."),
  lastActiveTime: field(time, "When there was something to do last."),
  externalMetricNames: field(listOf(string), "Metrics that the autoscaler asks for."),
  resourceMetricNames: field(listOf(string), "Resources that the autoscaler goes by."),
  compositeScalerName: field(string, "Metric that is made of several."),
  conditions: field(listOf(scaledObjectCondition), "Aspects of its state."),
  health: field(mapOf(healthStatus), "By metric, where there is a fallback."),
  triggersActivity: field(mapOf(triggerActivity), "By metric."),
  pausedReplicaCount: field(int32, "Size at which it is paused."),
  hpaName: field(string, "Name of the autoscaler."),
  triggersTypes: field(string, "Types of the triggers."),
  authenticationsTypes: field(string, "Names of the credentials."),
});
export interface ScaledObjectStatus extends TypeOf<typeof scaledObjectStatus> {}

export const scaledObject = kind(
  "ScaledObject",
  "Scales a workload by what there is to do, down to nothing.",
  {
    metadata: field(objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(scaledObjectSpec, "What is scaled, and by what.").required(),
    status: field(scaledObjectStatus, "What has become of it."),
  },
  {
    name: "scaledobjects",
    singular: "scaledobject",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["so"],
    subresources: { status: statusSubresource("ScaledObject") },
  },
);
export interface ScaledObject extends TypeOf<typeof scaledObject> {}
