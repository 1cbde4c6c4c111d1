import { adminGroup, type ApiServer, userOf } from "#apiserver";
import { node, service } from "#api/core/v1";
import type { Logger } from "#base";
import type { ClusterConfig } from "#cli";
import { type Client, createClient, InformerSet } from "#client";
import { allControllers } from "#controllers";
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
import { Scheduler } from "#scheduler";
import type { LocalNetwork } from "./local-network.ts";
import type { RunningPart } from "./run-parts.ts";

/** One node's share of the pod range: addresses for 254 pods. */
const nodePrefixLength = 24;

export interface ControlPlaneFacts {
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  /** The cluster's certificate authority, PEM. */
  readonly authority: string;
  readonly logger: Logger;
}

/**
 * Controllers and scheduler, which speak to the API server in this process under upstream's names.
 * They read from the same caches.
 */
export function controlPlaneParts(
  api: ApiServer,
  { config, network, authority, logger }: ControlPlaneFacts,
): readonly RunningPart[] {
  const ports = { clock: realClock, random: systemRandom };
  const controllers = componentClient(api, "system:kube-controller-manager");
  const scheduler = componentClient(api, "system:kube-scheduler");
  const log = logger.child({ component: "controllers" });
  const informers = new InformerSet({ ...ports, client: controllers, log });
  return [
    ...allControllers(
      { ...ports, client: controllers, informers, log },
      { podRange: { cidr: config.podNetwork, nodePrefixLength }, authority },
    ),
    new Scheduler({
      ...ports,
      client: scheduler,
      informers,
      log: logger.child({ component: "scheduler" }),
    }),
    ...(config.runtime === "containerd"
      ? [
          podRoutes(informers, network, log),
          hostPorts(informers, { config, network, authority, logger }),
        ]
      : []),
    // Last: every informer must have been asked for before the set runs.
    { name: "informers", run: (signal) => informers.run(signal) },
  ];
}

/** Routes from the machine to the pods, for requests that the API server passes on to them. */
function podRoutes(informers: InformerSet, { routingTable }: LocalNetwork, log: Logger) {
  const nodes = informers.of(node);
  const deps = { nodes, clock: realClock, disk: realDisk, processes: realProcesses, log };
  const options = { self: undefined, table: routingTable, cni: undefined, ...followNodesDefaults };
  return {
    name: "pod routes",
    run: (signal: AbortSignal) => followNodes(deps, options, signal),
  };
}

/** Node ports on the machine's own addresses, as `localhost:30080`; the first node answers. */
function hostPorts(informers: InformerSet, { config, network, logger }: ControlPlaneFacts) {
  const log = logger.child({ component: "host ports" });
  const deps = { services: informers.of(service), clock: realClock, processes: realProcesses, log };
  const place = {
    cluster: config.name,
    bridge: network.bridge,
    nodeAddress: network.nodes[0]?.address ?? network.hostAddress,
  };
  return {
    name: "host ports",
    run: (signal: AbortSignal) => runHostPorts(deps, { ...hostPortsDefaults, ...place }, signal),
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

/** A client that acts as one of our own components. */
export function componentClient(api: ApiServer, name: string): Client {
  return createClient(api.transportFor(userOf(name, adminGroup)));
}
