import type { NodeState } from "../node-state.ts";
import type { Filter, Refusal } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";

/** Enough of every resource that the pod asks for, and room for one more pod. */
export const nodeResourcesFit: Filter = {
  name: "NodeResourcesFit",
  wakesOn: ["pod-removed", "pod-scaled-down", "node-added", "node-allocatable"],
  prepare: (needs) => (node) => findShortage(needs, node),
};

function findShortage(needs: PodNeeds, node: NodeState): Refusal | undefined {
  const { request } = needs;
  const { allocatable } = node;
  const hasRoom = node.pods.size < node.podLimit;
  const fits =
    hasRoom &&
    fitsIn(request.cpuMilli, node.requestedCpuMilli, allocatable.cpuMilli) &&
    fitsIn(request.memoryBytes, node.requestedMemoryBytes, allocatable.memoryBytes) &&
    fitsIn(request.storageBytes, node.requestedStorageBytes, allocatable.storageBytes) &&
    request.extended.size === 0;
  return fits ? undefined : describeShortage(needs, node);
}

function fitsIn(request: number, used: number, limit: number): boolean {
  return request === 0 || request <= limit - used;
}

function describeShortage({ request }: PodNeeds, node: NodeState): Refusal | undefined {
  const { allocatable } = node;
  const amounts: readonly (readonly [string, number, number, number])[] = [
    ["cpu", request.cpuMilli, node.requestedCpuMilli, allocatable.cpuMilli],
    ["memory", request.memoryBytes, node.requestedMemoryBytes, allocatable.memoryBytes],
    [
      "ephemeral-storage",
      request.storageBytes,
      node.requestedStorageBytes,
      allocatable.storageBytes,
    ],
    ...[...request.extended].map(([name, amount]): readonly [string, number, number, number] => [
      name,
      amount,
      node.requestedExtended.get(name) ?? 0,
      allocatable.extended.get(name) ?? 0,
    ]),
  ];
  const short = amounts.filter(([, amount, used, limit]) => !fitsIn(amount, used, limit));
  const reasons = [
    ...(node.pods.size < node.podLimit ? [] : ["Too many pods"]),
    ...short.map(([name]) => `Insufficient ${name}`),
  ];
  if (reasons.length === 0) return undefined;
  // A pod that is larger than the whole node does not fit however many others leave.
  return { reasons, resolvable: short.every(([, amount, , limit]) => amount <= limit) };
}
