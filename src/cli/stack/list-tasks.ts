import { listTasks, taskNameOf, taskRows, taskServiceOf } from "#stack";
import type { CommandContext } from "../command.ts";
import { parseFilters, passes } from "./filters.ts";
import { getStackName } from "./load-stack.ts";
import { openCluster } from "./open-cluster.ts";
import { printRows } from "./print-rows.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

interface TaskFlagValues extends ConnectionFlagValues {
  readonly filter: readonly string[];
  readonly "no-trunc": boolean;
  readonly quiet: boolean;
  readonly format: string;
}

const columns = [
  ["ID", "ID"],
  ["NAME", "Name"],
  ["IMAGE", "Image"],
  ["NODE", "Node"],
  ["DESIRED STATE", "DesiredState"],
  ["CURRENT STATE", "CurrentState"],
  ["ERROR", "Error"],
  ["PORTS", "Ports"],
] as const;

export async function listStackTasks(
  context: CommandContext,
  args: readonly string[],
  flags: TaskFlagValues,
  given: readonly string[],
): Promise<void> {
  const stack = getStackName(args, "stack ps");
  const filters = parseFilters(flags.filter, ["name", "service", "node"]);
  const { objects, namespace } = await openCluster(context, flags, given);
  const pods = await listTasks(objects, { namespace, stack }, context.signal);
  if (pods.length === 0) {
    context.terminal.note(`Nothing found in stack: ${stack}`);
    return;
  }
  const wanted = pods.filter((pod) => {
    const service = taskServiceOf(pod);
    const isService = (name: string) => name === service || name === `${stack}_${service}`;
    const isNamed = (name: string) => taskNameOf(stack, pod).includes(name);
    return (
      passes(filters, "service", isService) &&
      passes(filters, "name", isNamed) &&
      passes(filters, "node", (node) => node === pod.spec?.nodeName)
    );
  });
  const options = { nowMs: context.clock.nowMs(), truncated: !flags["no-trunc"] };
  printRows(context.terminal, taskRows(stack, wanted, options), columns, flags);
}
