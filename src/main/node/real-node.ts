/** One real node: containerd, pods, packets and names, from inside the node's network namespace. */
import { gitVersion, type Live, qosClassOf } from "#api";
import {
  type CertificateFacts,
  ClaimMetrics,
  defaultRotationLimits,
  keepEmptyDirsSmall,
  keepLogsSmall,
  lifecycleHooks,
  type NodeVolumes,
  nodeCgroup,
  observedCgroups,
  openNodeVolumes,
  PodMetrics,
  PodProber,
  ProbeMetrics,
  podCgroups,
  podCgroup,
  podResources,
  type PodWorkers,
  readPodMemory,
  registerAgentFacts,
  type Runtime,
  VolumeMetrics,
} from "#agent";
import { type Pod, pod } from "#api/core/v1";
import type { Logger } from "#base";
import { within } from "#cli";
import { realClock, realDisk, realMachine, realProcesses, systemRandom } from "#host";
import type { AgentPlace, AgentSession } from "../agent.ts";
import { agentsClientName, monitorName, openPki } from "../credentials.ts";
import { type LiveIdentity, openLiveIdentity } from "../live-identity.ts";
import type { LocalNode } from "../local-network.ts";
import type { NodeCounting } from "../metrics-page.ts";
import type { RunningPart } from "../run-parts.ts";
import { lookAtMachine } from "./node-facts.ts";
import { openNodeEndpoint } from "./node-endpoint.ts";
import { nodeNetworkParts } from "./node-network.ts";
import { type NodeRuntime, openNodeRuntime } from "./node-runtime.ts";
import { podNetwork } from "./pod-network.ts";
import { podParts } from "./pod-parts.ts";

const agentPort = 10_250;

interface RealNodePlace extends AgentPlace {
  /** Where the node's parts count. */
  readonly counting: NodeCounting;
}

export interface RealNode extends AsyncDisposable {
  readonly parts: readonly RunningPart[];
}

/** Brings up what the node runs on, and gives the parts to run. */
export async function openRealNode(
  session: AgentSession,
  place: RealNodePlace,
  name: string,
  signal: AbortSignal,
): Promise<RealNode> {
  const { directory, config, network, log, counting } = place;
  const node = network.nodes.find((found) => found.name === name);
  if (node === undefined) throw new Error(`no node ${name} in this cluster`);
  const nodeDirectory = within.node(directory, name);
  await using scope = new AsyncDisposableStack();
  const { meters } = counting.agent;
  const opening = { logger: log, meters };
  const base = scope.use(await openNodeRuntime(nodeDirectory, opening, signal));
  log.info("containerd answers");

  const { parts, workers } = await openPods(session, place, { node, runtime: base, signal });
  const pki = await openPki({ disk: realDisk, clock: realClock }, directory);
  const identity = await openLiveIdentity(
    { clock: realClock, random: systemRandom, log },
    { pki, config, network },
    { kind: "node-server", node: name },
  );
  const listPods = () => workers.list();
  registerAgentFacts(meters, () => ({
    nodeName: name,
    pods: listPods(),
    certificates: { client: factsOf(session.identity), server: factsOf(identity) },
  }));
  const claims = new ClaimMetrics(meters, { client: session.client, disk: realDisk, listPods });
  scope.use(
    await openNodeEndpoint(
      { workers, runtime: base.runtime, log: log.child({ component: "endpoint" }) },
      {
        nodeName: name,
        address: node.address,
        port: agentPort,
        directory: nodeDirectory,
        identity,
        users: { server: agentsClientName, monitor: monitorName },
        nodeCgroup: nodeCgroup(config.name, name),
        counting,
        refresh: (asking) => claims.refresh(asking),
      },
    ),
  );
  const networkMeters = { proxy: counting.proxy.meters, dns: counting.dns.meters };
  const facts = { config, network, node, meters: networkMeters };
  const networkParts = await nodeNetworkParts(session.informers, facts, base, log);
  const owned = scope.move();
  return {
    parts: [
      base.part,
      { name: "serving certificate", run: (ending) => identity.run(ending) },
      ...networkParts,
      ...parts,
    ],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function factsOf(identity: LiveIdentity): CertificateFacts {
  const { notAfterMs } = identity.current.validity;
  return {
    secondsLeft: (notAfterMs - realClock.nowMs()) / 1000,
    failureCount: identity.failureCount,
  };
}

async function openPods(
  session: AgentSession,
  { directory, config, network, log, counting }: RealNodePlace,
  on: {
    readonly node: LocalNode;
    readonly runtime: NodeRuntime;
    readonly signal: AbortSignal;
  },
) {
  const { name, address } = on.node;
  const { runtime } = on.runtime;
  const nodeDirectory = within.node(directory, name);
  const ports = { disk: realDisk, processes: realProcesses, clock: realClock };
  const podsLog = log.child({ component: "pods" });
  const machine = await realMachine.describe();
  const volumeMetrics = new VolumeMetrics(counting.agent.meters, realClock);
  const opening = { ...on, metrics: volumeMetrics };
  const volumes = await openVolumes(session, { directory, config, network, log }, opening);
  const { meters } = counting.agent;
  const cgroups = observedCgroups(
    podCgroups(ports, nodeCgroup(config.name, name), "cgroupfs"),
    meters,
    realClock,
  );
  const probeMetrics = new ProbeMetrics(counting.probes.meters);
  const known = { name, addresses: [address], agentPort, version: gitVersion };
  const self = { ...known, capacity: undefined, readyAtMs: 0 };
  const reaching = { ...ports, runtime, network: podNetwork, log: podsLog };
  const { parts, workers } = podParts(
    {
      ...session,
      ...ports,
      log: podsLog,
      random: systemRandom,
      runtime,
      metrics: new PodMetrics(meters, realClock),
      volumes,
      objects: volumes.objects,
      probesOf: (reporting) =>
        new PodProber({ ...reaching, ...reporting, metrics: probeMetrics }, self),
      hooksOf: (reporting) => lifecycleHooks({ ...reaching, ...reporting }, self),
      cgroups: {
        ensureCgroup: (of) => cgroups.ensure(of.metadata.uid, qosClassOf(of), podResources(of)),
        removeCgroup: cgroups.remove,
        limitCgroup: async (of, limits) => {
          await cgroups.ensure(of.metadata.uid, qosClassOf(of), limits);
        },
        readMemory: (of, containerIds) =>
          readPodMemory(
            realDisk,
            podCgroup(nodeCgroup(config.name, name), qosClassOf(of), of.metadata.uid),
            containerIds,
          ),
      },
      pods: session.informers.of(pod, { fieldSelector: `spec.nodeName=${name}` }),
      lookAtMachine: () => lookAtMachine(nodeDirectory),
      // The CNI configuration follows the Node object by itself.
      onPodCidr: async () => {},
      registersItself: true,
    },
    {
      config,
      network,
      machine,
      logRoot: `${nodeDirectory}/logs`,
      self,
    },
  );
  volumeMetrics.show(() => workers.list());
  return { workers, parts: [...parts, ...upkeepParts(runtime, volumes, workers, podsLog)] };
}

/** What keeps pods' volumes up to date, and them and their logs within bounds. */
function upkeepParts(
  runtime: Runtime,
  volumes: NodeVolumes,
  workers: PodWorkers,
  log: Logger,
): readonly RunningPart[] {
  const ports = { disk: realDisk, processes: realProcesses, clock: realClock };
  const logDeps = { ...ports, runtime, logger: log };
  const limitDeps = {
    ...ports,
    log,
    listPods: () => workers.list(),
    directoriesOf: (of: Live<Pod>) => volumes.limitedDirectoriesOf(of),
    evict: (of: Live<Pod>, message: string) => workers.evict(of, message),
  };
  return [
    { name: "volumes", run: (signal) => volumes.run(() => workers.list(), signal) },
    { name: "size limits", run: (signal) => keepEmptyDirsSmall(limitDeps, signal) },
    {
      name: "log rotation",
      run: (signal) => keepLogsSmall(logDeps, defaultRotationLimits, signal),
    },
  ];
}

async function openVolumes(
  { client }: AgentSession,
  { directory, config, log }: AgentPlace,
  on: {
    readonly node: LocalNode;
    readonly metrics: VolumeMetrics;
    readonly signal: AbortSignal;
  },
): Promise<NodeVolumes> {
  const { cpuCount, memoryBytes } = await realMachine.describe();
  const deps = {
    client,
    disk: realDisk,
    processes: realProcesses,
    clock: realClock,
    log: log.child({ component: "volumes" }),
    metrics: on.metrics,
  };
  const options = {
    directory: `${within.node(directory, on.node.name)}/volumes`,
    addresses: [on.node.address],
    clusterDomain: config.domain,
    allocatable: { cpu: String(cpuCount), memory: String(memoryBytes) },
  };
  return await openNodeVolumes(deps, options, on.signal);
}
