export { formatMappingTables } from "./attributes/mapping-table.ts";
export { buildArguments, type BuildSecret } from "./build/build-arguments.ts";
export { buildOrder } from "./build/build-order.ts";
export { type Builder, type BuilderName, builderNames, builders } from "./build/builders.ts";
export { builtImageName, tagOfImage } from "./build/image-name.ts";
export type { DeployOutcome } from "./deploy/deploy.ts";
export { type ChangeDetail, formatChange, summarizeChanges } from "./deploy/format-change.ts";
export { type Look, lookAt } from "./deploy/look.ts";
export type { PlaceFinder } from "./deploy/refusals.ts";
export { removeStack } from "./deploy/remove.ts";
export { runDeployment } from "./deploy/run-deployment.ts";
export { findDeployed, getRevision, listRevisions } from "./history/history.ts";
export { choosePrevious } from "./history/revision.ts";
export { formatAge } from "./list/age.ts";
export { listServices, listTasks, listWorkloads } from "./list/list.ts";
export type { Row } from "./list/row.ts";
export { hasLabel, serviceRows } from "./list/service-rows.ts";
export { stackRows } from "./list/stack-rows.ts";
export { taskNameOf, taskRows, taskServiceOf } from "./list/task-rows.ts";
export { formatNews, formatProgress } from "./progress/format-progress.ts";
export type { ServiceProgress } from "./progress/service-progress.ts";
export { type OpenForward, openForwards } from "./forward/forward-ports.ts";
export { type Forward, localhost, parseForward, planForwards } from "./forward/plan-forwards.ts";
export {
  type BindSource,
  type BoundFile,
  gatherStackFiles,
  type StackDisk,
  type StackFiles,
} from "./files/stack-files.ts";
export { managerName, stackLabels } from "./labels.ts";
export { LineFormatter } from "./logs/line-format.ts";
export { parseSince } from "./logs/parse-since.ts";
export { showStackLogs, type StackLogOptions } from "./logs/stack-logs.ts";
export { formatLoss, type Loss } from "./loss.ts";
export { stackDefaults, type StackOptions } from "./options.ts";
export { contentHash, objectNameOf } from "./names.ts";
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
export { isReady, podsOfService, servicesOf } from "./service-pods.ts";
export { parseIgnoreFile } from "./watch/ignore-patterns.ts";
export {
  type OverlaidService,
  type Overlay,
  overlayBytesMax,
  overlayContent,
  overlayKind,
  overlayWorkload,
} from "./watch/overlay.ts";
export { watchFiles } from "./watch/watch-files.ts";
export { type WatchRule, watchRulesOf } from "./watch/watch-rules.ts";
export {
  accountIn,
  answeredAccount,
  type DockerConfig,
  helperFor,
  parseDockerConfig,
  registryOf,
} from "./registry/docker-config.ts";
export { helmFiles } from "./write/helm.ts";
export { kustomizeFiles } from "./write/kustomize.ts";
export { formatManifests, manifestFiles, type OutputFile } from "./write/manifests.ts";
