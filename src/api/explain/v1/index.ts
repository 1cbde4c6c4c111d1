export {
  scalingDecision,
  scalingMetric,
  scalingStep,
  type ScalingDecision,
  type ScalingMetric,
  type ScalingStep,
} from "./scaling-decision.ts";
