/** What keeps packets flowing on a real node. */
import { endpointSlice } from "#api/discovery/v1";
import { node, pod, service } from "#api/core/v1";
import type { Logger, Meters } from "#base";
import type { InformerSet } from "#client";
import type { ClusterConfig } from "#cli";
import { realClock, realDialer, realDisk, realProcesses, realSockets, systemRandom } from "#host";
import {
  DnsMetrics,
  dnsDefaults,
  followNodes,
  followNodesDefaults,
  PodNamespaces,
  ProxyMetrics,
  readDnsSurroundings,
  runDns,
  runServiceProxy,
  serviceProxyDefaults,
} from "#network";
import type { LocalNetwork, LocalNode } from "../local-network.ts";
import type { NodeRuntime } from "./node-runtime.ts";
import type { RunningPart } from "../run-parts.ts";

interface NetworkMeters {
  readonly proxy: Meters;
  readonly dns: Meters;
}

export interface NodeNetworkFacts {
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  readonly node: LocalNode;
  /** Where the parts count. */
  readonly meters: NetworkMeters;
}

/** Routes, CNI configuration, service proxy and names of one node, from inside its namespace. */
export async function nodeNetworkParts(
  informers: InformerSet,
  { config, network, node: self, meters }: NodeNetworkFacts,
  place: Pick<NodeRuntime, "cniDirectory" | "addressDirectory">,
  logger: Logger,
): Promise<readonly RunningPart[]> {
  const ports = { clock: realClock, processes: realProcesses };
  const nodes = informers.of(node);
  const services = informers.of(service);
  const slices = informers.of(endpointSlice);
  const routesLog = logger.child({ component: "routes" });
  const proxyLog = logger.child({ component: "proxy" });
  const cni = {
    configurationDirectory: place.cniDirectory,
    addressDirectory: place.addressDirectory,
    mtu: await linkMtu(),
  };
  return [
    {
      name: "routes",
      run: (signal) =>
        followNodes(
          { ...ports, nodes, disk: realDisk, log: routesLog },
          { self: self.name, table: "main", cni, ...followNodesDefaults },
          signal,
        ),
    },
    {
      name: "proxy",
      run: (signal) =>
        runServiceProxy(
          {
            ...ports,
            nodes,
            services,
            slices,
            sockets: realSockets,
            log: proxyLog,
            observer: new ProxyMetrics(meters.proxy, realClock),
          },
          {
            ...serviceProxyDefaults,
            nodeName: self.name,
            nodeAddresses: [self.address],
            ownAddresses: [network.dnsAddress],
            podRange: config.podNetwork,
            serviceRange: config.serviceNetwork,
          },
          signal,
        ),
    },
    dnsPart(informers, { config, network, node: self, meters }, logger),
  ];
}

/** Answers names for the node's pods; whose namespace is whose follows from their addresses. */
function dnsPart(
  informers: InformerSet,
  { config, network, node: self, meters }: NodeNetworkFacts,
  logger: Logger,
): RunningPart {
  const services = informers.of(service);
  const slices = informers.of(endpointSlice);
  const pods = informers.of(pod, { fieldSelector: `spec.nodeName=${self.name}` });
  const { dnsAddress } = network;
  const deps = {
    services,
    slices,
    clock: realClock,
    random: systemRandom,
    sockets: realSockets,
    dialer: realDialer,
    log: logger.child({ component: "dns" }),
    observer: new DnsMetrics(meters.dns),
  };
  const ranges = { podRange: config.podNetwork, serviceRange: config.serviceNetwork };
  return {
    name: "dns",
    async run(signal) {
      const { hostAddress } = network;
      const surroundings = await readDnsSurroundings(realDisk, dnsAddress, hostAddress);
      await pods.synced(signal);
      const clients = new PodNamespaces();
      using _following = clients.follow(pods);
      // Pods do not search the machine's own domains, so the server does not for them either.
      const names = { domain: config.domain, dnsAddress, hostSearch: [] };
      const options = { ...dnsDefaults, ...ranges, ...surroundings, ...names };
      await runDns({ ...deps, clients }, options, signal);
    },
  };
}

/** What fits into one packet on the node's link to the others. */
async function linkMtu(): Promise<number> {
  const shown = await realProcesses.run("ip", ["link", "show", "dev", "eth0"]);
  const found = /\bmtu (\d+)/.exec(shown.stdout);
  if (found === null) throw new Error(`the node has no link to the others: ${shown.stderr.trim()}`);
  return Number(found[1]);
}
