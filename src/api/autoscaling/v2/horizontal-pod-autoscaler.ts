import {
  atomicListOf,
  field,
  int32,
  int64,
  keyedListOf,
  quantity,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { labelSelector } from "../../meta/v1/label-selector.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const metricTarget = type("MetricTarget", "The value to aim at.", {
  type: field(1, string, "Utilization, Value or AverageValue.").required(),
  value: field(2, quantity, "The value itself.").pointer(),
  averageValue: field(3, quantity, "The average over the pods.").pointer(),
  averageUtilization: field(
    4,
    int32,
    "The average over the pods, as a percentage of what they request.",
  ).pointer(),
});
export interface MetricTarget extends TypeOf<typeof metricTarget> {}

export const containerResourceMetricSource = type(
  "ContainerResourceMetricSource",
  "The use of a resource by one container of each pod.",
  {
    name: field(1, string, "The resource, such as cpu.").required(),
    target: field(2, metricTarget, "The value to aim at.").required(),
    container: field(3, string, "Name of the container.").required(),
  },
);
export interface ContainerResourceMetricSource
  extends TypeOf<typeof containerResourceMetricSource> {}

export const metricValueStatus = type("MetricValueStatus", "A measured value.", {
  value: field(1, quantity, "The value itself.").pointer(),
  averageValue: field(2, quantity, "The average over the pods.").pointer(),
  averageUtilization: field(
    3,
    int32,
    "The average over the pods, as a percentage of what they request.",
  ).pointer(),
});
export interface MetricValueStatus extends TypeOf<typeof metricValueStatus> {}

export const containerResourceMetricStatus = type(
  "ContainerResourceMetricStatus",
  "The use of a resource by one container of each pod, as measured.",
  {
    name: field(1, string, "The resource.").required(),
    current: field(2, metricValueStatus, "The value.").required(),
    container: field(3, string, "Name of the container.").required(),
  },
);
export interface ContainerResourceMetricStatus
  extends TypeOf<typeof containerResourceMetricStatus> {}

export const crossVersionObjectReference = type(
  "CrossVersionObjectReference",
  "An object that can be scaled or measured.",
  {
    kind: field(1, string, "Kind of the object.").required(),
    name: field(2, string, "Name of the object.").required(),
    apiVersion: field(3, string, "Group and version of the object."),
  },
);
export interface CrossVersionObjectReference extends TypeOf<typeof crossVersionObjectReference> {}

export const metricIdentifier = type("MetricIdentifier", "A metric.", {
  name: field(1, string, "Name of the metric.").required(),
  selector: field(2, labelSelector, "Labels of the series.").pointer(),
});
export interface MetricIdentifier extends TypeOf<typeof metricIdentifier> {}

export const externalMetricSource = type(
  "ExternalMetricSource",
  "A metric of something outside of the cluster.",
  {
    metric: field(1, metricIdentifier, "The metric.").required(),
    target: field(2, metricTarget, "The value to aim at.").required(),
  },
);
export interface ExternalMetricSource extends TypeOf<typeof externalMetricSource> {}

export const externalMetricStatus = type(
  "ExternalMetricStatus",
  "A metric of something outside of the cluster, as measured.",
  {
    metric: field(1, metricIdentifier, "The metric.").required(),
    current: field(2, metricValueStatus, "The value.").required(),
  },
);
export interface ExternalMetricStatus extends TypeOf<typeof externalMetricStatus> {}

export const hpaScalingPolicy = type("HPAScalingPolicy", "How much may change in a span of time.", {
  type: field(1, string, "Pods or Percent.").required(),
  value: field(2, int32, "How many pods, or what percentage.").required(),
  periodSeconds: field(3, int32, "The span of time, at most 1800 seconds.").required(),
});
export interface HPAScalingPolicy extends TypeOf<typeof hpaScalingPolicy> {}

export const hpaScalingRules = type(
  "HPAScalingRules",
  "How the number of pods changes in one direction.",
  {
    selectPolicy: field(
      1,
      string,
      "Which policy counts: Max (the default), Min or Disabled.",
    ).pointer(),
    policies: field(2, atomicListOf(hpaScalingPolicy), "The policies."),
    stabilizationWindowSeconds: field(
      3,
      int32,
      "How long back recommendations are kept, to smooth out ups and downs.",
    ).pointer(),
    tolerance: field(
      4,
      quantity,
      "How far the metric may be off before anything changes.",
    ).pointer(),
  },
);
export interface HPAScalingRules extends TypeOf<typeof hpaScalingRules> {}

export const horizontalPodAutoscalerBehavior = type(
  "HorizontalPodAutoscalerBehavior",
  "How fast the number of pods changes.",
  {
    scaleUp: field(1, hpaScalingRules, "How it grows; by default without waiting.").pointer(),
    scaleDown: field(
      2,
      hpaScalingRules,
      "How it shrinks; by default after a wait of 300 seconds.",
    ).pointer(),
  },
);
export interface HorizontalPodAutoscalerBehavior
  extends TypeOf<typeof horizontalPodAutoscalerBehavior> {}

export const objectMetricSource = type("ObjectMetricSource", "A metric of one object.", {
  describedObject: field(1, crossVersionObjectReference, "The object.").required(),
  target: field(2, metricTarget, "The value to aim at.").required(),
  metric: field(3, metricIdentifier, "The metric.").required(),
});
export interface ObjectMetricSource extends TypeOf<typeof objectMetricSource> {}

export const podsMetricSource = type("PodsMetricSource", "A metric of each pod.", {
  metric: field(1, metricIdentifier, "The metric.").required(),
  target: field(2, metricTarget, "The value to aim at.").required(),
});
export interface PodsMetricSource extends TypeOf<typeof podsMetricSource> {}

export const resourceMetricSource = type(
  "ResourceMetricSource",
  "The use of a resource by each pod.",
  {
    name: field(1, string, "The resource, such as cpu.").required(),
    target: field(2, metricTarget, "The value to aim at.").required(),
  },
);
export interface ResourceMetricSource extends TypeOf<typeof resourceMetricSource> {}

export const metricSpec = type(
  "MetricSpec",
  "A metric and the value to aim at. The member that type names is set.",
  {
    type: field(1, string, "ContainerResource, External, Object, Pods or Resource.").required(),
    object: field(2, objectMetricSource, "A metric of one object.").pointer(),
    pods: field(3, podsMetricSource, "A metric of each pod.").pointer(),
    resource: field(4, resourceMetricSource, "The use of a resource by each pod.").pointer(),
    external: field(
      5,
      externalMetricSource,
      "A metric of something outside of the cluster.",
    ).pointer(),
    containerResource: field(
      7,
      containerResourceMetricSource,
      "The use of a resource by one container of each pod.",
    ).pointer(),
  },
);
export interface MetricSpec extends TypeOf<typeof metricSpec> {}

export const horizontalPodAutoscalerSpec = type(
  "HorizontalPodAutoscalerSpec",
  "What to scale, within which bounds and by what.",
  {
    scaleTargetRef: field(1, crossVersionObjectReference, "The workload.").required(),
    minReplicas: field(2, int32, "Fewest pods; 1 by default.").pointer(),
    maxReplicas: field(3, int32, "Most pods.").required(),
    metrics: field(
      4,
      atomicListOf(metricSpec),
      "What to measure; the metric that asks for the most pods counts.",
    ),
    behavior: field(
      5,
      horizontalPodAutoscalerBehavior,
      "How fast the number of pods changes.",
    ).pointer(),
  },
);
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerCondition = type(
  "HorizontalPodAutoscalerCondition",
  "One aspect of an autoscaler's state.",
  {
    type: field(1, string, "Name of the aspect, in CamelCase.").required(),
    status: field(2, string, "Whether the condition holds: True, False or Unknown.").required(),
    lastTransitionTime: field(3, time, "When the status last changed."),
    reason: field(4, string, "Why, as one CamelCase word for programs."),
    message: field(5, string, "Why, in a sentence for people."),
  },
);
export interface HorizontalPodAutoscalerCondition
  extends TypeOf<typeof horizontalPodAutoscalerCondition> {}

export const objectMetricStatus = type(
  "ObjectMetricStatus",
  "A metric of one object, as measured.",
  {
    metric: field(1, metricIdentifier, "The metric.").required(),
    current: field(2, metricValueStatus, "The value.").required(),
    describedObject: field(3, crossVersionObjectReference, "The object.").required(),
  },
);
export interface ObjectMetricStatus extends TypeOf<typeof objectMetricStatus> {}

export const podsMetricStatus = type("PodsMetricStatus", "A metric of each pod, as measured.", {
  metric: field(1, metricIdentifier, "The metric.").required(),
  current: field(2, metricValueStatus, "The value.").required(),
});
export interface PodsMetricStatus extends TypeOf<typeof podsMetricStatus> {}

export const resourceMetricStatus = type(
  "ResourceMetricStatus",
  "The use of a resource by each pod, as measured.",
  {
    name: field(1, string, "The resource.").required(),
    current: field(2, metricValueStatus, "The value.").required(),
  },
);
export interface ResourceMetricStatus extends TypeOf<typeof resourceMetricStatus> {}

export const metricStatus = type(
  "MetricStatus",
  "A metric as measured. The member that type names is set.",
  {
    type: field(1, string, "ContainerResource, External, Object, Pods or Resource.").required(),
    object: field(2, objectMetricStatus, "A metric of one object.").pointer(),
    pods: field(3, podsMetricStatus, "A metric of each pod.").pointer(),
    resource: field(4, resourceMetricStatus, "The use of a resource by each pod.").pointer(),
    external: field(
      5,
      externalMetricStatus,
      "A metric of something outside of the cluster.",
    ).pointer(),
    containerResource: field(
      7,
      containerResourceMetricStatus,
      "The use of a resource by one container of each pod.",
    ).pointer(),
  },
);
export interface MetricStatus extends TypeOf<typeof metricStatus> {}

export const horizontalPodAutoscalerStatus = type(
  "HorizontalPodAutoscalerStatus",
  "How an autoscaler is doing.",
  {
    observedGeneration: field(
      1,
      int64,
      "Generation of the spec that this status was computed from.",
    ).pointer(),
    lastScaleTime: field(2, time, "When it last changed the number of pods.").pointer(),
    currentReplicas: field(3, int32, "Number of pods as it last saw it."),
    desiredReplicas: field(4, int32, "Number of pods it last asked for.").required(),
    currentMetrics: field(5, atomicListOf(metricStatus), "What it last measured.").always(),
    conditions: field(
      6,
      keyedListOf(horizontalPodAutoscalerCondition, "type"),
      "Latest observations of single aspects of the state.",
    ).patchMerged("type"),
  },
);
export interface HorizontalPodAutoscalerStatus
  extends TypeOf<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = kind(
  "HorizontalPodAutoscaler",
  "Adapts the number of pods of a workload to its load.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, horizontalPodAutoscalerSpec, "The desired state.").required().implicit(),
    status: field(3, horizontalPodAutoscalerStatus, "The observed state, written by the system."),
  },
  {
    name: "horizontalpodautoscalers",
    singular: "horizontalpodautoscaler",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["hpa"],
    categories: ["all"],
    subresources: { status: statusSubresource("HorizontalPodAutoscaler") },
  },
);
export interface HorizontalPodAutoscaler extends TypeOf<typeof horizontalPodAutoscaler> {}
