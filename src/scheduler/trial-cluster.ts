/**
 * A cluster to try things on: where would pods go if nodes came or went? The scheduler's own filters answer.
 * Volumes are left out: they come with the node that is to be. Nothing of the real cluster changes.
 */

import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { ClusterState } from "./cluster-state.ts";
import type { NodeRefusal } from "./cycle.ts";
import type { NodeState } from "./node-state.ts";
import { needsOf, type PodNeeds } from "./pod-needs.ts";
import { defaultProfile } from "./profile.ts";

export interface TrialFacts {
  readonly nodes: readonly Live<Node>[];
  /** All pods of the cluster; those that have ended do not count. */
  readonly pods: readonly Live<Pod>[];
  /** Labels of namespaces, for terms that select them. */
  readonly namespaces?: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** A pod that has a node is asked about others, too. */
const leftOut: ReadonlySet<string> = new Set(["VolumeBinding", "NodeName"]);
const filters = defaultProfile.filters.filter(({ name }) => !leftOut.has(name));

export class TrialCluster {
  readonly #cluster = new ClusterState();
  readonly #needs = new Map<string, PodNeeds>();

  constructor({ nodes, pods, namespaces = new Map() }: TrialFacts) {
    for (const [name, labels] of namespaces) this.#cluster.putNamespace(name, labels);
    for (const node of nodes) this.#cluster.putNode(node);
    for (const pod of pods) {
      const { nodeName = "" } = pod.spec;
      if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") continue;
      if (nodeName !== "") this.place(pod, nodeName);
    }
  }

  putNode(node: Live<Node>): void {
    this.#cluster.putNode(node);
  }

  removeNode(name: string): void {
    this.#cluster.removeNode(name);
  }

  /** Puts the pod there, from wherever it was. */
  place(pod: Live<Pod>, nodeName: string): void {
    this.#cluster.placePod(this.#needsOf(pod), nodeName, "assumed");
  }

  displace(pod: Live<Pod>): void {
    this.#cluster.removePod(pod.metadata.uid);
  }

  /** The first node, in the order in which they became known, that takes the pod. */
  firstFit(pod: Live<Pod>, isAllowed: (name: string) => boolean = () => true): string | undefined {
    const needs = this.#needsOf(pod);
    const checks = filters.flatMap(({ prepare }) => prepare(needs, this.#cluster) ?? []);
    const takes = (node: NodeState) =>
      isAllowed(node.name) && checks.every((check) => check(node) === undefined);
    return this.#cluster.nodes.find(takes)?.name;
  }

  /** Why the node does not take the pod: what the first filter that refuses says. */
  findRefusal(pod: Live<Pod>, nodeName: string): NodeRefusal | undefined {
    const node = this.#cluster.findNode(nodeName);
    if (node === undefined) return undefined;
    const needs = this.#needsOf(pod);
    for (const { name, prepare } of filters) {
      const refusal = prepare(needs, this.#cluster)?.(node);
      if (refusal !== undefined) return { node: nodeName, filter: name, refusal };
    }
    return undefined;
  }

  /** What the pods of the node request of it, as shares of what it has. */
  utilizationOf(nodeName: string): { readonly cpu: number; readonly memory: number } {
    const node = this.#cluster.findNode(nodeName);
    if (node === undefined) return { cpu: 0, memory: 0 };
    const { allocatable, requestedCpuMilli, requestedMemoryBytes } = node;
    return {
      cpu: share(requestedCpuMilli, allocatable.cpuMilli),
      memory: share(requestedMemoryBytes, allocatable.memoryBytes),
    };
  }

  /** Worked out once for each pod. */
  #needsOf(pod: Live<Pod>): PodNeeds {
    const { uid } = pod.metadata;
    const known = this.#needs.get(uid);
    if (known !== undefined) return known;
    const needs = needsOf(pod);
    this.#needs.set(uid, needs);
    return needs;
  }
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
