import { formatAge, listRevisions } from "#stack";
import type { CommandContext } from "../command.ts";
import { getStackName } from "./load-stack.ts";
import { openCluster } from "./open-cluster.ts";
import { printRows } from "./print-rows.ts";
import type { ConnectionFlagValues } from "./stack-flags.ts";

const columns = [
  ["REVISION", "Revision"],
  ["DEPLOYED", "Deployed"],
  ["STATUS", "Status"],
  ["DESCRIPTION", "Description"],
] as const;

export async function listHistory(
  context: CommandContext,
  args: readonly string[],
  flags: ConnectionFlagValues & { readonly format: string },
  given: readonly string[],
): Promise<void> {
  const stack = getStackName(args, "stack history");
  const { objects, namespace } = await openCluster(context, flags, given);
  const revisions = await listRevisions(objects, { stack, namespace }, context.signal);
  if (revisions.length === 0) {
    context.terminal.note(`Nothing found in stack: ${stack}`);
    return;
  }
  const nowMs = context.clock.nowMs();
  const rows = revisions.map(({ number, deployedAtMs, status, description }) => ({
    Revision: String(number),
    Deployed: `${formatAge(nowMs - deployedAtMs)} ago`,
    Status: status,
    Description: description,
  }));
  printRows(context.terminal, rows, columns, { format: flags.format, quiet: false });
}
