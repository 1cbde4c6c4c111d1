/** Stops a cluster: what `wherry down` does. */
import { type Disk, sleep } from "#base";
import {
  clusterFiles,
  type ClusterPlace,
  findOrphans,
  findRunning,
  isRunning,
  type PartState,
  within,
} from "./cluster.ts";
import type { CommandContext } from "./command.ts";
import { withoutKubeconfig } from "./kubeconfig.ts";

const pollMs = 20;

/** The supervisor ends its parts one after another and is patient with each. */
const supervisorMsMax = 60_000;

/** A part without a supervisor gets this long before it is killed. */
const orphanMsMax = 10_000;

/**
 * Stops what runs of a cluster, also what a dead supervisor left, its containers and networks. What
 * is in files stays. Tells whether anything ran.
 */
export async function takeDown(
  context: CommandContext,
  place: ClusterPlace,
  images: "keep" | "remove",
): Promise<boolean> {
  const running = await findRunning(context, place.directory);
  if (running !== undefined) {
    await endProcess(context, running, supervisorMsMax);
  }
  const orphanCount = await endOrphans(context, place.directory);
  await context.disk.remove(within.supervisor(place.directory));
  if ((await context.disk.findFacts(within.config(place.directory))) !== undefined) {
    await context.roles.sweep(place.directory, images, context.signal);
  }
  return running !== undefined || orphanCount > 0;
}

/** Ends the parts that run without a supervisor, as they do once it was killed. Gives how many. */
export async function endOrphans(context: CommandContext, directory: string): Promise<number> {
  const orphans = await findOrphans(context, directory);
  // Agents before the server, so that they can still say what they did.
  for (const part of orphans.toReversed()) await endProcess(context, part, orphanMsMax);
  return orphans.length;
}

/** Removes the files of a stopped cluster, and its context from the person's kubeconfig. */
export async function purge(context: CommandContext, place: ClusterPlace): Promise<void> {
  const { disk } = context;
  if ((await disk.findFacts(within.config(place.directory))) !== undefined) {
    await removeFiles(disk, place.directory);
  }
  const bytes = await disk.findFile(place.sharedKubeconfig);
  if (bytes === undefined) return;
  const text = new TextDecoder().decode(bytes);
  const without = withoutKubeconfig(text, place.contextName);
  if (without === undefined) await disk.remove(place.sharedKubeconfig);
  else if (without !== text) {
    await disk.replaceFile(place.sharedKubeconfig, without, { mode: 0o600 });
  }
}

/**
 * Removes what we keep in a data directory, and the directory when nothing else is in it. Refuses
 * while anything is mounted there: behind a mount are files that are not ours.
 */
async function removeFiles(disk: Disk, directory: string): Promise<void> {
  const mounts = mountsBelow(
    new TextDecoder().decode(await disk.findFile("/proc/mounts")),
    directory,
  );
  if (mounts.length > 0) {
    throw new Error(`still mounted, so not removed: ${mounts.join(", ")}; unmount and try again`);
  }
  for (const path of clusterFiles(directory)) await disk.remove(path);
  await removeIfEmpty(disk, directory);
  const parent = directory.slice(0, directory.lastIndexOf("/"));
  if (ownRoots.some((root) => parent.endsWith(root))) await removeIfEmpty(disk, parent);
}

/** Directories that we made to hold clusters; without one they are not needed. */
const ownRoots = ["/.wherry", "/var/lib/wherry"];

async function removeIfEmpty(disk: Disk, directory: string): Promise<void> {
  if ((await disk.listDirectory(directory)).length === 0) await disk.remove(directory);
}

/** Mount points at or below `directory`, from the text of /proc/mounts. */
function mountsBelow(table: string, directory: string): readonly string[] {
  return table
    .split("\n")
    .map((line) => line.split(" ")[1]?.replaceAll("\\040", " ") ?? "")
    .filter((path) => path === directory || path.startsWith(`${directory}/`));
}

async function endProcess(
  context: CommandContext,
  part: Pick<PartState, "pid" | "identity">,
  patienceMs: number,
): Promise<void> {
  const deadlineMs = context.clock.elapsedMs() + patienceMs;
  context.processes.signal(part.pid, "SIGTERM");
  while (isRunning(context.processes, part)) {
    if (context.clock.elapsedMs() > deadlineMs) context.processes.signal(part.pid, "SIGKILL");
    await sleep(context.clock, pollMs, context.signal);
  }
}
