import { removeStack } from "#stack";
import type { CommandContext } from "../command.ts";
import { UsageError } from "../usage-error.ts";
import { parseTimeout } from "./duration.ts";
import { closeLocalPorts } from "./local-ports.ts";
import { openCluster } from "./open-cluster.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

interface RemoveFlagValues extends ConnectionFlagValues {
  readonly volumes: boolean;
  readonly detach: boolean;
  readonly timeout: string;
}

export async function removeStacks(
  context: CommandContext,
  stacks: readonly string[],
  flags: RemoveFlagValues,
  given: readonly string[],
): Promise<void> {
  const { terminal, clock, signal } = context;
  if (stacks.length === 0) throw new UsageError("stack rm needs at least one STACK");
  const timeoutMs = parseTimeout("timeout", flags.timeout);
  const cluster = await openCluster(context, flags, given);
  const { objects, namespace } = cluster;
  for (const stack of stacks) {
    terminal.print(`Removing stack: ${stack}`);
    await closeLocalPorts(context, { cluster, stack });
    const removal = await removeStack(
      { objects, clock, signal },
      { stack, namespace },
      { volumes: flags.volumes ? "remove" : "keep", waits: !flags.detach, timeoutMs },
    );
    if (removal.count === 0) terminal.note(`Nothing found in stack: ${stack}`);
    if (removal.namespace === "removed") terminal.print(`Removed namespace: ${namespace}`);
    for (const name of removal.keptVolumes) {
      terminal.note(`kept volume ${name}; "wherry stack rm --volumes" removes it, too`);
    }
  }
}
