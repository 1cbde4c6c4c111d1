export {
  ClusterAutoscaler,
  clusterAutoscalerDefaults,
  type ClusterAutoscalerDeps,
  type ClusterAutoscalerOptions,
} from "./cluster-autoscaler.ts";
export { groupLabel, startupAnnotation } from "./group.ts";
export {
  type NodeDecision,
  NodeDecisionLog,
  nodeDecisionObjects,
} from "./node-decision.ts";
export { type NodeRecommendation, recommendNodes } from "./recommend-nodes.ts";
