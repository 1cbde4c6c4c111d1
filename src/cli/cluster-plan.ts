/** What a cluster is made of: decided here, from what was asked and what is there already. */
import type { NodeGroup } from "#api/node-groups/v1";
import type { ClusterConfig, RuntimeKind } from "./cluster.ts";
import { UsageError } from "./usage-error.ts";

/** What a person asked for; undefined means: as before, or our choice. */
export interface ClusterRequest {
  readonly name: string;
  readonly runtime: RuntimeKind | undefined;
  readonly port: number | undefined;
  readonly nodeCount: number | undefined;
  /** To be made or changed once the server runs. */
  readonly nodeGroups: readonly NodeGroup[];
  /** The text of a rule file of the metrics adapter, which replaces the one that there is. */
  readonly metricRules: string | undefined;
  /** Port of the monitoring engine; 0 for any free one. */
  readonly monitorPort: number | "none" | undefined;
  readonly externalUrl: string | undefined;
}

export const portDefault = 6443;
export const monitorPortDefault = 9090;
const alertingPortDefault = 9093;

/** Real nodes are network namespaces with a containerd each; more than this is a mistake. */
const containerdNodesMax = 32;

/** Clusters side by side may use the same ones: only their own nodes know them. */
const podNetworks: Readonly<Record<RuntimeKind, string>> = {
  containerd: "10.42.0.0/16",
  // Nothing is sent, so there may be room for thousands of nodes.
  simulated: "10.128.0.0/9",
};
const serviceNetwork = "10.43.0.0/16";

/**
 * Decides what to bring up. An existing cluster keeps what it is; asking for something else of it
 * is refused, except for more nodes.
 */
export function planCluster(
  request: ClusterRequest,
  before: ClusterConfig | undefined,
): ClusterConfig {
  const { runtime, port, monitorPort, nodeCount, externalUrl } = settle(request, before);
  if (runtime === "containerd" && nodeCount > containerdNodesMax) {
    throw new UsageError(
      `--nodes can be at most ${containerdNodesMax} with real containers; --runtime simulated has no such limit`,
    );
  }
  if (runtime === "containerd" && (nodeCount === 0 || request.nodeGroups.length > 0)) {
    const flag = nodeCount === 0 ? "--nodes 0" : "--node-group";
    throw new UsageError(
      `${flag} needs --runtime simulated: real nodes are made when a cluster starts`,
    );
  }
  // Alerts are taken in wherever there is somebody who raises them.
  const alertingPort = monitorPort === "none" ? "none" : alertingPortOf(before);
  if (before === undefined) {
    const nodeNames = nameNodes(nodeCount);
    const networks = { podNetwork: podNetworks[runtime], serviceNetwork, domain: "cluster.local" };
    const made = { name: request.name, runtime, port, nodeNames, ...networks };
    return { ...made, monitorPort, alertingPort, externalUrl };
  }
  refuseChange(before, "--runtime", before.runtime, runtime);
  if (nodeCount < before.nodeNames.length) {
    refuseChange(before, "--nodes", before.nodeNames.length, nodeCount);
  }
  const nodeNames = nameNodes(nodeCount);
  return { ...before, port, nodeNames, monitorPort, alertingPort, externalUrl };
}

/** What was asked for, else what was, else our choice. */
function settle(request: ClusterRequest, before: ClusterConfig | undefined) {
  const runtime = request.runtime ?? before?.runtime ?? "containerd";
  return {
    runtime,
    port: request.port ?? before?.port ?? portDefault,
    monitorPort: request.monitorPort ?? before?.monitorPort ?? monitorPortOf(runtime),
    nodeCount: request.nodeCount ?? before?.nodeNames.length ?? 1,
    externalUrl: externalUrlOf(request.externalUrl ?? before?.externalUrl),
  };
}

/** Without a slash at its end; empty for none. */
function externalUrlOf(url = ""): string {
  if (url === "") return url;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url.replace(/\/+$/, "");
  throw new UsageError(
    `--external-url must be a URL such as https://ops.example.com, not "${url}"`,
  );
}

/** Simulated nodes have nothing to measure. */
function monitorPortOf(runtime: RuntimeKind): number | "none" {
  return runtime === "containerd" ? monitorPortDefault : "none";
}

function alertingPortOf(before: ClusterConfig | undefined): number {
  return typeof before?.alertingPort === "number" ? before.alertingPort : alertingPortDefault;
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
