export { SchedulerMetrics } from "./metrics.ts";
export { type NodeRecommendation, recommendNodes } from "./recommend-nodes.ts";
export {
  Scheduler,
  schedulerDefaults,
  type SchedulerDeps,
  type SchedulerOptions,
} from "./scheduler.ts";
