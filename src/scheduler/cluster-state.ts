/**
 * The whole cluster as the scheduler sees it: nodes with their pods, including pods that were just
 * assigned and whose binding is still under way ("assumed"), so that the next cycle counts them.
 */

import type { Live } from "#api";
import type { Node } from "#api/core/v1";
import { NodeState } from "./node-state.ts";
import type { PodNeeds } from "./pod-needs.ts";
import { noVolumes, type VolumeLookup } from "./volumes.ts";

/** What filters and scores read. */
export interface ClusterView {
  readonly nodes: readonly NodeState[];
  /** Whether any placed pod has required anti-affinity; most clusters have none. */
  readonly hasAntiAffinity: boolean;
  readonly hasAffinity: boolean;
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  readonly volumes: VolumeLookup;
  /** How many nodes hold an image, by a name that their status gives it. */
  imageHolderCount(image: string): number;
}

export class ClusterState implements ClusterView {
  readonly volumes: VolumeLookup;
  readonly #nodes = new Map<string, NodeState>();
  /** Pods on nodes that we have not heard of (yet), by node name. */
  readonly #homeless = new Map<string, Map<string, PodNeeds>>();
  /** Pod uid → name of the node it counts on. */
  readonly #places = new Map<string, string>();
  readonly #assumed = new Set<string>();
  /** Node name → pods nominated to it, by uid. */
  readonly #nominated = new Map<string, Map<string, PodNeeds>>();
  readonly #namespaceLabels = new Map<string, Readonly<Record<string, string>>>();
  /** Image name → number of nodes that hold it. */
  readonly #imageHolders = new Map<string, number>();
  #nodeList: readonly NodeState[] | undefined;
  #antiAffinityPodCount = 0;
  #affinityPodCount = 0;

  constructor(volumes: VolumeLookup = noVolumes) {
    this.volumes = volumes;
  }

  /** Nodes in the order in which they became known. */
  get nodes(): readonly NodeState[] {
    this.#nodeList ??= [...this.#nodes.values()];
    return this.#nodeList;
  }

  get hasAntiAffinity(): boolean {
    return this.#antiAffinityPodCount > 0;
  }

  get hasAffinity(): boolean {
    return this.#affinityPodCount > 0;
  }

  findNode(name: string): NodeState | undefined {
    return this.#nodes.get(name);
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    return this.#namespaceLabels.get(namespace) ?? {};
  }

  putNamespace(namespace: string, labels: Readonly<Record<string, string>>): void {
    this.#namespaceLabels.set(namespace, labels);
  }

  removeNamespace(namespace: string): void {
    this.#namespaceLabels.delete(namespace);
  }

  putNode(node: Live<Node>): void {
    const { name } = node.metadata;
    const known = this.#nodes.get(name);
    if (known !== undefined) {
      this.#tallyImages(known, -1);
      known.update(node);
      this.#tallyImages(known, 1);
      return;
    }
    const state = new NodeState(node);
    this.#tallyImages(state, 1);
    this.#nodes.set(name, state);
    this.#nodeList = undefined;
    for (const needs of this.#homeless.get(name)?.values() ?? []) state.addPod(needs);
    this.#homeless.delete(name);
  }

  removeNode(name: string): void {
    const state = this.#nodes.get(name);
    if (state === undefined) return;
    this.#nodes.delete(name);
    this.#tallyImages(state, -1);
    this.#nodeList = undefined;
    if (state.pods.size > 0) this.#homeless.set(name, new Map(state.pods));
  }

  /** Counts the pod on its node: observed there, or assumed to get there. */
  placePod(needs: PodNeeds, nodeName: string, how: "observed" | "assumed"): void {
    this.removePod(needs.uid);
    this.#places.set(needs.uid, nodeName);
    if (how === "assumed") this.#assumed.add(needs.uid);
    this.#tally(needs, 1);
    const state = this.#nodes.get(nodeName);
    if (state !== undefined) {
      state.addPod(needs);
      return;
    }
    const waiting = this.#homeless.get(nodeName) ?? new Map<string, PodNeeds>();
    waiting.set(needs.uid, needs);
    this.#homeless.set(nodeName, waiting);
  }

  /** Stops counting the pod, wherever it was. */
  removePod(uid: string): void {
    const nodeName = this.#places.get(uid);
    if (nodeName === undefined) return;
    const state = this.#nodes.get(nodeName);
    const needs = state?.pods.get(uid) ?? this.#homeless.get(nodeName)?.get(uid);
    if (needs !== undefined) this.#tally(needs, -1);
    state?.removePod(uid);
    this.#homeless.get(nodeName)?.delete(uid);
    this.#places.delete(uid);
    this.#assumed.delete(uid);
  }

  /** Keeps room on a node for a pod whose victims are on their way out. */
  nominate(needs: PodNeeds, nodeName: string): void {
    this.forgetNomination(needs.uid);
    const nominated = this.#nominated.get(nodeName) ?? new Map<string, PodNeeds>();
    nominated.set(needs.uid, needs);
    this.#nominated.set(nodeName, nominated);
  }

  forgetNomination(uid: string): void {
    for (const [name, nominated] of this.#nominated) {
      nominated.delete(uid);
      if (nominated.size === 0) this.#nominated.delete(name);
    }
  }

  /** Pods that have a claim on a node before `needs`. */
  claimsBefore(needs: PodNeeds, nodeName: string): readonly PodNeeds[] {
    const nominated = this.#nominated.get(nodeName);
    if (nominated === undefined) return [];
    return [...nominated.values()].filter(
      ({ uid, priority }) => uid !== needs.uid && priority >= needs.priority,
    );
  }

  get counts(): { readonly nodes: number; readonly pods: number; readonly assumedPods: number } {
    return {
      nodes: this.#nodes.size,
      pods: this.#places.size,
      assumedPods: this.#assumed.size,
    };
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid);
  }

  isPlaced(uid: string): boolean {
    return this.#places.has(uid);
  }

  imageHolderCount(image: string): number {
    return this.#imageHolders.get(image) ?? 0;
  }

  #tallyImages({ images }: NodeState, sign: 1 | -1): void {
    for (const image of images.keys()) {
      const count = this.imageHolderCount(image) + sign;
      if (count === 0) this.#imageHolders.delete(image);
      else this.#imageHolders.set(image, count);
    }
  }

  #tally(needs: PodNeeds, sign: 1 | -1): void {
    if (needs.requiredAntiAffinity.length > 0) this.#antiAffinityPodCount += sign;
    const terms =
      needs.requiredAffinity.length +
      needs.requiredAntiAffinity.length +
      needs.preferredAffinity.length +
      needs.preferredAntiAffinity.length;
    if (terms > 0) this.#affinityPodCount += sign;
  }
}
