/** All simulated nodes of a cluster in one process: real agents on runtimes that run nothing. */
import { gitVersion } from "#api";
import {
  type LifecycleHooks,
  nodeNameIndex,
  PodMetrics,
  PodObjects,
  type PodProbes,
  PodsByNode,
  type PodVolumes,
  simulatedRuntime,
} from "#agent";
import { pod } from "#api/core/v1";
import { type Disk, uncounted } from "#base";
import { within } from "#cli";
import { realClock, realDisk, realMachine, systemRandom } from "#host";
import type { AgentPlace, AgentSession } from "../agent.ts";
import type { RunningPart } from "../run-parts.ts";
import { lookAtMachine, type MachineLook } from "./node-facts.ts";
import { podParts, type PodPartsDeps } from "./pod-parts.ts";

const lookEveryMs = 60_000;

export async function simulatedNodeParts(
  { client, informers }: AgentSession,
  { directory, config, network, log }: AgentPlace,
): Promise<readonly RunningPart[]> {
  const machine = await realMachine.describe();
  const objects = new PodObjects({ client, clock: realClock });
  // One watch for all nodes, not one for each.
  const pods = new PodsByNode(informers.of(pod, { indexes: nodeNameIndex }));
  const look = sharedLook(directory);
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
        metrics: new PodMetrics(uncounted, realClock),
        volumes: noVolumes,
        objects,
        probesOf: () => contentProbes,
        hooksOf: () => noHooks,
        cgroups: noCgroups,
        pods: pods.of(name),
        lookAtMachine: look,
        onPodCidr: (podCidr, signal) => runtime.applyPodCidr(podCidr, signal),
      },
      {
        config,
        network,
        machine,
        logRoot: `${within.node(directory, name)}/logs`,
        self: { name, addresses: [address], agentPort: 0, version: gitVersion },
      },
    );
    return parts.map((part) => ({ ...part, name: `${part.name} of ${name}` }));
  });
}

/** One look at the machine serves all nodes that start from it, for a while. */
function sharedLook(directory: string): () => Promise<MachineLook> {
  let latest: { readonly atMs: number; readonly look: Promise<MachineLook> } | undefined;
  return () => {
    const nowMs = realClock.elapsedMs();
    if (latest === undefined || nowMs - latest.atMs > lookEveryMs) {
      latest = { atMs: nowMs, look: lookAtMachine(directory) };
    }
    return latest.look;
  };
}

/** Nothing runs, so nothing reads its volumes. */
const noVolumes: PodVolumes = {
  prepare: async () => {},
  mountsOf: async () => [],
  remove: async () => {},
  discard: async () => {},
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

/** What runs nothing is not limited. */
const noCgroups: PodPartsDeps["cgroups"] = {
  ensureCgroup: async () => "",
  removeCgroup: async () => {},
  limitCgroup: async () => {},
  readMemory: async () => undefined,
};

const noHooks: LifecycleHooks = { postStart: async () => {}, preStop: async () => {} };

/** Containers that print nothing need no directories for their logs. */
const diskWithoutLogs: Disk = {
  ...realDisk,
  makeDirectory: async () => {},
};
