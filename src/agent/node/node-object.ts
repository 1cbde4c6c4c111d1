/** What a node tells about itself. Pure: from facts to the Node object. Names are upstream's. */

import type { MachineFacts } from "#base";
import { formatTime, quantityOf, formatQuantity } from "#api";
import type { Node, NodeCondition, NodeStatus } from "#api/core/v1";
import type { RuntimeCondition, RuntimeVersion } from "../runtime.ts";
import type { ImageFacts } from "../runtime-state.ts";

export interface NodeFacts {
  readonly name: string;
  /** The node's own addresses, the main one first. */
  readonly addresses: readonly string[];
  readonly agentPort: number;
  readonly machine: MachineFacts;
  readonly runtime: RuntimeVersion;
  readonly runtimeConditions: readonly RuntimeCondition[];
  readonly images: readonly ImageFacts[];
  /** As `kubectl get nodes` shows it: `v1.36.2+wherry`. */
  readonly version: string;
  readonly podsMax: number;
  /** What a node has that is not as large as its machine. */
  readonly capacity: Readonly<Record<string, string>> | undefined;
  readonly storageBytes: number;
  /** Free space of the file system that pods and images lie on; undefined when unknown. */
  readonly storageFreeBytes: number | undefined;
  readonly memoryFreeBytes: number | undefined;
}

const imagesMax = 50;
/** Below these the node reports pressure. Source: upstream's default eviction thresholds. */
const memoryFreeMinBytes = 100 * 1024 * 1024;
const storageFreeMinShare = 0.1;

/** The object to register; labels that somebody else set stay. */
export function nodeObject(facts: NodeFacts, nowMs: number): Node {
  return {
    metadata: { name: facts.name, labels: nodeLabels(facts) },
    spec: {},
    status: nodeStatus(facts, undefined, nowMs),
  };
}

export function nodeLabels({ name, machine }: NodeFacts): Readonly<Record<string, string>> {
  return {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": machine.os,
    "kubernetes.io/arch": machine.architecture,
    "beta.kubernetes.io/os": machine.os,
    "beta.kubernetes.io/arch": machine.architecture,
  };
}

/** The status now; `before` gives the times of conditions that did not change. */
export function nodeStatus(
  facts: NodeFacts,
  before: NodeStatus | undefined,
  nowMs: number,
): NodeStatus {
  const capacity = capacityOf(facts);
  return {
    capacity,
    allocatable: capacity,
    conditions: conditionsOf(facts).map((condition) => dated(condition, before, nowMs)),
    addresses: [
      ...facts.addresses.map((address) => ({ type: "InternalIP", address })),
      { type: "Hostname", address: facts.name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: facts.agentPort } },
    nodeInfo: {
      machineID: facts.machine.machineId,
      systemUUID: facts.machine.systemUuid,
      bootID: facts.machine.bootId,
      kernelVersion: facts.machine.kernelVersion,
      osImage: facts.machine.osName,
      containerRuntimeVersion: `${facts.runtime.name}://${facts.runtime.version}`,
      kubeletVersion: facts.version,
      kubeProxyVersion: "",
      operatingSystem: facts.machine.os,
      architecture: facts.machine.architecture,
    },
    images: [...facts.images]
      .sort((left, right) => right.sizeBytes - left.sizeBytes)
      .slice(0, imagesMax)
      .map(({ repoDigests, repoTags, sizeBytes }) => ({
        names: [...repoDigests, ...repoTags],
        sizeBytes,
      })),
  };
}

function capacityOf({ machine, podsMax, storageBytes, capacity }: NodeFacts) {
  if (capacity !== undefined) return capacity;
  const kibibytes = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;
  return {
    cpu: formatQuantity(quantityOf(machine.cpuCount, "DecimalSI")),
    memory: kibibytes(machine.memoryBytes),
    "ephemeral-storage": kibibytes(storageBytes),
    pods: String(podsMax),
  };
}

type Undated = Pick<NodeCondition, "type" | "status" | "reason" | "message">;

function conditionsOf(facts: NodeFacts): readonly Undated[] {
  const { memoryFreeBytes, storageFreeBytes, storageBytes } = facts;
  const isMemoryShort = memoryFreeBytes !== undefined && memoryFreeBytes < memoryFreeMinBytes;
  const isStorageShort =
    storageFreeBytes !== undefined && storageFreeBytes < storageBytes * storageFreeMinShare;
  return [
    pressure("MemoryPressure", isMemoryShort, "Memory", "kubelet has sufficient memory available"),
    pressure("DiskPressure", isStorageShort, "Disk", "kubelet has no disk pressure"),
    pressure("PIDPressure", false, "PID", "kubelet has sufficient PID available"),
    readiness(facts.runtimeConditions),
  ];
}

function pressure(type: string, isShort: boolean, what: string, fine: string): Undated {
  if (!isShort) {
    const reason = `KubeletHasSufficient${what}`;
    return {
      type,
      status: "False",
      reason: what === "Disk" ? "KubeletHasNoDiskPressure" : reason,
      message: fine,
    };
  }
  const reason = `KubeletHasInsufficient${what}`;
  return { type, status: "True", reason, message: `the node is short of ${what.toLowerCase()}` };
}

function readiness(conditions: readonly RuntimeCondition[]): Undated {
  const failed = conditions.filter(({ status }) => !status);
  if (failed.length === 0) {
    const message = "kubelet is posting ready status";
    return { type: "Ready", status: "True", reason: "KubeletReady", message };
  }
  const message = failed
    .map(
      (condition) =>
        `${condition.type}=false reason:${condition.reason} message:${condition.message}`,
    )
    .join(", ");
  return { type: "Ready", status: "False", reason: "KubeletNotReady", message };
}

function dated(condition: Undated, before: NodeStatus | undefined, nowMs: number): NodeCondition {
  const known = before?.conditions?.find(({ type }) => type === condition.type);
  const now = formatTime(nowMs);
  const isSame = known?.status === condition.status;
  return {
    ...condition,
    lastHeartbeatTime: now,
    lastTransitionTime: isSame ? known.lastTransitionTime : now,
  };
}
