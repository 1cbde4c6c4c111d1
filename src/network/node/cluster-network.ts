/**
 * The names, addresses and numbers of one cluster's network on one machine.
 *
 *   host namespace                      node namespaces
 *   ┌──────────────────────────┐        ┌──────────────────────────────────────┐
 *   │ eth0 ◄─ masquerade ─ wherry0 ─────┤ eth0 10.44.0.2   cni0 10.42.0.1/24   │
 *   │                  10.44.0.1/24 ──┐ │ services0 10.43.0.10 (node-local DNS)│
 *   └──────────────────────────┘      │ └──────────────────────────────────────┘
 *                                     └─┤ eth0 10.44.0.3   …                   │
 *
 * Clusters side by side differ in their slot: subnet, bridge and routing table follow from it. Pod
 * and service ranges may be equal in all of them, since no main routing table knows them: the machine's
 * own packets go to the cluster that came first.
 */

import { addressIn, type Cidr, formatCidr, formatIpv4, overlaps, parseCidr } from "../address.ts";
import { isOurs, type MachineNetworkFacts } from "./facts.ts";

/** A cluster as the network sees it. Ranges are IPv4. */
export interface ClusterNetworkOptions {
  /** A DNS label; part of the names of the nftables table and the bridge's alias. */
  readonly cluster: string;
  /** Addresses of pods. Default `10.42.0.0/16`. */
  readonly podRange: string;
  /** Addresses of services. Default `10.43.0.0/16`. */
  readonly serviceRange: string;
  /** Where pods ask for names: an address of the service range. Default `10.43.0.10`. */
  readonly dnsAddress: string;
  /** Absolute path of a directory for the handles of the node namespaces. */
  readonly namespaceDirectory: string;
}

export const clusterRanges = {
  podRange: "10.42.0.0/16",
  serviceRange: "10.43.0.0/16",
  dnsAddress: "10.43.0.10",
} as const;

/** One cluster's share of the machine: everything follows from `slot`. */
export interface ClusterNetwork extends ClusterNetworkOptions {
  readonly slot: number;
  /** Of node addresses: `10.44.0.0/24`. */
  readonly subnet: Cidr;
  readonly bridge: string;
  /** The machine's own address on the bridge, as nodes reach the API server and others. */
  readonly hostAddress: string;
  /** Routing table and rule priority in the host's namespace. */
  readonly table: number;
  /** nftables table in the host's namespace. */
  readonly hostTable: string;
}

/** One node of the cluster on this machine. */
export interface NodeNetwork {
  readonly name: string;
  /** Counts the nodes of this machine from 0; at most `nodesMax - 1`. */
  readonly index: number;
  /** The node's InternalIP. */
  readonly address: string;
  /** File to enter its network namespace by: `nsenter --net=<path>`. */
  readonly namespacePath: string;
  /** The host's end of the link to it. */
  readonly hostLink: string;
}

/** A /24 has the network's, the host's and the broadcast address beside the nodes'. */
export const nodesMax = 253;

/** Private ranges (RFC 1918) that few networks use; 64 slots of each. */
const slotRanges: readonly number[] = [
  (10 << 24) | (44 << 16),
  ((172 << 24) >>> 0) + (29 << 16),
  ((192 << 24) >>> 0) + (168 << 16) + (128 << 8),
];
const slotsPerRange = 64;
const tableBase = 10_430;

/**
 * Picks the slot that the cluster holds already, else the first whose subnet no route, address or
 * other cluster of this machine uses. Undefined when there is none.
 */
export function findClusterNetwork(
  options: ClusterNetworkOptions,
  facts: MachineNetworkFacts,
): ClusterNetwork | undefined {
  const slots = slotRanges.length * slotsPerRange;
  const networks = Array.from({ length: slots }, (_, slot) => networkOfSlot(options, slot));
  const held = networks.find((network) => isOurs(facts, network.bridge, options.cluster));
  if (held !== undefined) return held;
  const reserved = [options.podRange, options.serviceRange].flatMap(
    (text) => parseCidr(text) ?? [],
  );
  const taken = [...facts.ranges, ...reserved];
  return networks.find(
    (network) =>
      !facts.links.has(network.bridge) &&
      !facts.rules.some((rule) => rule.table === String(network.table)) &&
      !taken.some((range) => overlaps(range, network.subnet)),
  );
}

/** The node number `index` of a cluster on this machine. */
export function nodeNetworkOf(network: ClusterNetwork, name: string, index: number): NodeNetwork {
  return {
    name,
    index,
    address: addressIn(network.subnet, index + 2),
    namespacePath: `${network.namespaceDirectory}/${name}.net`,
    hostLink: `${network.bridge}n${index}`,
  };
}

function networkOfSlot(options: ClusterNetworkOptions, slot: number): ClusterNetwork {
  const range = slotRanges[Math.floor(slot / slotsPerRange)] ?? 0;
  const base = range + (slot % slotsPerRange) * 256;
  const subnet = { base, prefixLength: 24 };
  return {
    ...options,
    slot,
    subnet,
    bridge: `wherry${slot}`,
    hostAddress: formatIpv4(base + 1),
    table: tableBase + slot,
    hostTable: `wherry-${options.cluster}`,
  };
}

/** What a person reads: `10.44.0.0/24 on wherry0`. */
export function describeNetwork(network: ClusterNetwork): string {
  return `${formatCidr(network.subnet)} on ${network.bridge}`;
}
