import type { NodeFacts, Runtime } from "#agent";
import { realDisk, realMachine } from "#host";

/** Upstream's default. */
const podsMax = 110;

export interface NodeSelf {
  readonly name: string;
  readonly addresses: readonly string[];
  /** Zero where nothing answers. */
  readonly agentPort: number;
  /** The file system of this directory is the node's. */
  readonly directory: string;
  readonly version: string;
}

/** Looks at the machine and the runtime. */
export async function lookAtNode(
  self: NodeSelf,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<NodeFacts> {
  const [machine, version, status, images, space, meminfo] = await Promise.all([
    realMachine.describe(),
    runtime.version(signal),
    runtime.status(signal),
    runtime.images.list(signal),
    realDisk.measureSpace(self.directory),
    realDisk.findFile("/proc/meminfo"),
  ]);
  const { name, addresses, agentPort } = self;
  return {
    name,
    addresses,
    agentPort,
    machine,
    runtime: version,
    runtimeConditions: status.conditions,
    images,
    version: self.version,
    podsMax,
    storageBytes: space.totalBytes,
    storageFreeBytes: space.availableBytes,
    memoryFreeBytes: availableMemory(new TextDecoder().decode(meminfo)),
  };
}

function availableMemory(meminfo: string): number | undefined {
  const found = /^MemAvailable:\s+(\d+) kB$/m.exec(meminfo);
  return found === null ? undefined : Number(found[1]) * 1024;
}
