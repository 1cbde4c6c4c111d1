import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { createPodStreams } from "#client";
import { objectNameOf } from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { commandInContainer } from "./command-in-container.ts";
import { openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";
import { getServicePods, listStackPods } from "./stack-pods.ts";

export interface ExecFlagValues extends ConnectionFlagValues {
  readonly "no-tty": boolean;
  readonly index: number | undefined;
  readonly env: readonly string[];
  readonly workdir: string | undefined;
  readonly user: string | undefined;
  readonly privileged: boolean;
  readonly detach: boolean;
}

/** Runs a command in a container of a service. Gives its exit status. */
export async function execInService(
  context: CommandContext,
  [stack, service, ...words]: readonly string[],
  flags: ExecFlagValues,
  given: readonly string[],
): Promise<number> {
  if (stack === undefined || service === undefined || words.length === 0) {
    throw new UsageError("stack exec takes a STACK, a SERVICE and a COMMAND");
  }
  refuseImpossible(flags);
  const { terminal, signal } = context;
  const cluster = await openCluster(context, flags, given);
  const pods = getServicePods(await listStackPods(cluster, stack, signal), service);
  const { metadata } = podAt(pods, service, flags.index);
  const isTerminal = terminal.isInteractive() && !flags["no-tty"];
  using _raw = isTerminal ? terminal.makeRaw() : undefined;
  return await createPodStreams(cluster.transport).exec(
    { namespace: metadata.namespace ?? "", name: metadata.name },
    { container: objectNameOf(service), words: commandInContainer(words, flags) },
    {
      input: terminal.openInput(),
      output: terminal.write,
      error: terminal.writeError,
      ...(isTerminal ? { terminal: terminal.sizes(signal) } : {}),
    },
    signal,
  );
}

/** What the API has no way to say. */
function refuseImpossible({ user, privileged, detach }: ExecFlagValues): void {
  if (user !== undefined) {
    throw new UsageError("--user: on Kubernetes a command runs as the user of its container");
  }
  if (privileged) {
    throw new UsageError("--privileged: on Kubernetes a command may do what its container may");
  }
  if (detach) {
    throw new UsageError("--detach: on Kubernetes a command ends with the connection to it");
  }
}

/** One that runs, if it does not matter which. */
function podAt(pods: readonly Live<Pod>[], service: string, index: number | undefined): Live<Pod> {
  const running = pods.find(({ status }) => status?.phase === "Running");
  const chosen = index === undefined ? (running ?? pods[0]) : pods[index - 1];
  if (chosen !== undefined) return chosen;
  throw new UsageError(
    `service ${service} has ${pods.length} pods, so there is no --index ${index}`,
  );
}
