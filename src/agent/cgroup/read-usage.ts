/** Reads what the kernel counts for the cgroups of a node. */
import { type Disk, mapConcurrent } from "#base";
import { type CgroupVersion, cgroupMountPoint, detectCgroupVersion } from "./cgroup-tree.ts";
import { type CgroupUsage, filesV1, filesV2, parseUsageV1, parseUsageV2 } from "./cgroup-usage.ts";

export interface MeasuredCgroup {
  /** Within each hierarchy. */
  readonly path: string;
  /** When it was made. */
  readonly createdAtMs: number;
  readonly usage: CgroupUsage;
  /** What runs directly in it. */
  readonly pids: readonly number[];
}

type CgroupDisk = Pick<Disk, "findFile" | "findFacts" | "listDirectory">;

/** Cgroups read at the same time: the files are the kernel's, and the waiting is short. */
const readsMax = 8;
const utf8 = new TextDecoder();

/** The cgroup and all below it, as deep as pods' containers are; empty when it is not there. */
export async function measureCgroups(
  disk: CgroupDisk,
  root: string,
): Promise<readonly MeasuredCgroup[]> {
  const version = await detectCgroupVersion(disk);
  const paths = await listCgroups(disk, version, root);
  const measured = await mapConcurrent(paths, readsMax, (path) =>
    measureCgroup(disk, version, path),
  );
  return measured.filter((one) => one !== undefined);
}

/** One cgroup; undefined when it is gone. The root of all, "", has no limits. */
export async function measureCgroup(
  disk: CgroupDisk,
  version: CgroupVersion,
  path: string,
): Promise<MeasuredCgroup | undefined> {
  const facts = await disk.findFacts(directoryOf(version, "cpu", path));
  if (facts === undefined) return undefined;
  const files = new Map<string, string>();
  const read = async (hierarchy: string, name: string) => {
    const bytes = await findKernelFile(disk, `${directoryOf(version, hierarchy, path)}/${name}`);
    if (bytes !== undefined) files.set(name, utf8.decode(bytes));
  };
  const named =
    version === "v1"
      ? Object.entries(filesV1).flatMap(([hierarchy, names]) =>
          names.map((name) => [hierarchy, name] as const),
        )
      : filesV2.map((name) => ["", name] as const);
  await Promise.all(named.map(([hierarchy, name]) => read(hierarchy, name)));
  const find = (name: string) => files.get(name);
  const lines = (files.get("cgroup.procs") ?? "").split("\n").filter((line) => line !== "");
  return {
    path,
    createdAtMs: facts.modifiedAtMs,
    usage: version === "v1" ? parseUsageV1(find) : parseUsageV2(find),
    pids: lines.map(Number),
  };
}

/** Bytes of memory in use, whatever kind of use. */
export interface PodMemory {
  readonly podBytes: number | undefined;
  /** By the runtime's id. */
  readonly containerBytes: ReadonlyMap<string, number>;
}

/** What a pod and its containers use, of which each has a cgroup in that of the pod. */
export async function readPodMemory(
  disk: CgroupDisk,
  podCgroup: string,
  containerIds: readonly string[],
): Promise<PodMemory> {
  const version = await detectCgroupVersion(disk);
  const usedBy = async (path: string) =>
    (await measureCgroup(disk, version, path))?.usage.memory?.usageBytes;
  const used = await Promise.all(
    containerIds.map(async (id) => [id, await usedBy(`${podCgroup}/${id}`)] as const),
  );
  const known = used.flatMap(([id, bytes]) => (bytes === undefined ? [] : [[id, bytes] as const]));
  return { podBytes: await usedBy(podCgroup), containerBytes: new Map(known) };
}

export interface CgroupUse {
  readonly cpuSeconds: number;
  /** What cannot be reclaimed easily. */
  readonly memoryBytes: number;
}

/** Where the cgroups of a node's pods are. */
export interface PodCgroupPaths {
  readonly version: CgroupVersion;
  readonly byUid: ReadonlyMap<string, string>;
}

const classDirectories = ["", "/burstable", "/besteffort"];

/** @param kubepods the cgroup of all pods; see `qosCgroup` */
export async function findPodCgroups(disk: CgroupDisk, kubepods: string): Promise<PodCgroupPaths> {
  const version = await detectCgroupVersion(disk);
  const byUid = new Map<string, string>();
  for (const below of classDirectories) {
    const path = kubepods + below;
    const directory = directoryOf(version, "cpu", path);
    if ((await disk.findFacts(directory))?.kind !== "directory") continue;
    for (const name of await disk.listDirectory(directory)) {
      if (name.startsWith("pod")) byUid.set(name.slice(3), `${path}/${name}`);
    }
  }
  return { version, byUid };
}

/** Of one cgroup the little that is asked for most often; undefined when it is gone. */
export async function readCgroupUse(
  disk: CgroupDisk,
  version: CgroupVersion,
  path: string,
): Promise<CgroupUse | undefined> {
  const files = new Map<string, string>();
  await Promise.all(
    useFiles[version].map(async ([hierarchy, name]) => {
      const bytes = await findKernelFile(disk, `${directoryOf(version, hierarchy, path)}/${name}`);
      if (bytes !== undefined) files.set(name, utf8.decode(bytes));
    }),
  );
  const find = (name: string) => files.get(name);
  const { cpu, memory } = version === "v1" ? parseUsageV1(find) : parseUsageV2(find);
  if (cpu === undefined || memory === undefined) return undefined;
  return { cpuSeconds: cpu.usageSeconds, memoryBytes: memory.workingSetBytes };
}

const useFiles = {
  v1: [
    ["cpuacct", "cpuacct.usage"],
    ["memory", "memory.usage_in_bytes"],
    ["memory", "memory.stat"],
  ],
  v2: [
    ["", "cpu.stat"],
    ["", "memory.current"],
    ["", "memory.stat"],
  ],
} as const;

/** Undefined, too, when the cgroup went while it was read, or the kernel does not count this here. */
async function findKernelFile(disk: CgroupDisk, path: string): Promise<Uint8Array | undefined> {
  try {
    return await disk.findFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENODEV" || code === "EOPNOTSUPP") return undefined;
    throw error;
  }
}

async function listCgroups(
  disk: CgroupDisk,
  version: CgroupVersion,
  path: string,
): Promise<readonly string[]> {
  const directory = directoryOf(version, "cpu", path);
  if ((await disk.findFacts(directory))?.kind !== "directory") return [];
  const found = [path];
  for (const name of await disk.listDirectory(directory)) {
    // Files of the kernel are called after their controller; directories below are ours.
    if (/^(?:cgroup|cpu|memory|io|pids|cpuset|hugetlb|irq|misc|rdma)\./.test(name)) continue;
    found.push(...(await listCgroups(disk, version, `${path}/${name}`)));
  }
  return found;
}

function directoryOf(version: CgroupVersion, hierarchy: string, path: string): string {
  return version === "v2"
    ? `${cgroupMountPoint}${path}`
    : `${cgroupMountPoint}/${hierarchy}${path}`;
}
