/** The long-running parts of a cluster, as commands that the supervisor starts. */
import { absolute, within } from "../cluster.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import type { Flags } from "../flags.ts";
import { prometheusFlags } from "../prometheus-flags.ts";
import { UsageError } from "../usage-error.ts";

const roleFlags = {
  "data-dir": { type: "string", placeholder: "DIR", help: "the cluster's data directory" },
} as const satisfies Flags;

export const superviseCommand = defineCommand({
  usage: "supervise",
  summary: "Keep the parts of a cluster running.",
  examples: [],
  flags: roleFlags,
  isHidden: true,
  run: (_args, flags, context) =>
    context.roles.supervise(directoryOf(context, flags), context.signal),
});

export const serverCommand = defineCommand({
  usage: "server",
  summary: "Run the control plane in the foreground.",
  examples: [],
  flags: roleFlags,
  isHidden: true,
  run: (_args, flags, context) => context.roles.server(directoryOf(context, flags), context.signal),
});

export const agentCommand = defineCommand({
  usage: "agent",
  summary: "Run one node, or all simulated nodes, in the foreground.",
  examples: [],
  flags: {
    ...roleFlags,
    node: { type: "string", placeholder: "NAME", help: "which node (default: all simulated ones)" },
  },
  isHidden: true,
  run: (_args, flags, context) =>
    context.roles.agent(directoryOf(context, flags), flags.node, context.signal),
});

export const monitorCommand = defineCommand({
  usage: "monitor",
  summary: "Run the monitoring engine of a cluster in the foreground.",
  examples: [],
  flags: { ...roleFlags, ...prometheusFlags },
  isHidden: true,
  run(_args, flags, context) {
    const directory = directoryOf(context, flags);
    const settings = {
      flags,
      configFile: within.monitorConfig(directory),
      storagePath: within.samples(directory),
      webConfigFile: "",
    };
    return context.roles.monitor(directory, settings, context.signal);
  },
});

function directoryOf(
  context: CommandContext,
  flags: { readonly "data-dir": string | undefined },
): string {
  const directory = flags["data-dir"];
  if (directory === undefined) throw new UsageError("--data-dir is required");
  return absolute(context, directory);
}
