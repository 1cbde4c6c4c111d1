/** What the machine itself does for the network of its nodes; runs in the host's namespace. */
import { node, service } from "#api/core/v1";
import type { Logger } from "#base";
import type { ClusterConfig } from "#cli";
import type { InformerSet } from "#client";
import { realClock, realDialer, realDisk, realProcesses, realSockets, systemRandom } from "#host";
import {
  dnsDefaults,
  followNodes,
  followNodesDefaults,
  hostPortsDefaults,
  readDnsSurroundings,
  runDnsRelay,
  runHostPorts,
  silentDnsObserver,
} from "#network";
import type { LocalNetwork } from "./local-network.ts";
import type { RunningPart } from "./run-parts.ts";

interface HostNetworkFacts {
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  readonly logger: Logger;
}

export function hostNetworkParts(
  informers: InformerSet,
  facts: HostNetworkFacts,
): readonly RunningPart[] {
  const log = facts.logger.child({ component: "host network" });
  return [
    podRoutes(informers, facts.network, log),
    hostPorts(informers, facts, log),
    namesRelay(facts.network, log),
  ];
}

/** Routes from the machine to the pods, for requests that the API server passes on to them. */
function podRoutes(
  informers: InformerSet,
  { routingTable }: LocalNetwork,
  log: Logger,
): RunningPart {
  const nodes = informers.of(node);
  const deps = { nodes, clock: realClock, disk: realDisk, processes: realProcesses, log };
  const options = { self: undefined, table: routingTable, cni: undefined, ...followNodesDefaults };
  return {
    name: "pod routes",
    run: (signal) => followNodes(deps, options, signal),
  };
}

/** Node ports on the machine's own addresses, as `localhost:30080`; the first node answers. */
function hostPorts(
  informers: InformerSet,
  { config, network }: HostNetworkFacts,
  log: Logger,
): RunningPart {
  const deps = { services: informers.of(service), clock: realClock, processes: realProcesses, log };
  const place = {
    cluster: config.name,
    bridge: network.bridge,
    nodeAddress: network.nodes[0]?.address ?? network.hostAddress,
  };
  return {
    name: "host ports",
    run: (signal) => runHostPorts(deps, { ...hostPortsDefaults, ...place }, signal),
  };
}

/** The nodes' way to a resolver that only the machine itself can reach. */
function namesRelay({ dnsAddress, hostAddress }: LocalNetwork, log: Logger): RunningPart {
  const observer = silentDnsObserver;
  const ports = {
    clock: realClock,
    random: systemRandom,
    sockets: realSockets,
    dialer: realDialer,
  };
  return {
    name: "names relay",
    async run(signal) {
      const { relayed } = await readDnsSurroundings(realDisk, dnsAddress, hostAddress);
      const upstreams = relayed.map((address) => ({ address, port: dnsDefaults.port }));
      const options = { ...dnsDefaults, addresses: [hostAddress], upstreams };
      await runDnsRelay({ ...ports, log, observer }, options, signal);
    },
  };
}
