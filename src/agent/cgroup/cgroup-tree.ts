/**
 * Cgroups as directories: making, limiting and removing them, whichever of the two ways the kernel
 * has them.
 *
 * Version 2 has one hierarchy at `/sys/fs/cgroup`. Version 1 has one per controller, and the same
 * cgroup is a directory in each of them.
 */
import { type Clock, type Disk, type Processes, sleep } from "#base";

import { type CgroupLimits, planCgroupWrites } from "./cgroup-limits.ts";

export type CgroupVersion = "v1" | "v2";

export interface CgroupDeps {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly clock: Clock;
}

const passedOn: ReadonlySet<string> = new Set(["cpu", "cpuset", "memory", "pids", "io", "hugetlb"]);
export const cgroupMountPoint = "/sys/fs/cgroup";
const removeTimeoutMs = 10_000;
const pollMs = 20;
const utf8 = new TextDecoder();

/** Which version containers get. A hybrid system, with v2 beside v1's controllers, counts as v1. */
export async function detectCgroupVersion(disk: Pick<Disk, "findFacts">): Promise<CgroupVersion> {
  const controllers = await disk.findFacts(`${cgroupMountPoint}/cgroup.controllers`);
  return controllers === undefined ? "v1" : "v2";
}

/** The directories of the hierarchies' roots. */
async function listHierarchies(disk: Disk): Promise<readonly string[]> {
  if ((await detectCgroupVersion(disk)) === "v2") return [cgroupMountPoint];
  const names = await disk.listDirectory(cgroupMountPoint);
  const roots: string[] = [];
  for (const name of names) {
    const path = `${cgroupMountPoint}/${name}`;
    // Names such as `cpu,cpuacct` come with a link for each controller.
    if ((await disk.findFacts(path))?.kind === "directory") roots.push(path);
  }
  return roots;
}

/**
 * Makes a cgroup with its limits, or gives an existing one these limits. In version 1 only the
 * hierarchies that limit something are touched; the runtime makes the others.
 *
 * @param cgroup absolute within each hierarchy: `/wherry/main/node-1/kubepods`
 */
export async function applyCgroup(disk: Disk, cgroup: string, limits: CgroupLimits): Promise<void> {
  const version = await detectCgroupVersion(disk);
  if (version === "v2") await enableControllers(disk, cgroup);
  for (const { controller, file, value } of planCgroupWrites(version, limits)) {
    const root = version === "v2" ? cgroupMountPoint : `${cgroupMountPoint}/${controller}`;
    await disk.makeDirectory(`${root}${cgroup}`, { mode: 0o755 });
    await disk.writeFile(`${root}${cgroup}/${file}`, value);
  }
}

/** In version 2 a cgroup has the controllers that each of its parents passes on. */
async function enableControllers(disk: Disk, cgroup: string): Promise<void> {
  let directory = cgroupMountPoint;
  for (const part of cgroup.slice(1).split("/")) {
    const controllers = utf8.decode(await disk.readFile(`${directory}/cgroup.controllers`));
    const wanted = controllers
      .trim()
      .split(" ")
      .filter((name) => passedOn.has(name));
    const line = wanted.map((name) => `+${name}`).join(" ");
    await disk.writeFile(`${directory}/cgroup.subtree_control`, line);
    directory = `${directory}/${part}`;
    await disk.makeDirectory(directory, { mode: 0o755 });
  }
}

/**
 * Kills what runs in a cgroup and those below it, and removes them all. Absent ones are fine.
 *
 * @param cgroup absolute within each hierarchy: `/wherry/main`
 */
export async function removeCgroup(
  deps: CgroupDeps,
  cgroup: string,
  signal: AbortSignal,
): Promise<void> {
  const endMs = deps.clock.elapsedMs() + removeTimeoutMs;
  for (const root of await listHierarchies(deps.disk)) {
    while (!(await tryRemoveTree(deps, `${root}${cgroup}`))) {
      if (deps.clock.elapsedMs() > endMs) {
        throw new Error(`processes in the cgroup ${root}${cgroup} do not end`);
      }
      await sleep(deps.clock, pollMs, signal);
    }
  }
}

/** Removes the cgroups above one that was removed, as far as they are empty. */
export async function removeEmptyParents(deps: CgroupDeps, cgroup: string): Promise<void> {
  const parts = cgroup.slice(1).split("/").slice(0, -1);
  const parents = parts.map((_, depth) => `/${parts.slice(0, depth + 1).join("/")}`).reverse();
  for (const root of await listHierarchies(deps.disk)) {
    for (const parent of parents) {
      if ((await deps.disk.findFacts(root + parent)) === undefined) continue;
      // One that is not empty stays, and so do those above it.
      const { exitCode } = await deps.processes.run("rmdir", ["--", root + parent]);
      if (exitCode !== 0) break;
    }
  }
}

/** True when nothing is left. A killed process stays in its cgroup until it is gone. */
async function tryRemoveTree(deps: CgroupDeps, directory: string): Promise<boolean> {
  const directories = await listTree(deps.disk, directory);
  if (directories.length === 0) return true;
  for (const path of directories) {
    for (const pid of await listProcesses(deps.disk, path)) deps.processes.signal(pid, "SIGKILL");
  }
  // Only rmdir works on cgroups: their files cannot be removed. Children come first.
  const { exitCode } = await deps.processes.run("rmdir", ["--", ...directories]);
  return exitCode === 0;
}

/** A cgroup's directory and those below it, deepest first; empty when there is none. */
async function listTree(disk: Disk, directory: string): Promise<readonly string[]> {
  if ((await disk.findFacts(directory))?.kind !== "directory") return [];
  const below: string[] = [];
  for (const name of await disk.listDirectory(directory)) {
    below.push(...(await listTree(disk, `${directory}/${name}`)));
  }
  return [...below, directory];
}

async function listProcesses(disk: Disk, directory: string): Promise<readonly number[]> {
  const bytes = await disk.findFile(`${directory}/cgroup.procs`);
  const lines = utf8.decode(bytes ?? new Uint8Array(0)).split("\n");
  return lines.filter((line) => line !== "").map(Number);
}
