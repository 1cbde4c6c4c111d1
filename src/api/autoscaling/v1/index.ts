export {
  crossVersionObjectReference,
  horizontalPodAutoscaler,
  horizontalPodAutoscalerSpec,
  horizontalPodAutoscalerStatus,
  type CrossVersionObjectReference,
  type HorizontalPodAutoscaler,
  type HorizontalPodAutoscalerSpec,
  type HorizontalPodAutoscalerStatus,
} from "./horizontal-pod-autoscaler.ts";
export {
  scale,
  scaleSpec,
  scaleStatus,
  type Scale,
  type ScaleSpec,
  type ScaleStatus,
} from "./scale.ts";
