import {
  field,
  int32,
  int64,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { kind, type } from "./package.ts";

export const crossVersionObjectReference = type(
  "CrossVersionObjectReference",
  "An object that can be scaled.",
  {
    kind: field(1, string, "Kind of the object.").required(),
    name: field(2, string, "Name of the object.").required(),
    apiVersion: field(3, string, "Group and version of the object."),
  },
  { mapType: "atomic" },
);
export interface CrossVersionObjectReference extends TypeOf<typeof crossVersionObjectReference> {}

export const horizontalPodAutoscalerSpec = type(
  "HorizontalPodAutoscalerSpec",
  "What to scale, and within which bounds.",
  {
    scaleTargetRef: field(1, crossVersionObjectReference, "The workload.").required(),
    minReplicas: field(2, int32, "Fewest pods; 1 by default.").pointer(),
    maxReplicas: field(3, int32, "Most pods.").required(),
    targetCPUUtilizationPercentage: field(
      4,
      int32,
      "Average use of CPU to aim at, as a percentage of what the pods request; 80 by default.",
    ).pointer(),
  },
);
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof horizontalPodAutoscalerSpec> {}

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
    currentReplicas: field(3, int32, "Number of pods as it last saw it.").required(),
    desiredReplicas: field(4, int32, "Number of pods it last asked for.").required(),
    currentCPUUtilizationPercentage: field(
      5,
      int32,
      "Average use of CPU as it last saw it.",
    ).pointer(),
  },
);
export interface HorizontalPodAutoscalerStatus
  extends TypeOf<typeof horizontalPodAutoscalerStatus> {}

export const horizontalPodAutoscaler = kind(
  "HorizontalPodAutoscaler",
  "Adapts the number of pods of a workload to its use of CPU.",
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
