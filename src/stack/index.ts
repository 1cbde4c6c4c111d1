export { formatMappingTables } from "./attributes/mapping-table.ts";
export {
  deployStack,
  type DeployDeps,
  type DeployOptions,
  type DeployOutcome,
} from "./deploy/deploy.ts";
export { type ChangeDetail, formatChange, summarizeChanges } from "./deploy/format-change.ts";
export { type Look, lookAt } from "./deploy/look.ts";
export type { PlaceFinder } from "./deploy/refusals.ts";
export { findDeployed, getRevision, keepRevision, listRevisions } from "./history/history.ts";
export { formatNews, formatProgress } from "./progress/format-progress.ts";
export type { ServiceProgress } from "./progress/service-progress.ts";
export {
  type BindSource,
  type BoundFile,
  gatherStackFiles,
  type StackDisk,
  type StackFiles,
} from "./files/stack-files.ts";
export { managerName, stackLabels } from "./labels.ts";
export { formatLoss, type Loss } from "./loss.ts";
export { stackDefaults, type StackOptions } from "./options.ts";
export { planStack } from "./plan-stack.ts";
export type {
  DeployedService,
  DeployedStack,
  PlannedObject,
  PlannedService,
  PublishedPort,
  StackPlan,
  UpdatePolicy,
  Wait,
  Workload,
} from "./plan.ts";
export { helmFiles } from "./write/helm.ts";
export { kustomizeFiles } from "./write/kustomize.ts";
export { formatManifests, manifestFiles, type OutputFile } from "./write/manifests.ts";
