/** Takes a node's containerd apart so that nothing of it is left in the kernel. */
import { type Clock, type Disk, describeError, type Logger, type Processes, sleep } from "#base";
import { removeCgroup, removeEmptyParents } from "../cgroup/cgroup-tree.ts";
import type { Runtime } from "../runtime.ts";
import { type ContainerdPaths, containerdPaths } from "./containerd-config.ts";
import { mountsBelow } from "./mounts.ts";
import { findContainerd, listShims } from "./process-list.ts";

export interface RemoveDeps {
  readonly disk: Disk;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface RemoveOptions {
  readonly nodeDirectory: string;
  /** The cgroup that holds all pods of the node, relative to each hierarchy: `/wherry/main/node-1`. */
  readonly cgroup: string;
  /** Whether images are kept for the next start. */
  readonly images: "keep" | "remove";
}

const stopTimeoutMs = 5_000;
const pollMs = 20;
const utf8 = new TextDecoder();

/**
 * Stops every pod, containerd itself and what is left of their shims, mounts, network namespaces,
 * sockets and cgroups. Needs no containerd that works: what cannot be asked to stop is killed.
 */
export async function removeContainerd(
  deps: RemoveDeps,
  options: RemoveOptions,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  const paths = containerdPaths(options.nodeDirectory);
  const pid = await findContainerd(deps.disk, paths);
  if (pid !== undefined) {
    await removeSandboxes(deps, runtime, signal);
    await stopProcess(deps, pid, signal);
  }
  await killShims(deps, paths);
  await removeCgroup(deps, options.cgroup, signal);
  // The cluster's cgroup goes with its last node.
  await removeEmptyParents(deps, options.cgroup);
  await unmountAll(deps, paths);
  await deps.disk.remove(options.images === "remove" ? paths.home : paths.state);
}

/** Asks nicely first: only this takes pods out of CNI's books. */
async function removeSandboxes(
  { logger }: RemoveDeps,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  const remove = async (id: string) => {
    await runtime.sandboxes.stop(id, signal);
    await runtime.sandboxes.remove(id, signal);
  };
  try {
    const sandboxes = await runtime.sandboxes.list({}, signal);
    await Promise.all(sandboxes.map(({ id }) => remove(id)));
  } catch (error) {
    // A broken containerd must not keep us from removing it: the rest is killed.
    if (signal.aborted) throw error;
    logger.warn("pods did not stop, killing them", { reason: describeError(error) });
  }
}

async function stopProcess(deps: RemoveDeps, pid: number, signal: AbortSignal): Promise<void> {
  for (const name of ["SIGTERM", "SIGKILL"] as const) {
    deps.processes.signal(pid, name);
    const endMs = deps.clock.elapsedMs() + stopTimeoutMs;
    while (deps.clock.elapsedMs() < endMs) {
      if (!deps.processes.isRunning(pid)) return;
      await sleep(deps.clock, pollMs, signal);
    }
  }
}

async function killShims({ disk, processes }: RemoveDeps, paths: ContainerdPaths): Promise<void> {
  for (const pid of await listShims(disk, paths)) processes.signal(pid, "SIGKILL");
  await removeShimSockets(disk, paths);
}

/** Shims listen outside of our directories; a killed one leaves its socket there. */
async function removeShimSockets(disk: Disk, paths: ContainerdPaths): Promise<void> {
  const bundles = `${paths.state}/io.containerd.runtime.v2.task/k8s.io`;
  if ((await disk.findFacts(bundles)) === undefined) return;
  for (const id of await disk.listDirectory(bundles)) {
    const address = await disk.findFile(`${bundles}/${id}/address`);
    if (address === undefined) continue;
    const path = utf8.decode(address).replace(/^unix:\/\//, "");
    if (path.startsWith("/run/containerd/s/")) await disk.remove(path);
  }
}

async function unmountAll(deps: RemoveDeps, paths: ContainerdPaths): Promise<void> {
  const mountInfo = utf8.decode(await deps.disk.readFile("/proc/self/mountinfo"));
  const mounts = mountsBelow(mountInfo, paths.home);
  if (mounts.length === 0) return;
  // Lazily: a process that is still dying may hold a file for a moment.
  const { exitCode, stderr } = await deps.processes.run("umount", ["--lazy", "--", ...mounts]);
  if (exitCode !== 0) throw new Error(`unmounting below ${paths.home}: ${stderr.trim()}`);
}
