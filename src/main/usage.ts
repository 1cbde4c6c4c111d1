/** What nodes and pods use: read from the agents, told by the API server. */
import { SimulatedUsage } from "#agent";
import type { Live } from "#api";
import { type Node, node as nodeKind, type Pod, pod as podKind } from "#api/core/v1";
import { type ComputedGroup, computedGroupOf } from "#apiserver";
import type { ClientTls, Clock, Logger, OpenHttpTransport } from "#base";
import type { Informer, InformerSet } from "#client";
import { openHttpTransport } from "#host";
import { collect } from "#http";
import {
  collectorDefaults,
  type NodeReading,
  parseReading,
  UsageBook,
  UsageCollector,
  usageOfNodes,
  usageOfPods,
} from "#usage";
import { type AgentAddress, findAgentAddress } from "./node-transport.ts";

/** A page with a thousand containers has half a megabyte. */
const pageBytesMax = 64 * 1024 * 1024;
/** What was last heard of a node this long ago is not told any more: metrics-server's resolution, twice. */
const staleMs = 30_000;

export interface UsageDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked once the server runs, since the informers are its clients. */
  readonly informers: () => InformerSet;
  /** As whom agents are asked; asked at each connection. */
  readonly tls: () => ClientTls;
}

/** Usage of a cluster: what is collected, and the group of the API that tells it. */
export interface ClusterUsage {
  readonly group: ComputedGroup;
  /** Makes what collects; `informers` is asked now. */
  collector(): UsageCollector;
}

export function clusterUsage(deps: UsageDeps): ClusterUsage {
  const { clock, log } = deps;
  const book = new UsageBook({ resolutionMs: collectorDefaults.resolutionMs, staleMs });
  const nodes = () => deps.informers().of(nodeKind);
  const pods = () => deps.informers().of(podKind, { indexes: nodeIndex });
  const told = { book, clock, nodes: () => nodes().cache, pods: () => pods().cache };
  return {
    group: computedGroupOf("metrics.k8s.io", [usageOfNodes(told), usageOfPods(told)]),
    collector() {
      const readNode = nodeReader(deps, pods());
      return new UsageCollector({ clock, log, book, nodes: nodes(), pods: pods(), readNode });
    },
  };
}

const nodeIndexName = "usageNode";
const nodeIndex = {
  [nodeIndexName]: ({ spec }: Live<Pod>) => (spec.nodeName === undefined ? [] : [spec.nodeName]),
};

/** Asks real nodes over HTTPS, on a connection that is kept; simulated ones are worked out. */
function nodeReader({ clock, tls }: UsageDeps, pods: Informer<Pod>) {
  const connections = new Map<string, AgentConnection>();
  const simulated = new Map<string, SimulatedUsage>();
  return async (node: Live<Node>, signal: AbortSignal): Promise<NodeReading> => {
    const { name } = node.metadata;
    const address = findAgentAddress(node);
    if (address === undefined) throw new Error(`node ${name} has no address yet`);
    if (address.port === 0) {
      const usage = simulated.get(name) ?? new SimulatedUsage(clock.nowMs());
      simulated.set(name, usage);
      return usage.read(pods.cache.byIndex(nodeIndexName, name), clock.nowMs());
    }
    const connection = await connectionTo(connections, name, address, tls);
    const request = { method: "GET", target: "/metrics/resource", headers: {}, body: undefined };
    const response = await connection.transport.send(request, signal);
    const tooLong = () => new Error(`the page of node ${name} is too long`);
    const page = await collect(response.body ?? new Uint8Array(), pageBytesMax, tooLong);
    if (response.status !== 200) throw new Error(`node ${name} answered ${response.status}`);
    return parseReading(page, clock.nowMs());
  };
}

interface AgentConnection extends AgentAddress {
  readonly transport: OpenHttpTransport;
}

/** The connection to a node's agent, or another one when the node has moved. */
async function connectionTo(
  connections: Map<string, AgentConnection>,
  nodeName: string,
  address: AgentAddress,
  tls: () => ClientTls,
): Promise<AgentConnection> {
  const known = connections.get(nodeName);
  if (known?.host === address.host && known.port === address.port) return known;
  connections.delete(nodeName);
  await known?.transport[Symbol.asyncDispose]();
  const transport = await openHttpTransport({
    server: address,
    tls,
    bearerToken: undefined,
    protocol: "http1",
  });
  const connection = { ...address, transport };
  connections.set(nodeName, connection);
  return connection;
}
