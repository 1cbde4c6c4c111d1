import type { BroughtUp } from "../bring-up.ts";
import { absolute, clusterFlags, type ClusterPlace, monitorUrl, placeOf } from "../cluster.ts";
import { type CommandContext, defineCommand, refuseArgs } from "../command.ts";
import { nodeGroupFlag, parseNodeGroup } from "../node-group-flag.ts";
import { UsageError } from "../usage-error.ts";
import { outputFlag } from "../output-flag.ts";

const secondMs = 1000;

export const upCommand = defineCommand({
  usage: "up",
  summary: "Bring a cluster up, or say that it is up.",
  description:
    "Starts the cluster in the background, waits until its nodes are Ready, and makes its context\n" +
    "the current one of your kubeconfig. A cluster that was stopped comes back as it was.",
  examples: [
    "up",
    "up --nodes 2",
    "up --runtime simulated --nodes 100",
    "up --runtime simulated --node-group name=small,max=5,cpu=4,memory=8Gi",
    "up --name two --port 0",
  ],
  flags: {
    ...clusterFlags,
    nodes: { type: "integer", placeholder: "N", min: 0, max: 5000, help: "how many (default 1)" },
    "node-group": nodeGroupFlag,
    port: {
      type: "integer",
      placeholder: "PORT",
      min: 0,
      max: 65_535,
      help: "of the API server, 0 for a free one (default 6443)",
    },
    runtime: {
      type: "string",
      placeholder: "KIND",
      choices: ["containerd", "simulated"],
      help: "containerd (default, needs root), or simulated: pods that only pretend",
    },
    "monitor-port": {
      type: "integer",
      placeholder: "PORT",
      min: 0,
      max: 65_535,
      help: "of the monitoring engine, or the next free one (default 9090)",
    },
    "external-url": {
      type: "string",
      placeholder: "URL",
      help: "where people reach the Alertmanager from elsewhere, for links in pages",
    },
    "metrics-adapter-config": {
      type: "string",
      placeholder: "FILE",
      help: "rules for custom and external metrics, as prometheus-adapter has them",
    },
    "no-monitor": { type: "boolean", help: "leave the monitoring engine out" },
    wait: { type: "boolean", default: true, help: "wait until the nodes are Ready (default true)" },
    timeout: {
      type: "integer",
      placeholder: "SECONDS",
      min: 1,
      max: 3600,
      default: 120,
      help: "how long to wait",
    },
    ...outputFlag,
  },
  async run(args, flags, context) {
    refuseArgs("up", args);
    const place = placeOf(context, flags);
    const request = {
      name: place.name,
      runtime: flags.runtime,
      port: flags.port,
      nodeCount: flags.nodes,
      nodeGroups: flags["node-group"].map(parseNodeGroup),
      metricRules: await readMetricRules(context, flags["metrics-adapter-config"]),
      monitorPort: flags["no-monitor"] ? ("none" as const) : flags["monitor-port"],
      externalUrl: flags["external-url"],
    };
    const { bringUp } = await import("../bring-up.ts");
    const result = await bringUp(context, place, request, {
      waitFor: flags.wait ? "nodes" : "server",
      timeoutMs: flags.timeout * secondMs,
    });
    if (flags.output === "json") context.terminal.print(JSON.stringify(facts(place, result)));
    else printResult(context, place, result);
  },
});

/** What is wrong with single rules is told once the cluster has looked at them. */
async function readMetricRules(
  context: CommandContext,
  file: string | undefined,
): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const bytes = await context.disk.findFile(absolute(context, file));
  if (bytes === undefined) throw new UsageError(`--metrics-adapter-config: no such file: ${file}`);
  const text = new TextDecoder().decode(bytes);
  const { listAt, parseYaml } = await import("#api");
  const [found] = parseYaml(text);
  const rules = ["rules", "externalRules"].map((list) => listAt(found?.value, list));
  if (rules.some((list) => list.length > 0)) return text;
  throw new UsageError(`--metrics-adapter-config: ${file} has neither rules nor externalRules`);
}

function facts(place: ClusterPlace, result: BroughtUp) {
  return {
    name: place.name,
    server: result.server,
    kubeconfig: place.sharedKubeconfig,
    context: place.contextName,
    dataDirectory: place.directory,
    monitor: result.config.monitorPort === "none" ? undefined : monitorUrl(result.config),
    wasUp: result.wasUp,
    nodes: result.nodes,
  };
}

function printResult(context: CommandContext, place: ClusterPlace, result: BroughtUp): void {
  const { terminal } = context;
  const seconds = (result.elapsedMs / secondMs).toFixed(1);
  const nodes = result.nodes.length === 0 ? "" : `, ${result.nodes.length} node(s) Ready`;
  terminal.print(
    result.wasUp
      ? `cluster "${place.name}" is already up at ${result.server}${nodes}`
      : `cluster "${place.name}" is up at ${result.server}${nodes} (${seconds} s)`,
  );
  terminal.print(`kubeconfig: ${place.sharedKubeconfig}, context ${place.contextName}`);
  if (result.config.monitorPort !== "none") {
    terminal.print(`monitoring: ${monitorUrl(result.config)}`);
  }
  if (result.wasUp) return;
  const name = place.name === "default" ? "" : ` --name ${place.name}`;
  terminal.print("");
  terminal.print("Next:");
  terminal.print("  kubectl get nodes               (or: wherry kubectl get nodes)");
  terminal.print(`  wherry status${name}`);
  terminal.print(`  wherry down${name}`);
}
