import type { Command } from "./command.ts";
import { alertmanagerCommand } from "./commands/alertmanager.ts";
import { downCommand } from "./commands/down.ts";
import { helmCommand } from "./commands/helm.ts";
import { imageListCommand, imageLoadCommand } from "./commands/image.ts";
import { kubeconfigCommand } from "./commands/kubeconfig.ts";
import { kubectlCommand } from "./commands/kubectl.ts";
import { logsCommand } from "./commands/logs.ts";
import { monitorWhyCommand } from "./commands/monitor-why.ts";
import { oncallCommands } from "./commands/oncall.ts";
import { prometheusCommand } from "./commands/prometheus.ts";
import { promtoolCommand } from "./commands/promtool.ts";
import { agentCommand, monitorCommand, serverCommand, superviseCommand } from "./commands/roles.ts";
import { sigmaRulesCommand } from "./commands/sigma/rules.ts";
import { sigmaTestCommand } from "./commands/sigma/test.ts";
import { stackBuildCommand } from "./commands/stack/build.ts";
import { stackConfigCommand } from "./commands/stack/config.ts";
import { stackConvertCommand } from "./commands/stack/convert.ts";
import { stackDeployCommand } from "./commands/stack/deploy.ts";
import { stackExecCommand } from "./commands/stack/exec.ts";
import { stackKeepPortsCommand } from "./commands/stack/keep-ports.ts";
import { stackLogsCommand } from "./commands/stack/logs.ts";
import { stackPortForwardCommand } from "./commands/stack/port-forward.ts";
import { stackHistoryCommand } from "./commands/stack/history.ts";
import { stackListCommand } from "./commands/stack/ls.ts";
import { stackPsCommand } from "./commands/stack/ps.ts";
import { stackRemoveCommand } from "./commands/stack/rm.ts";
import { stackRollbackCommand } from "./commands/stack/rollback.ts";
import { stackServicesCommand } from "./commands/stack/services.ts";
import { recommendNodesCommand } from "./commands/recommend-nodes.ts";
import { simulateHpaCommand } from "./commands/simulate.ts";
import { stackWatchCommand } from "./commands/stack/watch.ts";
import { statusCommand } from "./commands/status.ts";
import { upCommand } from "./commands/up.ts";
import { versionCommand } from "./commands/version.ts";

/** Every command, in the order in which help lists them. */
export const commands: readonly Command[] = [
  upCommand,
  downCommand,
  statusCommand,
  logsCommand,
  kubeconfigCommand,
  kubectlCommand,
  helmCommand,
  imageLoadCommand,
  imageListCommand,
  stackDeployCommand,
  stackLogsCommand,
  stackExecCommand,
  stackPortForwardCommand,
  stackWatchCommand,
  stackListCommand,
  stackPsCommand,
  stackServicesCommand,
  stackHistoryCommand,
  stackRollbackCommand,
  stackRemoveCommand,
  stackBuildCommand,
  stackConvertCommand,
  stackConfigCommand,
  monitorWhyCommand,
  prometheusCommand,
  promtoolCommand,
  sigmaTestCommand,
  sigmaRulesCommand,
  alertmanagerCommand,
  ...oncallCommands,
  simulateHpaCommand,
  recommendNodesCommand,
  versionCommand,
  stackKeepPortsCommand,
  superviseCommand,
  monitorCommand,
  serverCommand,
  agentCommand,
];
