export {
  containerMetrics,
  nodeMetrics,
  podMetrics,
  type ContainerMetrics,
  type NodeMetrics,
  type PodMetrics,
} from "./metrics.ts";
