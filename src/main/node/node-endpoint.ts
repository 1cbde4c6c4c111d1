/** What a node answers on its port: logs, exec, attach, port forwarding, statistics. */
import {
  certificateAuthorizer,
  createEndpoint,
  formatNodeMetrics,
  type KnownUsers,
  nodeStatsSource,
  type PodWorkers,
  type Runtime,
} from "#agent";
import type { Logger } from "#base";
import { realClock, realDialer, realDisk, realMachine } from "#host";
import type { LiveIdentity } from "../live-identity.ts";
import { openRenewedServer } from "../renewed-server.ts";

export interface NodeEndpointFacts {
  readonly nodeName: string;
  readonly address: string;
  readonly port: number;
  /** On the node's file system. */
  readonly directory: string;
  readonly identity: LiveIdentity;
  readonly users: KnownUsers;
  /** The agent's own metrics, in Prometheus' text format. */
  readonly formatMetrics: () => string;
}

export function openNodeEndpoint(
  deps: { readonly workers: PodWorkers; readonly runtime: Runtime; readonly log: Logger },
  facts: NodeEndpointFacts,
): Promise<AsyncDisposable> {
  const { workers, runtime, log } = deps;
  const ports = { disk: realDisk, clock: realClock };
  const statsDeps = { ...ports, runtime, machine: realMachine };
  const statsOptions = { nodeName: facts.nodeName, directory: facts.directory };
  const handler = createEndpoint({
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
    stats: nodeStatsSource(statsDeps, statsOptions),
    formatMetrics: facts.formatMetrics,
    formatNodeMetrics: () => formatNodeMetrics(ports),
    dialer: realDialer,
    logger: log,
  });
  const local = { address: facts.address, port: facts.port };
  const options = { local, identity: facts.identity, closeGraceMs: 0 };
  return openRenewedServer({ handler, log }, options);
}
