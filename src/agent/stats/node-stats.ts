/** Collects what a node and everything on it use, at one moment. */
import type { Clock, Disk, Machine } from "#base";
import type { Runtime } from "../runtime.ts";
import type {
  ContainerStats,
  CpuUsage,
  FilesystemUsage,
  InterfaceUsage,
  MemoryUsage,
  NetworkUsage,
  SandboxStats,
} from "../runtime-state.ts";
import {
  parseBootTimeMs,
  parseCpuNanoseconds,
  parseInterfaces,
  parseMemory,
} from "./proc-files.ts";

export interface NodeStats {
  readonly nodeName: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly startedAtMs: number;
  readonly cpu: CpuUsage;
  readonly memory: MemoryUsage;
  readonly interfaces: readonly InterfaceUsage[];
  readonly filesystem: FilesystemStats;
  readonly imageFilesystem: FilesystemStats;
  readonly pods: readonly PodStats[];
}

export interface FilesystemStats {
  readonly atMs: number;
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
  readonly inodesUsed: number;
}

export interface PodStats {
  readonly sandboxId: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly startedAtMs: number;
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly network: NetworkUsage | undefined;
  readonly processCount: number | undefined;
  readonly containers: readonly PodContainerStats[];
}

export interface PodContainerStats {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly startedAtMs: number;
  readonly cpu: CpuUsage | undefined;
  readonly memory: MemoryUsage | undefined;
  readonly writableLayer: FilesystemUsage | undefined;
}

export interface StatsSource {
  collect(signal: AbortSignal): Promise<NodeStats>;
}

export interface StatsDeps {
  readonly runtime: Runtime;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly machine: Machine;
}

export interface StatsOptions {
  readonly nodeName: string;
  /** On the file system that pods' volumes and logs lie on. */
  readonly directory: string;
}

const utf8 = new TextDecoder();

/** Statistics by the runtime and `/proc`. Rates are between this collection and the one before. */
export function nodeStatsSource(deps: StatsDeps, options: StatsOptions): StatsSource {
  const rates = new CpuRates();
  return {
    collect: async (signal) => {
      const [sandboxes, summaries, containers, imageFilesystems] = await Promise.all([
        deps.runtime.sandboxes.listStats(signal),
        deps.runtime.sandboxes.list({}, signal),
        deps.runtime.containers.list({}, signal),
        deps.runtime.images.filesystems(signal),
      ]);
      const created = new Map(summaries.map(({ id, createdAtMs }) => [id, createdAtMs]));
      const known = new Map(containers.map((container) => [container.id, container]));
      const statsOf = (stats: ContainerStats): PodContainerStats => ({
        id: stats.id,
        name: stats.metadata.name,
        image: known.get(stats.id)?.image.image ?? "",
        startedAtMs: known.get(stats.id)?.createdAtMs ?? 0,
        cpu: rates.of(stats.id, stats.cpu),
        memory: stats.memory,
        writableLayer: stats.writableLayer,
      });
      const podOf = (stats: SandboxStats): PodStats => ({
        sandboxId: stats.id,
        name: stats.metadata.name,
        namespace: stats.metadata.namespace,
        uid: stats.metadata.uid,
        startedAtMs: created.get(stats.id) ?? 0,
        cpu: rates.of(stats.id, stats.cpu),
        memory: stats.memory,
        network: stats.network,
        processCount: stats.processCount,
        containers: stats.containers.map(statsOf),
      });
      const pods = sandboxes.map(podOf);
      const machine = await collectMachine(deps, options, rates);
      rates.forgetUnseen();
      return {
        nodeName: options.nodeName,
        ...machine,
        imageFilesystem: await imageStats(deps, imageFilesystems, machine.filesystem),
        pods,
      };
    },
  };
}

async function collectMachine(deps: StatsDeps, options: StatsOptions, rates: CpuRates) {
  const read = async (path: string) => utf8.decode(await deps.disk.readFile(path));
  const stat = await read("/proc/stat");
  const memory = parseMemory(await read("/proc/meminfo"));
  const facts = await deps.machine.describe();
  const atMs = deps.clock.nowMs();
  const cpu = { atMs, usageCoreNanoseconds: parseCpuNanoseconds(stat), usageNanoCores: undefined };
  return {
    cpuCount: facts.cpuCount,
    memoryBytes: memory.totalBytes,
    startedAtMs: parseBootTimeMs(stat),
    cpu: rates.of("", cpu) ?? cpu,
    memory: { ...memory, atMs, pageFaults: undefined, majorPageFaults: undefined },
    // Through the thread, whose network namespace is the node's.
    interfaces: parseInterfaces(await read("/proc/thread-self/net/dev")),
    filesystem: await filesystemStats(deps, options.directory),
  };
}

async function filesystemStats(
  { disk, clock }: StatsDeps,
  directory: string,
): Promise<FilesystemStats> {
  const space = await disk.measureSpace(directory);
  return {
    atMs: clock.nowMs(),
    capacityBytes: space.totalBytes,
    availableBytes: space.availableBytes,
    usedBytes: space.totalBytes - space.availableBytes,
    inodes: space.totalFiles,
    inodesFree: space.freeFiles,
    inodesUsed: space.totalFiles - space.freeFiles,
  };
}

/** Of images the runtime tells the part they use, the disk how much there is. */
async function imageStats(
  deps: StatsDeps,
  [usage]: readonly FilesystemUsage[],
  nodeFilesystem: FilesystemStats,
): Promise<FilesystemStats> {
  if (usage === undefined) return nodeFilesystem;
  const { usedBytes, inodesUsed, mountpoint } = usage;
  return { ...(await filesystemStats(deps, mountpoint)), usedBytes, inodesUsed };
}

/** The speed at which processor time is used, from two counts. */
class CpuRates {
  readonly #earlier = new Map<string, CpuUsage>();
  readonly #seen = new Set<string>();

  of(id: string, usage: CpuUsage | undefined): CpuUsage | undefined {
    if (usage === undefined) return undefined;
    const earlier = this.#earlier.get(id);
    this.#earlier.set(id, usage);
    this.#seen.add(id);
    return { ...usage, usageNanoCores: rateOf(earlier, usage) ?? usage.usageNanoCores };
  }

  /** Drops containers that were not there since the last call. */
  forgetUnseen(): void {
    for (const id of this.#earlier.keys()) if (!this.#seen.has(id)) this.#earlier.delete(id);
    this.#seen.clear();
  }
}

/** Undefined when the time between is too short to say anything, or the count began anew. */
function rateOf(earlier: CpuUsage | undefined, later: CpuUsage): number | undefined {
  if (earlier === undefined) return undefined;
  const elapsedMs = later.atMs - earlier.atMs;
  const used = later.usageCoreNanoseconds - earlier.usageCoreNanoseconds;
  return elapsedMs < 100 || used < 0 ? undefined : Math.round((used * 1000) / elapsedMs);
}
