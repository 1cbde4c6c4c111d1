/** Measures a node's cgroups and finds out which of them is whose, as cAdvisor does. */
import type { Disk, Machine, MachineFacts } from "#base";
import { detectCgroupVersion } from "../cgroup/cgroup-tree.ts";
import { type MeasuredCgroup, measureCgroup, measureCgroups } from "../cgroup/read-usage.ts";
import { parseMounts } from "../node-metrics/filesystems.ts";
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from "../pod/labels.ts";
import type { Runtime } from "../runtime.ts";
import type { ContainerStats, ContainerSummary, SandboxSummary } from "../runtime-state.ts";
import { type InterfaceCounters, parseInterfaces, parseSwapBytes } from "./proc-files.ts";

export interface CadvisorFacts {
  readonly atMs: number;
  readonly machine: MachineFacts;
  readonly swapBytes: number;
  readonly cores: { readonly physical: number; readonly sockets: number };
  /** `8:0` → `/dev/sda` */
  readonly deviceNames: ReadonlyMap<string, string>;
  readonly places: readonly CadvisorPlace[];
}

/** One cgroup, and whose it is. */
export interface CadvisorPlace {
  /** Within the node: `/kubepods/burstable/pod…`; `/` is the machine. */
  readonly id: string;
  readonly owner: PlaceOwner;
  readonly startedAtMs: number;
  readonly measured: MeasuredCgroup;
  /** Of a pod that has a network of its own: with its sandbox; of the machine: with `/`. */
  readonly interfaces: readonly InterfaceCounters[];
  readonly layer: LayerUsage | undefined;
}

/** Empty where there is none: a pod's cgroup has no container, a class's no pod. */
interface PlaceOwner {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly image: string;
  /** The container's or the sandbox's id. */
  readonly name: string;
}

/** What a container has written into its file system, and what there is of it. */
export interface LayerUsage {
  readonly device: string;
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
}

export interface CadvisorDeps {
  readonly runtime: Pick<Runtime, "sandboxes" | "containers">;
  readonly disk: Pick<
    Disk,
    "findFile" | "findFacts" | "listDirectory" | "measureSpace" | "readLink"
  >;
  readonly machine: Pick<Machine, "describe">;
  readonly clock: { nowMs(): number };
}

export interface CadvisorOptions {
  /** The cgroup below which all of the node is. */
  readonly nodeCgroup: string;
  /** The image of sandboxes. */
  readonly sandboxImage: string;
}

const utf8 = new TextDecoder();
const nobody: PlaceOwner = { namespace: "", pod: "", container: "", image: "", name: "" };
/** Of the machine's own links: what only leads to pods is told with the pods. */
const ignoredInterface = /^(?:lo|veth|docker|nerdctl)/;

export async function collectCadvisor(
  deps: CadvisorDeps,
  options: CadvisorOptions,
  signal: AbortSignal,
): Promise<CadvisorFacts> {
  const { runtime, disk, clock } = deps;
  const [sandboxes, containers, layers, cgroups, root] = await Promise.all([
    runtime.sandboxes.list({}, signal),
    runtime.containers.list({}, signal),
    runtime.containers.listStats({}, signal),
    measureCgroups(disk, `${options.nodeCgroup}/kubepods`),
    measureRoot(disk),
  ]);
  const owners = ownersOf(sandboxes, containers, options.sandboxImage);
  const layersById = new Map(layers.map((one) => [one.id, one]));
  const devices = new LayerDevices(disk, await readText(disk, "/proc/mounts"));
  const places = cgroups.map(async (measured): Promise<CadvisorPlace> => {
    const name = measured.path.slice(measured.path.lastIndexOf("/") + 1);
    const found = owners.get(name);
    return {
      id: measured.path.slice(options.nodeCgroup.length),
      owner: found?.owner ?? nobody,
      startedAtMs: found?.startedAtMs ?? measured.createdAtMs,
      measured,
      interfaces: found?.isSandbox === true ? await podInterfaces(disk, measured.pids) : [],
      layer: await devices.measure(layersById.get(name)),
    };
  });
  const swapBytes = parseSwapBytes(await readText(disk, "/proc/meminfo"));
  return {
    atMs: clock.nowMs(),
    machine: await deps.machine.describe(),
    swapBytes,
    cores: parseCores(await readText(disk, "/proc/cpuinfo")),
    deviceNames: parseDeviceNames(await readText(disk, "/proc/diskstats")),
    places: [...root, ...(await Promise.all(places))],
  };
}

async function measureRoot(disk: CadvisorDeps["disk"]): Promise<readonly CadvisorPlace[]> {
  const measured = await measureCgroup(disk, await detectCgroupVersion(disk), "");
  if (measured === undefined) return [];
  const netDev = await readText(disk, "/proc/thread-self/net/dev");
  const interfaces = parseInterfaces(netDev).filter(({ name }) => !ignoredInterface.test(name));
  const startedAtMs = measured.createdAtMs;
  return [{ id: "/", owner: nobody, startedAtMs, measured, interfaces, layer: undefined }];
}

interface Found {
  readonly owner: PlaceOwner;
  readonly startedAtMs: number;
  readonly isSandbox: boolean;
}

/** By the last part of the cgroup's path: a container's or sandbox's id, or `pod` and a uid. */
function ownersOf(
  sandboxes: readonly SandboxSummary[],
  containers: readonly ContainerSummary[],
  sandboxImage: string,
): ReadonlyMap<string, Found> {
  const owners = new Map<string, Found>();
  const podOf = ({ labels }: SandboxSummary | ContainerSummary) => ({
    namespace: labels[podNamespaceLabel] ?? "",
    pod: labels[podNameLabel] ?? "",
  });
  for (const sandbox of sandboxes) {
    const pod = { ...nobody, ...podOf(sandbox) };
    const startedAtMs = sandbox.createdAtMs;
    const uid = sandbox.labels[podUidLabel] ?? "";
    owners.set(`pod${uid}`, { owner: pod, startedAtMs, isSandbox: false });
    const owner = { ...pod, image: sandboxImage, name: sandbox.id };
    owners.set(sandbox.id, { owner, startedAtMs, isSandbox: true });
  }
  for (const container of containers) {
    const owner = {
      ...podOf(container),
      container: container.labels[containerNameLabel] ?? "",
      image: container.image.image,
      name: container.id,
    };
    owners.set(container.id, { owner, startedAtMs: container.createdAtMs, isSandbox: false });
  }
  return owners;
}

/** Through one of its processes; a pod in the machine's network has none of its own. */
async function podInterfaces(
  disk: CadvisorDeps["disk"],
  [pid]: readonly number[],
): Promise<readonly InterfaceCounters[]> {
  if (pid === undefined) return [];
  const [own, machines, netDev] = await Promise.all([
    findLink(disk, `/proc/${pid}/ns/net`),
    findLink(disk, "/proc/thread-self/ns/net"),
    readText(disk, `/proc/${pid}/net/dev`),
  ]);
  return own === undefined || own === machines ? [] : parseInterfaces(netDev);
}

/** Undefined when the process has ended. */
async function findLink(disk: CadvisorDeps["disk"], path: string): Promise<string | undefined> {
  if ((await disk.findFacts(path)) === undefined) return undefined;
  return disk.readLink(path);
}

/** Measures the file systems that layers lie on, each once. */
class LayerDevices {
  readonly #disk: CadvisorDeps["disk"];
  readonly #mounts: ReturnType<typeof parseMounts>;
  readonly #spaces = new Map<string, ReturnType<Disk["measureSpace"]>>();

  constructor(disk: CadvisorDeps["disk"], mounts: string) {
    this.#disk = disk;
    this.#mounts = parseMounts(mounts);
  }

  async measure(stats: ContainerStats | undefined): Promise<LayerUsage | undefined> {
    const layer = stats?.writableLayer;
    if (layer === undefined) return undefined;
    const { mountpoint, usedBytes } = layer;
    const known = this.#spaces.get(mountpoint) ?? this.#disk.measureSpace(mountpoint);
    this.#spaces.set(mountpoint, known);
    const { totalBytes, totalFiles, freeFiles } = await known;
    const device = this.#deviceOf(mountpoint);
    return { device, usedBytes, limitBytes: totalBytes, inodes: totalFiles, inodesFree: freeFiles };
  }

  /** Empty where the file system is on no device. */
  #deviceOf(path: string): string {
    let best = { device: "", mountpoint: "" };
    for (const { device, mountpoint } of this.#mounts) {
      const below = mountpoint === "/" ? "/" : `${mountpoint}/`;
      const isAround = `${path}/`.startsWith(below);
      if (isAround && mountpoint.length > best.mountpoint.length) best = { device, mountpoint };
    }
    return best.device;
  }
}

/** From `/proc/diskstats`. */
export function parseDeviceNames(diskstats: string): ReadonlyMap<string, string> {
  return new Map(
    diskstats
      .split("\n")
      .map((line) => line.trim().split(/ +/))
      .filter((words) => words.length > 3)
      .map(([major, minor, name]) => [`${major}:${minor}`, `/dev/${name}`]),
  );
}

/** From `/proc/cpuinfo`: cores are told apart by their socket and their number in it. */
export function parseCores(cpuinfo: string): CadvisorFacts["cores"] {
  const sockets = new Set<string>();
  const cores = new Set<string>();
  for (const processor of cpuinfo.split("\n\n")) {
    const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(processor)?.[1];
    const socket = field("physical id");
    if (socket === undefined) continue;
    sockets.add(socket);
    cores.add(`${socket}/${field("core id") ?? ""}`);
  }
  return { physical: cores.size, sockets: sockets.size };
}

async function readText(disk: Pick<Disk, "findFile">, path: string): Promise<string> {
  return utf8.decode((await disk.findFile(path)) ?? new Uint8Array(0));
}
