/** What a node answers on its port: logs, exec, attach, port forwarding, statistics. */
import {
  certificateAuthorizer,
  createEndpoint,
  type KnownUsers,
  nodeStatsSource,
  observedEndpoint,
  type PodWorkers,
  type Runtime,
} from "#agent";
import type { Logger } from "#base";
import { realClock, realDialer, realDisk, realMachine } from "#host";
import type { LiveIdentity } from "../live-identity.ts";
import { openRenewedServer } from "../renewed-server.ts";
import type { NodeCounting } from "../metrics-page.ts";
import { nodePages } from "./node-metrics-pages.ts";
import { containerdMetrics } from "./node-runtime.ts";

export interface NodeEndpointFacts {
  readonly nodeName: string;
  readonly address: string;
  readonly port: number;
  /** On the node's file system. */
  readonly directory: string;
  readonly identity: LiveIdentity;
  readonly users: KnownUsers;
  readonly nodeCgroup: string;
  readonly counting: NodeCounting;
  /** Measures what the agent's page shows and nobody counts. */
  readonly refresh: (signal: AbortSignal) => Promise<void>;
}

export function openNodeEndpoint(
  deps: { readonly workers: PodWorkers; readonly runtime: Runtime; readonly log: Logger },
  facts: NodeEndpointFacts,
): Promise<AsyncDisposable> {
  const { workers, runtime, log } = deps;
  const ports = { disk: realDisk, clock: realClock };
  const statsDeps = { ...ports, runtime, machine: realMachine };
  const statsOptions = { nodeName: facts.nodeName, directory: facts.directory };
  const { counting, refresh, nodeCgroup } = facts;
  const stats = nodeStatsSource(statsDeps, statsOptions);
  const pagesDeps = { counting, runtime, refresh };
  const endpoint = createEndpoint({
    ...ports,
    authorizer: certificateAuthorizer(facts.users),
    pods: {
      list: () => workers.list(),
      find: (namespace, name) =>
        workers
          .list()
          .find(({ metadata }) => metadata.name === name && metadata.namespace === namespace),
    },
    runtime,
    stats,
    metricsPages: nodePages(pagesDeps, { nodeCgroup, containerd: containerdMetrics }),
    dialer: realDialer,
    logger: log,
  });
  const handler = observedEndpoint(endpoint, counting.agent.meters, realClock);
  const local = { address: facts.address, port: facts.port };
  const options = { local, identity: facts.identity, closeGraceMs: 0 };
  return openRenewedServer({ handler, log }, options);
}
