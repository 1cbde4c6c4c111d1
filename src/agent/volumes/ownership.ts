/** Gives a volume to the group that the pod names (`fsGroup`). */

import type { Disk, Processes } from "#base";

export interface OwnershipDeps {
  readonly disk: Pick<Disk, "findFacts" | "listDirectory" | "setMode" | "setOwner">;
  readonly processes: Pick<Processes, "run">;
}

export interface Ownership {
  readonly fsGroup: number;
  /** `OnRootMismatch` leaves the whole tree alone when its root is right already. */
  readonly policy: string;
}

const readWriteBits = 0o660;
const enterBits = 0o110;
const inheritGroupBit = 0o2000;

/** The group may read, write and enter everything, and owns what will be made there. */
export async function giveToGroup(
  deps: OwnershipDeps,
  directory: string,
  { fsGroup, policy }: Ownership,
  signal: AbortSignal,
): Promise<void> {
  if (policy === "OnRootMismatch" && (await isRootRight(deps, directory, fsGroup, signal))) return;
  await give(deps, directory, fsGroup, signal);
}

async function isRootRight(
  { disk, processes }: OwnershipDeps,
  directory: string,
  fsGroup: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { stdout } = await processes.run("stat", ["-c", "%g", "--", directory], { signal });
  const mode = (await disk.findFacts(directory))?.mode ?? 0;
  const needed = readWriteBits | enterBits | inheritGroupBit;
  return Number(stdout.trim()) === fsGroup && (mode & needed) === needed;
}

async function give(
  deps: OwnershipDeps,
  path: string,
  fsGroup: number,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const facts = await deps.disk.findFacts(path);
  if (facts === undefined) return;
  await deps.disk.setOwner(path, -1, fsGroup);
  if (facts.kind === "symlink") return;
  if (facts.kind !== "directory") {
    await deps.disk.setMode(path, facts.mode | readWriteBits);
    return;
  }
  await deps.disk.setMode(path, facts.mode | readWriteBits | enterBits | inheritGroupBit);
  for (const name of await deps.disk.listDirectory(path)) {
    await give(deps, `${path}/${name}`, fsGroup, signal);
  }
}
