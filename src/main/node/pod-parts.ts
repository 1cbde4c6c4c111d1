/** What runs the pods of one node, on whatever runtime. */
import {
  ContainerStarter,
  ImageSource,
  type LifecycleHooks,
  type ObjectReader,
  type PodAgentDeps,
  type PodMetrics,
  type PodObjects,
  type PodProbes,
  type PodVolumes,
  PodResizer,
  type PodResizerDeps,
  PodResizes,
  PodWorkers,
  pullCredentialsOf,
  type Runtime,
  runNode,
  runPodAgent,
  type StarterDeps,
} from "#agent";
import type { Live } from "#api";
import { node, type Pod, service } from "#api/core/v1";
import { runtimeClass } from "#api/node/v1";
import type { Clock, Disk, Logger, Random } from "#base";
import { type Client, type EventRecorder, type InformerSet, QueueingEventRecorder } from "#client";
import type { ClusterConfig } from "#cli";
import type { LocalNetwork } from "../local-network.ts";
import type { RunningPart } from "../run-parts.ts";
import { lookAtNode, type MachineLook, type NodeSelf } from "./node-facts.ts";

/** How probes and hooks tell what they found. */
interface Reporting {
  readonly recorder: EventRecorder;
}

export interface PodPartsDeps {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly log: Logger;
  readonly runtime: Runtime;
  readonly metrics: PodMetrics;
  readonly volumes: PodVolumes;
  readonly objects: PodObjects;
  readonly probesOf: (reporting: Reporting & { readonly wake: (uid: string) => void }) => PodProbes;
  readonly hooksOf: (reporting: Reporting) => LifecycleHooks;
  readonly cgroups: Pick<StarterDeps, "ensureCgroup" | "removeCgroup"> &
    Pick<PodResizerDeps, "limitCgroup" | "readMemory">;
  readonly lookAtMachine: () => Promise<MachineLook>;
  /** The node's own pods. */
  readonly pods: PodAgentDeps["pods"];
  /** Or the node is there because somebody else made it. */
  readonly registersItself: boolean;
  /** Told when the node gets its share of the pod range. */
  readonly onPodCidr: (podCidr: string, signal: AbortSignal) => Promise<void>;
}

export interface PodPartsOptions {
  readonly config: ClusterConfig;
  readonly network: LocalNetwork;
  readonly self: NodeSelf;
  readonly logRoot: string;
  readonly machine: { readonly memoryBytes: number; readonly cpuCount: number };
}

/** Pods worked on at the same time on one node. */
const workerCount = 20;

export interface PodParts {
  readonly parts: readonly RunningPart[];
  readonly workers: PodWorkers;
}

export function podParts(deps: PodPartsDeps, options: PodPartsOptions): PodParts {
  const { runtime, client, log } = deps;
  const { self } = options;
  const recorder = new QueueingEventRecorder(deps, { component: "kubelet", host: self.name });
  const starter = starterOf(deps, options, recorder);
  // Probes wake the workers that ask them.
  const probes = deps.probesOf({ recorder, wake: (uid) => workers.wake(uid) });
  const nodes = deps.informers.of(node);
  const resizes = new PodResizes({
    recorder,
    clock: deps.clock,
    allocatable: () =>
      nodes.cache.find({ namespace: "", name: self.name })?.status.allocatable ?? {},
  });
  const resizer = new PodResizer(
    { ...deps.cgroups, runtime, resizes, log },
    options.machine.memoryBytes,
  );
  const workers: PodWorkers = new PodWorkers(
    { ...deps, probes, starter, recorder, resizes, resizer },
    { addresses: self.addresses, runtimeName: options.config.runtime, workerCount },
  );
  const nodeDeps = {
    client,
    nodes,
    clock: deps.clock,
    log,
    look: async (signal: AbortSignal) =>
      lookAtNode(self, runtime, await deps.lookAtMachine(), signal),
    applyPodCidr: deps.onPodCidr,
    registersItself: deps.registersItself,
  };
  return {
    workers,
    parts: [
      { name: "node", run: (signal) => runNode(nodeDeps, self.name, signal) },
      { name: "pods", run: (signal) => runPodAgent({ ...deps, workers }, signal) },
      { name: "events", run: (signal) => recorder.run(signal) },
    ],
  };
}

function starterOf(
  deps: PodPartsDeps,
  { config, network, self, logRoot, machine }: PodPartsOptions,
  recorder: QueueingEventRecorder,
): ContainerStarter {
  const images = new ImageSource({
    ...deps,
    images: deps.runtime.images,
    recorder,
    credentialsFor: (pod, image, signal) => pullCredentialsOf(deps.objects, pod, image, signal),
  });
  return new ContainerStarter(
    {
      ...deps,
      ...deps.cgroups,
      images,
      objects: objectReader(deps),
      runtimeHandlerOf: (pod, signal) => getRuntimeHandler(deps.client, pod, signal),
      hooks: deps.hooksOf({ recorder }),
      recorder,
    },
    {
      sandbox: {
        logRoot,
        dnsAddress: network.dnsAddress,
        clusterDomain: config.domain,
        hostDns: { servers: [network.dnsAddress], searches: [], options: [] },
      },
      addresses: self.addresses,
      nodeMemoryBytes: machine.memoryBytes,
      allocatable: { cpu: String(machine.cpuCount), memory: String(machine.memoryBytes) },
    },
  );
}

/** Throws NotFound for a class that is gone since the pod was created. */
async function getRuntimeHandler(
  client: Client,
  { spec }: Live<Pod>,
  signal: AbortSignal,
): Promise<string> {
  const name = spec.runtimeClassName ?? "";
  if (name === "") return "";
  return (await client.of(runtimeClass).get({ namespace: "", name }, signal)).handler;
}

function objectReader({ objects, informers }: PodPartsDeps): ObjectReader {
  const services = informers.of(service);
  return {
    findConfigMap: (namespace, name, signal) =>
      objects.findConfigMapText({ namespace, name }, signal),
    findSecret: (namespace, name, signal) => objects.findSecretText({ namespace, name }, signal),
    listServices: () => services.cache.list(),
  };
}
