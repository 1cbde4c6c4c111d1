export {
  nodeScalingDecision,
  nodeScalingOption,
  type NodeScalingDecision,
  type NodeScalingOption,
} from "./node-scaling-decision.ts";
export {
  scalingDecision,
  scalingMetric,
  scalingStep,
  type ScalingDecision,
  type ScalingMetric,
  type ScalingStep,
} from "./scaling-decision.ts";
