/** All simulated nodes of a cluster in one process: real agents on runtimes that run nothing. */
import { gitVersion, type Live, parseDuration } from "#api";
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
import { type Node, node, pod } from "#api/core/v1";
import { type Disk, uncounted } from "#base";
import { within } from "#cli";
import { realClock, realDisk, realMachine, systemRandom } from "#host";
import { startupAnnotation } from "#nodegroups";
import type { AgentPlace, AgentSession } from "../agent.ts";
import type { RunningPart } from "../run-parts.ts";
import { followGroupNodes } from "./group-nodes.ts";
import { lookAtMachine, type MachineLook, type NodeSelf } from "./node-facts.ts";
import { podParts, type PodPartsDeps } from "./pod-parts.ts";

const lookEveryMs = 60_000;

export async function simulatedNodeParts(
  session: AgentSession,
  place: AgentPlace,
): Promise<readonly RunningPart[]> {
  const machine = await realMachine.describe();
  const { client, informers } = session;
  const surroundings: Surroundings = {
    session,
    place,
    machine,
    objects: new PodObjects({ client, clock: realClock }),
    // One watch for all nodes, not one for each.
    pods: new PodsByNode(informers.of(pod, { indexes: nodeNameIndex })),
    look: sharedLook(place.directory),
  };
  const fixed = place.network.nodes.flatMap(({ name, address }) =>
    simulatedNode(surroundings, {
      self: { name, addresses: [address], agentPort: 0, version: gitVersion, ...asItsMachine },
      registersItself: true,
    }),
  );
  const starting = (found: Live<Node>) => groupNode(surroundings, found);
  const groups = { nodes: informers.of(node), partsOf: starting, log: place.log };
  return [...fixed, { name: "node groups", run: (signal) => followGroupNodes(groups, signal) }];
}

const asItsMachine = { capacity: undefined, readyAtMs: 0 };

interface Surroundings {
  readonly session: AgentSession;
  readonly place: AgentPlace;
  readonly machine: { readonly memoryBytes: number; readonly cpuCount: number };
  readonly objects: PodObjects;
  readonly pods: PodsByNode;
  readonly look: () => Promise<MachineLook>;
}

/** A node of a group: the object is there before the node is, and says what it has. */
function groupNode(surroundings: Surroundings, found: Live<Node>): readonly RunningPart[] {
  const { name, creationTimestamp, annotations = {} } = found.metadata;
  const startupMs = parseDuration(annotations[startupAnnotation] ?? "0s");
  const identity = { name, addresses: ["127.0.0.1"], agentPort: 0, version: gitVersion };
  return simulatedNode(surroundings, {
    self: {
      ...identity,
      capacity: found.status.capacity,
      readyAtMs: Date.parse(creationTimestamp) + startupMs,
    },
    registersItself: false,
  });
}

function simulatedNode(
  { session, place, machine, objects, pods, look }: Surroundings,
  { self, registersItself }: { readonly self: NodeSelf; readonly registersItself: boolean },
): readonly RunningPart[] {
  const { client, informers } = session;
  const { directory, config, network, log } = place;
  const { name } = self;
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
      registersItself,
    },
    { config, network, machine, logRoot: `${within.node(directory, name)}/logs`, self },
  );
  return parts.map((part) => ({ ...part, name: `${part.name} of ${name}` }));
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
