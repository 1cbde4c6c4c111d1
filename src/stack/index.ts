export { formatLoss, type Loss } from "./loss.ts";
export type {
  PlannedObject,
  PlannedService,
  PublishedPort,
  StackPlan,
  UpdatePolicy,
  Wait,
  Workload,
} from "./plan.ts";
