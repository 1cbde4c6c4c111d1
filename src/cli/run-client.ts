import {
  clientCache,
  type ClientProgram,
  ensureClientProgram,
  findOnPath,
} from "./client-program.ts";
import { type ClusterFlagValues, placeOf, within } from "./cluster.ts";
import type { CommandContext } from "./command.ts";

/** Runs the real program against a cluster, in our place. Gives its exit status. */
export async function runClient(
  context: CommandContext,
  flags: ClusterFlagValues,
  program: ClientProgram,
  args: readonly string[],
): Promise<number> {
  const { env, homeDirectory } = context.surroundings;
  const place = placeOf(context, flags);
  const kubeconfig = within.kubeconfig(place.directory);
  if ((await context.disk.findFacts(kubeconfig)) === undefined) {
    throw new Error(`no cluster "${place.name}" in ${place.directory}; "wherry up" makes one`);
  }
  const deps = { ...context, note: context.terminal.note };
  const path =
    (await findOnPath(context.disk, env["PATH"] ?? "", program)) ??
    (await ensureClientProgram(deps, clientCache(env, homeDirectory), program));
  return context.runForeground(path, args, { KUBECONFIG: kubeconfig });
}
