import type { NodeFacts, Runtime } from "#agent";
import { realClock, realDisk, realMachine } from "#host";

/** Upstream's default. */
const podsMax = 110;

export interface NodeSelf {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Zero where nothing answers. */
  readonly agentPort: number;
  readonly version: string;
  /** Where it is not as large as its machine. */
  readonly capacity: Readonly<Record<string, string>> | undefined;
  /** Until then it is starting. */
  readonly readyAtMs: number;
}

/** What nodes of one machine share. */
export interface MachineLook
  extends Pick<NodeFacts, "machine" | "storageBytes" | "storageFreeBytes" | "memoryFreeBytes"> {}

/** Looks at the machine; `directory` lies on the file system that pods and images use. */
export async function lookAtMachine(directory: string): Promise<MachineLook> {
  const [machine, space, meminfo] = await Promise.all([
    realMachine.describe(),
    realDisk.measureSpace(directory),
    realDisk.findFile("/proc/meminfo"),
  ]);
  return {
    machine,
    storageBytes: space.totalBytes,
    storageFreeBytes: space.availableBytes,
    memoryFreeBytes: availableMemory(new TextDecoder().decode(meminfo)),
  };
}

/** Looks at what is the node's own. */
export async function lookAtNode(
  { name, addresses, agentPort, version, capacity, readyAtMs }: NodeSelf,
  runtime: Runtime,
  shared: MachineLook,
  signal: AbortSignal,
): Promise<NodeFacts> {
  const [runtimeVersion, { conditions }, images] = await Promise.all([
    runtime.version(signal),
    runtime.status(signal),
    runtime.images.list(signal),
  ]);
  return {
    ...shared,
    name,
    addresses,
    agentPort,
    runtime: runtimeVersion,
    runtimeConditions: realClock.nowMs() < readyAtMs ? [...conditions, starting] : conditions,
    images,
    version,
    podsMax,
    capacity,
  };
}

const starting = {
  type: "NodeStarted",
  status: false,
  reason: "NodeStarting",
  message: "the node is starting",
};

function availableMemory(meminfo: string): number | undefined {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo);
  return found === null ? undefined : Number(found[1]) * 1024;
}
