export {
  Scheduler,
  schedulerDefaults,
  type SchedulerDeps,
  type SchedulerOptions,
} from "./scheduler.ts";
