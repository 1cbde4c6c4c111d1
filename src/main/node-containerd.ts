/** The private containerd of each real node, seen from the command line and from the agent. */
import {
  containerdPaths,
  criRuntime,
  loadImage,
  nodeCgroup,
  removeContainerd,
  removeNodeVolumes,
  type Runtime,
} from "#agent";
import { compareText, silentLogger } from "#base";
import { type ClusterConfig, type NodeImage, within } from "#cli";
import { openGrpcChannel, realClock, realDisk, realProcesses } from "#host";

/** Loads an image archive into every node. Gives the names that it can be used by. */
export async function loadImages(
  directory: string,
  config: ClusterConfig,
  file: string,
): Promise<readonly string[]> {
  refuseSimulated(config);
  const deps = { disk: realDisk, processes: realProcesses };
  let names: readonly string[] = [];
  for (const node of config.nodeNames) {
    const { socket } = containerdPaths(within.node(directory, node));
    await refuseStopped(node, socket);
    names = await loadImage(deps, socket, file);
  }
  return names;
}

export async function listImages(
  directory: string,
  config: ClusterConfig,
  signal: AbortSignal,
): Promise<readonly NodeImage[]> {
  refuseSimulated(config);
  const found: NodeImage[] = [];
  for (const node of config.nodeNames) {
    await refuseStopped(node, containerdPaths(within.node(directory, node)).socket);
    const images = await withRuntime(directory, node, (runtime) => runtime.images.list(signal));
    const sorted = images.toSorted((left, right) =>
      compareText(left.repoTags[0] ?? left.id, right.repoTags[0] ?? right.id),
    );
    for (const { id, repoTags, sizeBytes } of sorted) {
      found.push({ node, id, names: repoTags, bytes: sizeBytes });
    }
  }
  return found;
}

/** Ends the pods and the containerd of every node, and removes what they left on the machine. */
export async function removeContainers(
  directory: string,
  config: ClusterConfig,
  images: "keep" | "remove",
  signal: AbortSignal,
): Promise<void> {
  const ports = { disk: realDisk, processes: realProcesses, clock: realClock };
  const deps = { ...ports, logger: silentLogger };
  for (const node of config.nodeNames) {
    const target = {
      nodeDirectory: within.node(directory, node),
      cgroup: nodeCgroup(config.name, node),
      images,
    };
    await withRuntime(directory, node, (runtime) =>
      removeContainerd(deps, target, runtime, signal),
    );
    await removeNodeVolumes(deps, `${target.nodeDirectory}/volumes`, signal);
  }
}

async function withRuntime<T>(
  directory: string,
  node: string,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const { socket } = containerdPaths(within.node(directory, node));
  await using channel = await openGrpcChannel(`unix://${socket}`);
  return await use(criRuntime(channel));
}

function refuseSimulated(config: ClusterConfig): void {
  if (config.runtime === "simulated") {
    throw new Error(`the nodes of "${config.name}" are simulated: they need no images`);
  }
}

async function refuseStopped(node: string, socket: string): Promise<void> {
  if ((await realDisk.findFacts(socket)) !== undefined) return;
  throw new Error(`node ${node} is not up; "wherry up" starts it`);
}
