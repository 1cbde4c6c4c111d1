/** What a cluster is made of: decided here, from what was asked and what is there already. */
import type { ClusterConfig, RuntimeKind } from "./cluster.ts";
import { UsageError } from "./usage-error.ts";

/** What a person asked for; undefined means: as before, or our choice. */
export interface ClusterRequest {
  readonly name: string;
  readonly runtime: RuntimeKind | undefined;
  readonly port: number | undefined;
  readonly nodeCount: number | undefined;
}

const portDefault = 6443;

/** Real nodes are network namespaces with a containerd each; more than this is a mistake. */
const containerdNodesMax = 32;

/** The first network pair is 10.42.0.0/16 and 10.43.0.0/16; a second cluster takes the next two. */
const firstNetwork = 42;
const networkPairsMax = 100;

/**
 * Decides what to bring up. An existing cluster keeps what it is; asking for something else of it
 * is refused, except for more nodes.
 */
export function planCluster(
  request: ClusterRequest,
  before: ClusterConfig | undefined,
  others: readonly ClusterConfig[],
): ClusterConfig {
  const runtime = request.runtime ?? before?.runtime ?? "containerd";
  const port = request.port ?? before?.port ?? portDefault;
  const nodeCount = request.nodeCount ?? before?.nodeNames.length ?? 1;
  if (runtime === "containerd" && nodeCount > containerdNodesMax) {
    throw new UsageError(
      `--nodes can be at most ${containerdNodesMax} with real containers; --runtime simulated has no such limit`,
    );
  }
  if (before === undefined) return newCluster({ ...request, runtime, port, nodeCount }, others);

  refuseChange(before, "--runtime", before.runtime, runtime);
  if (nodeCount < before.nodeNames.length) {
    refuseChange(before, "--nodes", before.nodeNames.length, nodeCount);
  }
  return { ...before, port, nodeNames: nameNodes(nodeCount) };
}

function newCluster(
  wanted: { name: string; runtime: RuntimeKind; port: number; nodeCount: number },
  others: readonly ClusterConfig[],
): ClusterConfig {
  const taken = new Set(others.map((other) => other.podNetwork));
  const pairs = Array.from({ length: networkPairsMax }, (_, index) => firstNetwork + 2 * index);
  const first = pairs.find((second) => !taken.has(`10.${second}.0.0/16`));
  if (first === undefined) throw new Error("no network is left for another cluster");
  return {
    name: wanted.name,
    runtime: wanted.runtime,
    port: wanted.port,
    nodeNames: nameNodes(wanted.nodeCount),
    podNetwork: `10.${first}.0.0/16`,
    serviceNetwork: `10.${first + 1}.0.0/16`,
    domain: "cluster.local",
  };
}

function nameNodes(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

function refuseChange(
  before: ClusterConfig,
  flag: string,
  was: string | number,
  wanted: string | number,
): void {
  if (was === wanted) return;
  throw new UsageError(
    `cluster "${before.name}" was made with ${flag} ${was}; to change it, remove the cluster with "wherry down --purge" or take another --name`,
  );
}
