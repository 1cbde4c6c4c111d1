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
  "",
  {
    kind: field(1, string, "").required(),
    name: field(2, string, "").required(),
    apiVersion: field(3, string, ""),
  },
  { mapType: "atomic" },
);
export interface CrossVersionObjectReference extends TypeOf<typeof crossVersionObjectReference> {}

export const horizontalPodAutoscalerSpec = type("HorizontalPodAutoscalerSpec", "", {
  scaleTargetRef: field(1, crossVersionObjectReference, "").required(),
  minReplicas: field(2, int32, "").pointer(),
  maxReplicas: field(3, int32, "").required(),
  targetCPUUtilizationPercentage: field(4, int32, "").pointer(),
});
export interface HorizontalPodAutoscalerSpec extends TypeOf<typeof horizontalPodAutoscalerSpec> {}

export const horizontalPodAutoscalerStatus = type("HorizontalPodAutoscalerStatus", "", {
  observedGeneration: field(1, int64, "").pointer(),
  lastScaleTime: field(2, time, "").pointer(),
  currentReplicas: field(3, int32, "").required(),
  desiredReplicas: field(4, int32, "").required(),
  currentCPUUtilizationPercentage: field(5, int32, "").pointer(),
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
