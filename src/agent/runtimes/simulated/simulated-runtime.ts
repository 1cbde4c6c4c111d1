/**
 * A runtime that runs nothing: sandboxes and containers are records, whose life follows the pod's
 * annotations (`behavior.ts`). Everything above it, from pod workers to the scheduler, is real.
 */
import { type Clock, type Random, sleep } from "#base";
import {
  type ContainerRuntime,
  type ImageRuntime,
  type Runtime,
  RuntimeError,
  type SandboxRuntime,
} from "../../runtime.ts";
import type { ContainerStats, ImageFacts, SandboxStats } from "../../runtime-state.ts";
import { AddressPool } from "./address-pool.ts";
import { behaviorOf } from "./behavior.ts";
import { EventFeed } from "./event-feed.ts";
import { type SimulatedContainer, SimulatedPods, summaryOf } from "./simulated-pods.ts";

export interface SimulatedDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/** A runtime that must be disposed of, which stops its timers. */
export interface SimulatedRuntime extends Runtime, Disposable {}

/** What the parts of one node share. */
interface Node {
  readonly clock: Clock;
  readonly pods: SimulatedPods;
  readonly images: Map<string, ImageFacts>;
  addresses: AddressPool | undefined;
}

const imageBytes = 10 * 1024 * 1024;

export function simulatedRuntime({ clock, random }: SimulatedDeps): SimulatedRuntime {
  const events = new EventFeed();
  const pods = new SimulatedPods({ clock, random, events });
  const node: Node = { clock, pods, images: new Map(), addresses: undefined };
  return {
    sandboxes: sandboxesOf(node),
    containers: containersOf(node),
    images: imagesOf(node),
    version: async () => ({ name: "simulated", version: "1.0.0", apiVersion: "v1" }),
    status: async () => ({ conditions: conditionsOf(node), handlers: [] }),
    async applyPodCidr(podCidr) {
      node.addresses ??= new AddressPool(podCidr);
    },
    watch: (signal) => events.follow(signal),
    [Symbol.dispose]: () => pods[Symbol.dispose](),
  };
}

function conditionsOf({ addresses }: Node) {
  const hasRange = addresses !== undefined;
  const networkMessage = hasRange ? "" : "the node has no pod range yet";
  return [
    { type: "RuntimeReady", status: true, reason: "", message: "" },
    {
      type: "NetworkReady",
      status: hasRange,
      reason: hasRange ? "" : "NetworkPluginNotReady",
      message: networkMessage,
    },
  ];
}

function sandboxesOf(node: Node): SandboxRuntime {
  const { pods } = node;
  return {
    run: async (config, handler) => pods.runSandbox(config, handler, node.addresses),
    stop: async (id) => pods.stopSandbox(id, node.addresses),
    remove: async (id) => pods.removeSandbox(id, node.addresses),
    list: async (filter) => pods.listSandboxes(filter),
    find: async (id) => pods.findSandbox(id),
    listStats: async () =>
      pods.listSandboxes({}).map((sandbox) => sandboxStatsOf(node, sandbox.id)),
    preparePortForward: runsNothing,
  };
}

function containersOf(node: Node): ContainerRuntime {
  const { pods, clock } = node;
  return {
    create: async (sandboxId, config) => pods.createContainer(sandboxId, config),
    async start(id, signal) {
      const { startMs } = pods.getContainer(id).behavior;
      if (startMs > 0) await sleep(clock, startMs, signal);
      pods.startContainer(id);
    },
    stop: async (id) => pods.stopContainer(id),
    remove: async (id) => pods.removeContainer(id),
    list: async (filter) => pods.listContainers(filter).map(summaryOf),
    find: async (id) => pods.findContainer(id)?.status,
    updateResources: async (id, resources) => pods.updateResources(id, resources),
    reopenLog: async (id) => void pods.getContainer(id),
    async execSync(id) {
      pods.getContainer(id);
      return { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: 0 };
    },
    prepareExec: runsNothing,
    prepareAttach: runsNothing,
    listStats: async (filter) =>
      pods.listContainers(filter).map((container) => containerStatsOf(node, container)),
    findStats: async (id) => {
      const container = pods.findContainer(id);
      return container === undefined ? undefined : containerStatsOf(node, container);
    },
  };
}

function imagesOf({ clock, images }: Node): ImageRuntime {
  return {
    find: async (image) => images.get(image),
    list: async () => [...images.values()],
    async pull({ image, sandbox }, signal) {
      const { pullMs, pullError } = behaviorOf(sandbox?.annotations ?? {}, "");
      if (pullMs > 0) await sleep(clock, pullMs, signal);
      if (pullError !== "") throw new RuntimeError("notFound", pullError);
      images.set(image, imageOf(image));
      return image;
    },
    remove: async (image) => void images.delete(image),
    filesystems: async () => [],
  };
}

function imageOf(image: string): ImageFacts {
  return {
    id: image,
    repoTags: [image],
    repoDigests: [],
    sizeBytes: imageBytes,
    uid: undefined,
    username: "",
    pinned: false,
  };
}

async function runsNothing(): Promise<never> {
  throw new RuntimeError("unimplemented", "this node is simulated: nothing runs in its containers");
}

function sandboxStatsOf(node: Node, id: string): SandboxStats {
  const sandbox = node.pods.findSandbox(id);
  if (sandbox === undefined) throw new RuntimeError("notFound", `no sandbox "${id}"`);
  const containers = node.pods
    .listContainers({ sandboxId: id })
    .map((container) => containerStatsOf(node, container));
  const sum = (of: (stats: ContainerStats) => number | undefined) =>
    containers.reduce((total, stats) => total + (of(stats) ?? 0), 0);
  const atMs = node.clock.nowMs();
  const workingSetBytes = sum(({ memory }) => memory?.workingSetBytes);
  return {
    id,
    metadata: sandbox.metadata,
    labels: sandbox.labels,
    cpu: {
      atMs,
      usageCoreNanoseconds: sum(({ cpu }) => cpu?.usageCoreNanoseconds),
      usageNanoCores: sum(({ cpu }) => cpu?.usageNanoCores),
    },
    memory: memoryOf(atMs, workingSetBytes),
    network: undefined,
    processCount: containers.length,
    containers,
  };
}

function containerStatsOf(
  { clock }: Node,
  { status, behavior }: SimulatedContainer,
): ContainerStats {
  const atMs = clock.nowMs();
  const isRunning = status.state === "running";
  const untilMs = isRunning ? atMs : status.finishedAtMs;
  const ranMs = status.startedAtMs === 0 ? 0 : untilMs - status.startedAtMs;
  return {
    id: status.id,
    metadata: status.metadata,
    labels: status.labels,
    cpu: {
      atMs,
      usageCoreNanoseconds: Math.round((behavior.cpuNanoCores * ranMs) / 1000),
      usageNanoCores: isRunning ? behavior.cpuNanoCores : 0,
    },
    memory: memoryOf(atMs, isRunning ? behavior.memoryBytes : 0),
    writableLayer: undefined,
  };
}

function memoryOf(atMs: number, bytes: number) {
  return {
    atMs,
    workingSetBytes: bytes,
    availableBytes: undefined,
    usageBytes: bytes,
    rssBytes: bytes,
    pageFaults: 0,
    majorPageFaults: 0,
  };
}
