import { mapConcurrent } from "#base";
import { listWorkloads, stackRows } from "#stack";
import type { CommandContext } from "../command.ts";
import { openCluster } from "./open-cluster.ts";
import { printRows } from "./print-rows.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

interface ListFlagValues extends Omit<ConnectionFlagValues, "namespace"> {
  readonly namespace: readonly string[];
  readonly "all-namespaces": boolean;
  readonly format: string;
}

const columns = [
  ["NAME", "Name"],
  ["SERVICES", "Services"],
  ["ORCHESTRATOR", "Orchestrator"],
  ["NAMESPACE", "Namespace"],
] as const;

const namespacesAtOnce = 4;

export async function listStacks(
  context: CommandContext,
  flags: ListFlagValues,
  given: readonly string[],
): Promise<void> {
  const cluster = await openCluster(context, { ...flags, namespace: undefined }, given);
  const named = flags.namespace.length > 0 ? flags.namespace : [cluster.namespace];
  const namespaces = flags["all-namespaces"] ? [undefined] : named;
  const workloads = await mapConcurrent(namespaces, namespacesAtOnce, (namespace) =>
    listWorkloads(cluster.objects, { namespace, stack: undefined }, context.signal),
  );
  const { format } = flags;
  printRows(context.terminal, stackRows(workloads.flat()), columns, { format, quiet: false });
}
