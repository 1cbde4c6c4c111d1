/** A node and what runs on it, kept up to date pod by pod so that a cycle only reads numbers. */

import type { Live } from "#api";
import type { Node, Taint } from "#api/core/v1";
import type { HostPort, PodNeeds } from "./pod-needs.ts";
import { amountsOf, podLimitOf, type ResourceAmounts } from "./resources.ts";

export class NodeState {
  readonly name: string;
  readonly pods = new Map<string, PodNeeds>();
  /** The subset of `pods` that have required anti-affinity, or any affinity at all. */
  readonly podsWithAntiAffinity = new Map<string, PodNeeds>();
  readonly podsWithAffinity = new Map<string, PodNeeds>();
  node: Live<Node>;
  labels: Readonly<Record<string, string>> = {};
  taints: readonly Taint[] = [];
  isUnschedulable = false;
  allocatable: ResourceAmounts = amountsOf(undefined);
  podLimit = 0;
  images: ReadonlyMap<string, number> = new Map();
  requestedCpuMilli = 0;
  requestedMemoryBytes = 0;
  requestedStorageBytes = 0;
  readonly requestedExtended = new Map<string, number>();
  scoringCpuMilli = 0;
  scoringMemoryBytes = 0;
  readonly #usedPorts = new Map<string, number>();

  constructor(node: Live<Node>) {
    this.name = node.metadata.name;
    this.node = node;
    this.update(node);
  }

  /** Takes over what the node now says of itself. */
  update(node: Live<Node>): void {
    this.node = node;
    this.labels = node.metadata.labels ?? {};
    this.taints = node.spec.taints ?? [];
    this.isUnschedulable = node.spec.unschedulable === true;
    this.allocatable = amountsOf(node.status.allocatable);
    this.podLimit = podLimitOf(node);
    this.images = new Map(
      (node.status.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
        names.map((name): [string, number] => [name, sizeBytes]),
      ),
    );
  }

  addPod(needs: PodNeeds): void {
    this.removePod(needs.uid);
    this.pods.set(needs.uid, needs);
    if (needs.requiredAntiAffinity.length > 0) this.podsWithAntiAffinity.set(needs.uid, needs);
    if (hasAffinity(needs)) this.podsWithAffinity.set(needs.uid, needs);
    this.#count(needs, 1);
  }

  removePod(uid: string): void {
    const needs = this.pods.get(uid);
    if (needs === undefined) return;
    this.pods.delete(uid);
    this.podsWithAntiAffinity.delete(uid);
    this.podsWithAffinity.delete(uid);
    this.#count(needs, -1);
  }

  /** A copy with some pods more, or fewer. */
  with(added: readonly PodNeeds[], removedUids: ReadonlySet<string> = new Set()): NodeState {
    const copy = new NodeState(this.node);
    for (const pod of this.pods.values()) if (!removedUids.has(pod.uid)) copy.addPod(pod);
    for (const pod of added) copy.addPod(pod);
    return copy;
  }

  /** Whether a port is taken; 0.0.0.0 collides with every address. */
  isPortTaken({ address, port, protocol }: HostPort): boolean {
    const onAll = this.#usedPorts.has(portText("0.0.0.0", port, protocol));
    if (onAll || address !== "0.0.0.0") {
      return onAll || this.#usedPorts.has(portText(address, port, protocol));
    }
    const suffix = portText("", port, protocol);
    return [...this.#usedPorts.keys()].some((used) => used.endsWith(suffix));
  }

  #count(needs: PodNeeds, sign: 1 | -1): void {
    this.requestedCpuMilli += sign * needs.request.cpuMilli;
    this.requestedMemoryBytes += sign * needs.request.memoryBytes;
    this.requestedStorageBytes += sign * needs.request.storageBytes;
    for (const [name, amount] of needs.request.extended) {
      const requested = this.requestedExtended.get(name) ?? 0;
      this.requestedExtended.set(name, requested + sign * amount);
    }
    this.scoringCpuMilli += sign * needs.scoringCpuMilli;
    this.scoringMemoryBytes += sign * needs.scoringMemoryBytes;
    for (const { address, port, protocol } of needs.hostPorts) {
      const text = portText(address, port, protocol);
      const count = (this.#usedPorts.get(text) ?? 0) + sign;
      if (count === 0) this.#usedPorts.delete(text);
      else this.#usedPorts.set(text, count);
    }
  }
}

function portText(address: string, port: number, protocol: string): string {
  return `${address}/${protocol}/${port}`;
}

function hasAffinity(needs: PodNeeds): boolean {
  return (
    needs.requiredAffinity.length > 0 ||
    needs.requiredAntiAffinity.length > 0 ||
    needs.preferredAffinity.length > 0 ||
    needs.preferredAntiAffinity.length > 0
  );
}
