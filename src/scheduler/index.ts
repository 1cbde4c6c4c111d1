export { SchedulerMetrics } from "./metrics.ts";
export {
  Scheduler,
  schedulerDefaults,
  type SchedulerDeps,
  type SchedulerOptions,
} from "./scheduler.ts";
