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

export const metricTarget = type("MetricTarget", "", {
  type: field(1, string, "").required(),
  value: field(2, quantity, "").pointer(),
  averageValue: field(3, quantity, "").pointer(),
  averageUtilization: field(4, int32, "").pointer(),
});
export interface MetricTarget extends TypeOf<typeof metricTarget> {}

export const containerResourceMetricSource = type("ContainerResourceMetricSource", "", {
  name: field(1, string, "").required(),
  target: field(2, metricTarget, "").required(),
  container: field(3, string, "").required(),
});
export interface ContainerResourceMetricSource
  extends TypeOf<typeof containerResourceMetricSource> {}

export const metricValueStatus = type("MetricValueStatus", "", {
  value: field(1, quantity, "").pointer(),
  averageValue: field(2, quantity, "").pointer(),
  averageUtilization: field(3, int32, "").pointer(),
});
export interface MetricValueStatus extends TypeOf<typeof metricValueStatus> {}

export const containerResourceMetricStatus = type("ContainerResourceMetricStatus", "", {
  name: field(1, string, "").required(),
  current: field(2, metricValueStatus, "").required(),
  container: field(3, string, "").required(),
});
export interface ContainerResourceMetricStatus
  extends TypeOf<typeof containerResourceMetricStatus> {}

export const crossVersionObjectReference = type("CrossVersionObjectReference", "", {
  kind: field(1, string, "").required(),
  name: field(2, string, "").required(),
  apiVersion: field(3, string, ""),
});
export interface CrossVersionObjectReference extends TypeOf<typeof crossVersionObjectReference> {}

export const metricIdentifier = type("MetricIdentifier", "", {
  name: field(1, string, "").required(),
  selector: field(2, labelSelector, "").pointer(),
});
export interface MetricIdentifier extends TypeOf<typeof metricIdentifier> {}

export const externalMetricSource = type("ExternalMetricSource", "", {
  metric: field(1, metricIdentifier, "").required(),
  target: field(2, metricTarget, "").required(),
});
export interface ExternalMetricSource extends TypeOf<typeof externalMetricSource> {}

export const externalMetricStatus = type("ExternalMetricStatus", "", {
  metric: field(1, metricIdentifier, "").required(),
  current: field(2, metricValueStatus, "").required(),
});
export interface ExternalMetricStatus extends TypeOf<typeof externalMetricStatus> {}

export const hpaScalingPolicy = type("HPAScalingPolicy", "", {
  type: field(1, string, "").required(),
  value: field(2, int32, "").required(),
  periodSeconds: field(3, int32, "").required(),
});
export interface HPAScalingPolicy extends TypeOf<typeof hpaScalingPolicy> {}

export const hpaScalingRules = type("HPAScalingRules", "", {
  selectPolicy: field(1, string, "").pointer(),
  policies: field(2, atomicListOf(hpaScalingPolicy), ""),
  stabilizationWindowSeconds: field(3, int32, "").pointer(),
  tolerance: field(4, quantity, "").pointer(),
});
export interface HPAScalingRules extends TypeOf<typeof hpaScalingRules> {}

export const horizontalPodAutoscalerBehavior = type("HorizontalPodAutoscalerBehavior", "", {
  scaleUp: field(1, hpaScalingRules, "").pointer(),
  scaleDown: field(2, hpaScalingRules, "").pointer(),
});
export interface HorizontalPodAutoscalerBehavior
  extends TypeOf<typeof horizontalPodAutoscalerBehavior> {}

export const objectMetricSource = type("ObjectMetricSource", "", {
  describedObject: field(1, crossVersionObjectReference, "").required(),
  target: field(2, metricTarget, "").required(),
  metric: field(3, metricIdentifier, "").required(),
});
export interface ObjectMetricSource extends TypeOf<typeof objectMetricSource> {}

export const podsMetricSource = type("PodsMetricSource", "", {
  metric: field(1, metricIdentifier, "").required(),
  target: field(2, metricTarget, "").required(),
});
export interface PodsMetricSource extends TypeOf<typeof podsMetricSource> {}

export const resourceMetricSource = type("ResourceMetricSource", "", {
  name: field(1, string, "").required(),
  target: field(2, metricTarget, "").required(),
});
export interface ResourceMetricSource extends TypeOf<typeof resourceMetricSource> {}

export const metricSpec = type("MetricSpec", "", {
  type: field(1, string, "").required(),
  object: field(2, objectMetricSource, "").pointer(),
  pods: field(3, podsMetricSource, "").pointer(),
  resource: field(4, resourceMetricSource, "").pointer(),
  external: field(5, externalMetricSource, "").pointer(),
  containerResource: field(7, containerResourceMetricSource, "").pointer(),
});
export interface MetricSpec extends TypeOf<typeof metricSpec> {}

export const horizontalPodAutoscalerSpec = type("HorizontalPodAutoscalerSpec", "", {
  scaleTargetRef: field(1, crossVersionObjectReference, "").required(),
  minReplicas: field(2, int32, "").pointer(),
  maxReplicas: field(3, int32, "").required(),
  metrics: field(4, atomicListOf(metricSpec), ""),
  behavior: field(5, horizontalPodAutoscalerBehavior, "").pointer(),
});
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerCondition = type("HorizontalPodAutoscalerCondition", "", {
  type: field(1, string, "").required(),
  status: field(2, string, "").required(),
  lastTransitionTime: field(3, time, ""),
  reason: field(4, string, ""),
  message: field(5, string, ""),
});
export interface HorizontalPodAutoscalerCondition
  extends TypeOf<typeof horizontalPodAutoscalerCondition> {}

export const objectMetricStatus = type("ObjectMetricStatus", "", {
  metric: field(1, metricIdentifier, "").required(),
  current: field(2, metricValueStatus, "").required(),
  describedObject: field(3, crossVersionObjectReference, "").required(),
});
export interface ObjectMetricStatus extends TypeOf<typeof objectMetricStatus> {}

export const podsMetricStatus = type("PodsMetricStatus", "", {
  metric: field(1, metricIdentifier, "").required(),
  current: field(2, metricValueStatus, "").required(),
});
export interface PodsMetricStatus extends TypeOf<typeof podsMetricStatus> {}

export const resourceMetricStatus = type("ResourceMetricStatus", "", {
  name: field(1, string, "").required(),
  current: field(2, metricValueStatus, "").required(),
});
export interface ResourceMetricStatus extends TypeOf<typeof resourceMetricStatus> {}

export const metricStatus = type("MetricStatus", "", {
  type: field(1, string, "").required(),
  object: field(2, objectMetricStatus, "").pointer(),
  pods: field(3, podsMetricStatus, "").pointer(),
  resource: field(4, resourceMetricStatus, "").pointer(),
  external: field(5, externalMetricStatus, "").pointer(),
  containerResource: field(7, containerResourceMetricStatus, "").pointer(),
});
export interface MetricStatus extends TypeOf<typeof metricStatus> {}

export const horizontalPodAutoscalerStatus = type("HorizontalPodAutoscalerStatus", "", {
  observedGeneration: field(1, int64, "").pointer(),
  lastScaleTime: field(2, time, "").pointer(),
  currentReplicas: field(3, int32, ""),
  desiredReplicas: field(4, int32, "").required(),
  currentMetrics: field(5, atomicListOf(metricStatus), "").always(),
  conditions: field(6, keyedListOf(horizontalPodAutoscalerCondition, "type"), "").patchMerged(
    "type",
  ),
});
export interface HorizontalPodAutoscalerStatus
  extends TypeOf<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = kind(
  "HorizontalPodAutoscaler",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, horizontalPodAutoscalerSpec, "").required().implicit(),
    status: field(3, horizontalPodAutoscalerStatus, ""),
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
