/**
 * The addresses of a cluster on this machine, as the supervisor found them and the parts read them.
 * Real nodes have a network namespace each; simulated ones share the loopback address.
 */
import type { Disk, Processes } from "#base";
import { type ClusterConfig, within } from "#cli";
import { applyNodeNetwork, removeNodeNetwork } from "#network";

export interface LocalNetwork {
  /** The machine's address as the nodes see it. */
  readonly hostAddress: string;
  /** The address of the service `kubernetes`: the first of the service network. */
  readonly apiServiceAddress: string;
  readonly dnsAddress: string;
  /** In the host's namespace, of packets from `hostAddress`: the way to the pods. */
  readonly routingTable: string;
  /** The link from the machine to the nodes; empty for a simulated cluster. */
  readonly bridge: string;
  readonly nodes: readonly LocalNode[];
}

export interface LocalNode {
  readonly name: string;
  readonly address: string;
  /** To be entered by `nsenter --net=`; empty for a simulated node. */
  readonly namespacePath: string;
}

export interface NetworkDeps {
  readonly disk: Disk;
  readonly processes: Processes;
}

/** Makes the nodes' namespaces and links, and writes down what they are. Idempotent. */
export async function ensureLocalNetwork(
  deps: NetworkDeps,
  directory: string,
  config: ClusterConfig,
): Promise<LocalNetwork> {
  const services = serviceAddresses(config.serviceNetwork);
  const network =
    config.runtime === "simulated"
      ? { ...simulatedNetwork(config.nodeNames), ...services }
      : { ...(await applyReal(deps, directory, config)), ...services };
  await deps.disk.replaceFile(networkFile(directory), `${JSON.stringify(network)}\n`);
  return network;
}

/** What the supervisor wrote down. */
export async function readLocalNetwork(disk: Disk, directory: string): Promise<LocalNetwork> {
  const bytes = await disk.readFile(networkFile(directory));
  // Written by `ensureLocalNetwork` of this very version, before any part was started.
  const network: LocalNetwork = JSON.parse(new TextDecoder().decode(bytes));
  return network;
}

/** Takes the nodes' namespaces, links and routes off the machine again. */
export function removeLocalNetwork(
  deps: NetworkDeps,
  directory: string,
  config: ClusterConfig,
): Promise<void> {
  const options = { cluster: config.name, namespaceDirectory: namespaceDirectory(directory) };
  return removeNodeNetwork(deps, options);
}

/** The addresses of a service network that have a fixed meaning: the first, and the tenth. */
export function serviceAddresses(cidr: string): {
  readonly apiServiceAddress: string;
  readonly dnsAddress: string;
} {
  const [first, second] = cidr.split(".");
  const prefix = `${first}.${second}.0`;
  return { apiServiceAddress: `${prefix}.1`, dnsAddress: `${prefix}.10` };
}

async function applyReal(deps: NetworkDeps, directory: string, config: ClusterConfig) {
  const options = {
    cluster: config.name,
    podRange: config.podNetwork,
    serviceRange: config.serviceNetwork,
    dnsAddress: serviceAddresses(config.serviceNetwork).dnsAddress,
    namespaceDirectory: namespaceDirectory(directory),
  };
  const { network, nodes } = await applyNodeNetwork(deps, options, config.nodeNames);
  return {
    hostAddress: network.hostAddress,
    routingTable: String(network.table),
    bridge: network.bridge,
    nodes: nodes.map(({ name, address, namespacePath }) => ({ name, address, namespacePath })),
  };
}

function simulatedNetwork(nodeNames: readonly string[]) {
  const address = "127.0.0.1";
  const nodes = nodeNames.map((name) => ({ name, address, namespacePath: "" }));
  return { hostAddress: address, routingTable: "main", bridge: "", nodes };
}

function namespaceDirectory(directory: string): string {
  return `${within.run(directory)}/net`;
}

function networkFile(directory: string): string {
  return `${within.run(directory)}/network.json`;
}
