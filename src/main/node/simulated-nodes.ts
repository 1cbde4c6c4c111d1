/** All simulated nodes of a cluster in one process: real agents on runtimes that run nothing. */
import {
  type LifecycleHooks,
  type PodAgentDeps,
  PodObjects,
  type PodProbes,
  type PodVolumes,
  simulatedRuntime,
} from "#agent";
import { type Pod, pod } from "#api/core/v1";
import type { Disk } from "#base";
import type { Informer } from "#client";
import { within } from "#cli";
import { realClock, realDisk, realMachine, systemRandom } from "#host";
import type { AgentPlace, AgentSession } from "../agent.ts";
import type { RunningPart } from "../run-parts.ts";
import { nodeVersion } from "../version.ts";
import { podParts } from "./pod-parts.ts";

const nodeIndex = "node";

export async function simulatedNodeParts(
  { client, informers }: AgentSession,
  { directory, config, network, log }: AgentPlace,
): Promise<readonly RunningPart[]> {
  const machine = await realMachine.describe();
  const objects = new PodObjects({ client, clock: realClock });
  // One watch for all nodes, not one for each.
  const pods = informers.of(pod, {
    indexes: { [nodeIndex]: ({ spec }) => (spec.nodeName === undefined ? [] : [spec.nodeName]) },
  });
  return network.nodes.flatMap(({ name, address }) => {
    const runtime = simulatedRuntime({ clock: realClock, random: systemRandom });
    const { parts } = podParts(
      {
        client,
        informers,
        log: log.child({ node: name }),
        clock: realClock,
        random: systemRandom,
        disk: diskWithoutLogs,
        runtime,
        volumes: noVolumes,
        objects,
        probes: contentProbes,
        hooks: noHooks,
        cgroups: { ensureCgroup: async () => "", removeCgroup: async () => {} },
        pods: podsOfNode(pods, name),
        onPodCidr: (podCidr, signal) => runtime.applyPodCidr(podCidr, signal),
      },
      {
        config,
        network,
        machine,
        logRoot: `${within.node(directory, name)}/logs`,
        self: { name, addresses: [address], agentPort: 0, directory, version: nodeVersion },
      },
    );
    return parts.map((part) => ({ ...part, name: `${part.name} of ${name}` }));
  });
}

/** One node's share of an informer that follows the pods of all. */
function podsOfNode(pods: Informer<Pod>, nodeName: string): PodAgentDeps["pods"] {
  return {
    synced: (signal) => pods.synced(signal),
    cache: {
      find: (key) => pods.cache.find(key),
      list: () => pods.cache.byIndex(nodeIndex, nodeName),
      byIndex: (name, value) => pods.cache.byIndex(name, value),
      get size() {
        return pods.cache.byIndex(nodeIndex, nodeName).length;
      },
    },
    onChange: (handler) =>
      pods.onChange((change) => {
        if ((change.after ?? change.before)?.spec.nodeName === nodeName) handler(change);
      }),
  };
}

/** Nothing runs, so nothing reads its volumes. */
const noVolumes: PodVolumes = {
  prepare: async () => {},
  mountsOf: async () => [],
  remove: async () => {},
  listUids: async () => [],
};

/** What runs nothing is as healthy as its annotations let it be: a container that runs is ready. */
const contentProbes: PodProbes = {
  track: () => {},
  forget: () => {},
  hasStarted: () => true,
  isReady: () => true,
  findFailure: () => undefined,
};

const noHooks: LifecycleHooks = { postStart: async () => {}, preStop: async () => {} };

/** Containers that print nothing need no directories for their logs. */
const diskWithoutLogs: Disk = {
  ...realDisk,
  makeDirectory: async () => {},
};
