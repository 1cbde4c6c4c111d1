import { describeError } from "#base";
import { isServerReady, listNodeStates, type NodeState } from "../api-request.ts";
import {
  type ClusterConfig,
  type ClusterPlace,
  clusterFlags,
  findConfig,
  findOrphans,
  findRunning,
  monitorUrl,
  type PartState,
  placeOf,
  type SupervisorState,
  within,
} from "../cluster.ts";
import { type CommandContext, defineCommand, refuseArgs } from "../command.ts";
import { outputFlag } from "../output-flag.ts";
import { formatTable } from "../table.ts";

interface Answer {
  readonly server: string;
  /** Empty when the server is ready. */
  readonly problem: string;
  readonly nodes: readonly NodeState[];
}

export const statusCommand = defineCommand({
  usage: "status",
  summary: "Show what runs of a cluster and whether it is ready.",
  description: "Exit status 0 when the server and every node are ready, else 1.",
  examples: ["status", "status --output json"],
  flags: { ...clusterFlags, ...outputFlag },
  async run(args, flags, context) {
    refuseArgs("status", args);
    const place = placeOf(context, flags);
    const config = await findConfig(context.disk, place.directory);
    if (config === undefined) {
      throw new Error(`no cluster "${place.name}" in ${place.directory}; "wherry up" makes one`);
    }
    const running = await findRunning(context, place.directory);
    const orphans = await findOrphans(context, place.directory);
    const answer = running === undefined ? undefined : await ask(context, place);
    const isReady = answer?.problem === "" && answer.nodes.every((node) => node.isReady);
    if (flags.output === "json") {
      context.terminal.print(JSON.stringify({ ...config, isReady, running, orphans, ...answer }));
    } else {
      const lines =
        running === undefined
          ? describeStopped(config, orphans)
          : describe(context, config, running, answer);
      for (const line of lines) context.terminal.print(line);
    }
    return isReady ? 0 : 1;
  },
});

async function ask(context: CommandContext, place: ClusterPlace): Promise<Answer> {
  const { endpointOf, readAccess } = await import("../kubeconfig.ts");
  const access = await readAccess(context.disk, within.kubeconfig(place.directory));
  try {
    const api = await context.connect(endpointOf(access));
    const isReady = await isServerReady(api, context.signal);
    const nodes = await listNodeStates(api, context.signal);
    return { server: access.server, problem: isReady ? "" : "not ready", nodes };
  } catch (error) {
    // That the server does not answer is what this command is there to tell.
    if (context.signal.aborted) throw error;
    return { server: access.server, problem: describeError(error), nodes: [] };
  }
}

/** Nobody keeps the cluster running; what is left of it may run on for a while. */
function describeStopped(
  { name }: ClusterConfig,
  orphans: readonly PartState[],
): readonly string[] {
  if (orphans.length === 0) return [`cluster "${name}" is down; "wherry up" starts it`];
  const parts = orphans.map((part) => `${part.name} (pid ${part.pid})`).join(", ");
  return [
    `cluster "${name}" has lost its supervisor, nothing restarts what ends; still running: ${parts}`,
    `"wherry up" starts it anew, "wherry down" ends what runs`,
  ];
}

function describe(
  context: CommandContext,
  config: ClusterConfig,
  running: SupervisorState,
  answer: Answer | undefined,
): readonly string[] {
  const problem = answer?.problem ?? "";
  const nowMs = context.clock.nowMs();
  const parts = running.parts.map((part) => [
    part.name,
    part.pid === 0 ? "-" : String(part.pid),
    part.pid === 0 ? "waiting to start" : `${Math.round((nowMs - part.startedAtMs) / 1000)}s`,
    String(part.restartCount),
  ]);
  const nodes = (answer?.nodes ?? []).map((node) => [
    node.name,
    node.isReady ? "Ready" : "NotReady",
  ]);
  return [
    `cluster "${config.name}" (${config.runtime}) at ${answer?.server}: ${problem === "" ? "ready" : problem}`,
    ...(config.monitorPort === "none" ? [] : [`monitoring at ${monitorUrl(config)}`]),
    ...(config.alertingPort === "none"
      ? []
      : [`alerting at http://127.0.0.1:${config.alertingPort}`]),
    "",
    ...formatTable(["PART", "PID", "UP", "RESTARTS"], parts),
    "",
    ...formatTable(["NODE", "STATUS"], nodes),
  ];
}
