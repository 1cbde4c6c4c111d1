import { hasLabel, listServices, listWorkloads, serviceRows } from "#stack";
import type { CommandContext } from "../command.ts";
import { parseFilters, passes } from "./filters.ts";
import { getStackName } from "./load-stack.ts";
import { openCluster } from "./open-cluster.ts";
import { printRows } from "./print-rows.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

interface ServiceFlagValues extends ConnectionFlagValues {
  readonly filter: readonly string[];
  readonly quiet: boolean;
  readonly format: string;
}

const columns = [
  ["ID", "ID"],
  ["NAME", "Name"],
  ["MODE", "Mode"],
  ["REPLICAS", "Replicas"],
  ["IMAGE", "Image"],
  ["PORTS", "Ports"],
] as const;

export async function listStackServices(
  context: CommandContext,
  args: readonly string[],
  flags: ServiceFlagValues,
  given: readonly string[],
): Promise<void> {
  const { terminal, signal } = context;
  const stack = getStackName(args, "stack services");
  const filters = parseFilters(flags.filter, ["name", "mode", "label"]);
  const { objects, namespace } = await openCluster(context, flags, given);
  const workloads = await listWorkloads(objects, { namespace, stack }, signal);
  if (workloads.length === 0) {
    terminal.note(`Nothing found in stack: ${stack}`);
    return;
  }
  const labelled = workloads.filter((workload) =>
    passes(filters, "label", (label) => hasLabel(workload, label)),
  );
  const services = await listServices(objects, { namespace, stack }, signal);
  const rows = serviceRows(stack, labelled, services).filter(
    ({ Name = "", Mode = "" }) =>
      passes(filters, "name", (name) => Name.includes(name)) &&
      passes(filters, "mode", (mode) => Mode.replace(" ", "-") === mode.replace(" ", "-")),
  );
  printRows(terminal, rows, columns, flags);
}
