export { eviction, type Eviction } from "./eviction.ts";
export {
  podDisruptionBudget,
  podDisruptionBudgetSpec,
  podDisruptionBudgetStatus,
  type PodDisruptionBudget,
  type PodDisruptionBudgetSpec,
  type PodDisruptionBudgetStatus,
} from "./pod-disruption-budget.ts";
