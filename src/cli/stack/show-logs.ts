import {
  objectNameOf,
  LineFormatter,
  parseSince,
  showStackLogs,
  type StackLogOptions,
} from "#stack";
import { createPodStreams } from "#client";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";
import { getServicePods, listStackPods, watchStackPods } from "./stack-pods.ts";

export interface LogsFlagValues extends ConnectionFlagValues {
  readonly follow: boolean;
  readonly tail: string;
  readonly since: string | undefined;
  readonly timestamps: boolean;
  readonly "no-color": boolean;
  readonly "no-log-prefix": boolean;
}

/** Shows what the services of a stack print. */
export async function showLogs(
  context: CommandContext,
  [stack, ...services]: readonly string[],
  flags: LogsFlagValues,
  given: readonly string[],
): Promise<void> {
  if (stack === undefined) throw new UsageError("stack logs takes a STACK");
  const options = logOptionsOf(services, flags);
  const { terminal, clock, signal } = context;
  const cluster = await openCluster(context, flags, given);
  const present = await listStackPods(cluster, stack, signal);
  for (const service of services) getServicePods(present, service);
  await using watched = await watchStackPods(context, cluster, stack);
  const isPlain = flags["no-color"] || (context.surroundings.env["NO_COLOR"] ?? "") !== "";
  const lines = new LineFormatter({
    prefix: flags["no-log-prefix"] ? "none" : "label",
    color: isPlain || terminal.columns() === undefined ? "never" : "always",
    timestamps: flags.timestamps ? "shown" : "hidden",
  });
  const show: Parameters<typeof showStackLogs>[0]["show"] = ({ label }, line) =>
    terminal.write(new TextEncoder().encode(`${lines.format(label, line)}\n`));
  await showStackLogs(
    {
      pods: watched.pods,
      streams: createPodStreams(cluster.transport),
      clock,
      announce: ({ label }) => lines.announce(label),
      show,
    },
    options,
    signal,
  );
}

function logOptionsOf(
  services: readonly string[],
  { follow, tail, since: sinceText }: LogsFlagValues,
): StackLogOptions {
  if (tail !== "all" && !/^\d{1,9}$/.test(tail)) {
    throw new UsageError(`--tail must be a number of lines or all, not "${tail}"`);
  }
  const since = sinceText === undefined ? everSince : parseSince(sinceText);
  if (since === undefined) {
    throw new UsageError(`--since must be a time or how long ago (10m), not "${sinceText}"`);
  }
  const tailLines = tail === "all" ? undefined : Number(tail);
  return { services: services.map(objectNameOf), follow, tailLines, since };
}

const everSince = { sinceSeconds: undefined, sinceTime: undefined };
