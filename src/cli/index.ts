export { type ClientDeps, clientCache, ensureClientProgram } from "./client-program.ts";
export {
  alertingUrl,
  type ClusterConfig,
  findConfig,
  findSupervisorState,
  type PartState,
  type SupervisorState,
  within,
  writeConfig,
} from "./cluster.ts";
export type {
  ApiAccess,
  ApiEndpoint,
  CommandContext,
  HistoryServer,
  NodeImage,
  OpenHistory,
  Roles,
  Surroundings,
  Terminal,
} from "./command.ts";
export { commands } from "./commands.ts";
export { dispatch } from "./dispatch.ts";
export { formatKubeconfig } from "./kubeconfig.ts";
export type {
  AlertmanagerClusterSettings,
  AlertmanagerProgramSettings,
} from "./alertmanager-flags.ts";
export type { PrometheusFlagValues, PrometheusSettings } from "./prometheus-flags.ts";
export { formatReference } from "./reference.ts";
