export { formatMappingTables } from "./attributes/mapping-table.ts";
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
