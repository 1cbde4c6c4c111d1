export type { Controller, ControllerDeps } from "./controller.ts";
export { type ControllerMetrics, controllerMetrics } from "./metrics.ts";
export { allControllers, type ControllerOptions, scalingControllers } from "./all.ts";
export { localPathProvisioner, type VolumeDirectories } from "./local-path/reconcile.ts";
export type {
  Measured,
  MetricChanges,
  MetricsSource,
  PodReading,
  PodReadings,
} from "./horizontal-pod-autoscaler/metrics-source.ts";
export { type DecisionRecord, explainDecision } from "./horizontal-pod-autoscaler/decision.ts";
export {
  type DecisionObjects,
  decisionObjects,
} from "./horizontal-pod-autoscaler/decision-objects.ts";
export { DecisionLog } from "./horizontal-pod-autoscaler/decision-log.ts";
export {
  autoscalerDefaults,
  type AutoscalerOptions,
} from "./horizontal-pod-autoscaler/options.ts";
export { readTriggerMetric, type TriggerMetricsDeps } from "./scaled-object/trigger-metrics.ts";
export { TriggerHealth } from "./scaled-object/trigger-health.ts";
export type { PromValues } from "./scaled-object/trigger-reading.ts";
export type { AutoscalerDeps } from "./horizontal-pod-autoscaler/reconcile.ts";
export {
  apiAccess,
  type AutoscalerAccess,
} from "./horizontal-pod-autoscaler/access.ts";
