/** Makes the plans of `plan.ts` real, and takes them back. */

import type { Processes } from "#base";
import {
  type ClusterNetwork,
  type ClusterNetworkOptions,
  describeNetwork,
  findClusterNetwork,
  type NodeNetwork,
  nodeNetworkOf,
  nodesMax,
} from "./cluster-network.ts";
import {
  type FactsDeps,
  isOurs,
  type MachineNetworkFacts,
  readMachineFacts,
  readNodeFacts,
} from "./facts.ts";
import { planHost, planNode, planRemoval } from "./plan.ts";
import { applySteps } from "./step.ts";

export interface NodeNetworkDeps extends FactsDeps {
  readonly processes: Processes;
}

/** The network that a cluster's nodes on this machine have. */
export interface AppliedNetwork {
  readonly network: ClusterNetwork;
  readonly nodes: readonly NodeNetwork[];
}

/**
 * Gives each of `nodeNames` a network namespace and links them to each other and to the machine.
 * Idempotent: what is there already stays as it is, with the connections through it. A node's index
 * is its place in the list, so later calls may only append.
 */
export async function applyNodeNetwork(
  deps: NodeNetworkDeps,
  options: ClusterNetworkOptions,
  nodeNames: readonly string[],
): Promise<AppliedNetwork> {
  if (nodeNames.length > nodesMax) {
    throw new Error(`${nodeNames.length} nodes on one machine, at most ${nodesMax}`);
  }
  const { network, facts } = await takeSlot(deps, options);
  const nodes = nodeNames.map((name, index) => nodeNetworkOf(network, name, index));
  for (const node of nodes) {
    const exists = facts.mounts.has(node.namespacePath);
    const inside = exists ? await readNodeFacts(deps, node.namespacePath) : undefined;
    await applySteps(deps.processes, planNode(network, node, facts, inside)).catch(
      (error: unknown) => {
        throw new Error(`setting up the network of node ${node.name}`, { cause: error });
      },
    );
  }
  return { network, nodes };
}

/** How many other clusters may take the slot that we just found free. */
const slotRacesMax = 10;

/** Sets the host's part up in the cluster's own slot, or in the first free one. */
async function takeSlot(
  deps: NodeNetworkDeps,
  options: ClusterNetworkOptions,
): Promise<{ readonly network: ClusterNetwork; readonly facts: MachineNetworkFacts }> {
  for (let race = 0; ; race++) {
    const facts = await readMachineFacts(deps);
    const network = findClusterNetwork(options, facts);
    if (network === undefined) {
      throw new Error("finding addresses for the nodes: every candidate range has a route already");
    }
    try {
      await applySteps(deps.processes, planHost(network, facts));
      return { network, facts };
    } catch (error) {
      // The bridge's name is the lock: the kernel gives it to one of those who start at once.
      const now = await readMachineFacts(deps);
      const isTaken =
        now.links.has(network.bridge) && !isOurs(now, network.bridge, options.cluster);
      if (isTaken && race < slotRacesMax) continue;
      throw new Error(`setting up ${describeNetwork(network)}`, { cause: error });
    }
  }
}

/**
 * Removes every namespace, link, route, rule and table of the cluster from this machine. The
 * processes of the nodes have ended before; what is gone already is fine.
 */
export async function removeNodeNetwork(
  deps: NodeNetworkDeps,
  options: Pick<ClusterNetworkOptions, "cluster" | "namespaceDirectory">,
): Promise<void> {
  const facts = await readMachineFacts(deps);
  await applySteps(deps.processes, planRemoval(options, facts));
}
