export type { NodeRefusal } from "./cycle.ts";
export { describeRefusals } from "./explanation.ts";
export { SchedulerMetrics } from "./metrics.ts";
export { podRequest } from "./resources.ts";
export {
  Scheduler,
  schedulerDefaults,
  type SchedulerDeps,
  type SchedulerOptions,
} from "./scheduler.ts";
export { TrialCluster, type TrialFacts } from "./trial-cluster.ts";
