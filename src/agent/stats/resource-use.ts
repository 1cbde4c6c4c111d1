/**
 * Processor time and memory of a node, its pods and their containers: what autoscalers and `kubectl top`
 * go by, and nothing else, because it is read every few seconds.
 *
 * The kernel is asked, not the runtime: that is a few small files for each container, and containerd
 * before 1.7 ends when somebody lists its sandboxes while their statistics are asked for (it writes to
 * the map that others read).
 */
import { type Disk, mapConcurrent } from "#base";
import { findPodCgroups, type PodCgroupPaths, readCgroupUse } from "../cgroup/read-usage.ts";
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "../pod/labels.ts";
import type { Runtime } from "../runtime.ts";
import type { ContainerSummary, SandboxSummary } from "../runtime-state.ts";
import { parseCpuNanoseconds, parseMemory } from "./proc-files.ts";
import type { ContainerUse, PodUse, ResourceUse, Used } from "./stats-metrics.ts";

export interface ResourceUseDeps {
  readonly runtime: Pick<Runtime, "sandboxes" | "containers">;
  readonly disk: Pick<Disk, "findFile" | "findFacts" | "listDirectory" | "readFile">;
  readonly clock: { nowMs(): number };
}

/** Pods read at the same time: the files are the kernel's, and the waiting is short. */
const readsMax = 8;
const nanosecondsPerSecond = 1e9;
const utf8 = new TextDecoder();

/** @param nodeCgroup the cgroup below which all of the node is */
export async function collectResourceUse(
  deps: ResourceUseDeps,
  nodeCgroup: string,
  signal: AbortSignal,
): Promise<ResourceUse> {
  const { runtime, disk } = deps;
  const [sandboxes, containers, cgroups] = await Promise.all([
    runtime.sandboxes.list({ state: "ready" }, signal),
    runtime.containers.list({ state: "running" }, signal),
    findPodCgroups(disk, `${nodeCgroup}/kubepods`),
  ]);
  const bySandbox = Map.groupBy(containers, ({ sandboxId }) => sandboxId);
  const pods = await mapConcurrent(sandboxes, readsMax, (sandbox) =>
    podUse(deps, cgroups, sandbox, bySandbox.get(sandbox.id) ?? []),
  );
  return { ...(await machineUse(deps)), pods };
}

async function podUse(
  deps: ResourceUseDeps,
  cgroups: PodCgroupPaths,
  { labels }: SandboxSummary,
  containers: readonly ContainerSummary[],
): Promise<PodUse> {
  const path = cgroups.byUid.get(labels[podUidLabel] ?? "");
  return {
    name: labels[podNameLabel] ?? "",
    namespace: labels[podNamespaceLabel] ?? "",
    ...(await cgroupUse(deps, cgroups, path)),
    containers: await Promise.all(
      containers.map(
        async ({ id, labels: own, createdAtMs }): Promise<ContainerUse> => ({
          name: own[containerNameLabel] ?? "",
          startedAtMs: createdAtMs,
          ...(await cgroupUse(deps, cgroups, path === undefined ? undefined : `${path}/${id}`)),
        }),
      ),
    ),
  };
}

async function cgroupUse(
  { disk, clock }: ResourceUseDeps,
  { version }: PodCgroupPaths,
  path: string | undefined,
): Promise<Used> {
  const atMs = clock.nowMs();
  const use = path === undefined ? undefined : await readCgroupUse(disk, version, path);
  if (use === undefined) return { cpu: undefined, memory: undefined };
  const usageCoreNanoseconds = use.cpuSeconds * nanosecondsPerSecond;
  return {
    cpu: { atMs, usageCoreNanoseconds },
    memory: { atMs, workingSetBytes: use.memoryBytes },
  };
}

async function machineUse({ disk, clock }: ResourceUseDeps): Promise<Used> {
  const atMs = clock.nowMs();
  const read = async (path: string) => utf8.decode(await disk.readFile(path));
  const usageCoreNanoseconds = parseCpuNanoseconds(await read("/proc/stat"));
  const { workingSetBytes } = parseMemory(await read("/proc/meminfo"));
  return { cpu: { atMs, usageCoreNanoseconds }, memory: { atMs, workingSetBytes } };
}
