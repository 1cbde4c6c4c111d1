/**
 * Which node runs a pod that needs an object: kept up to date pod by pod, so that a question costs
 * one look-up, however many pods there are.
 */

import type { ObjectKey } from "#api";
import type { Pod } from "#api/core/v1";
import { type ReferencedResource, referencesOf } from "./pod-references.ts";

interface PlacedPod {
  readonly nodeName: string;
  readonly targets: ReadonlySet<string>;
}

export class NodeGraph {
  readonly #pods = new Map<string, PlacedPod>();
  /** By what is needed, then by node: how many of its pods need it. */
  readonly #needs = new Map<string, Map<string, number>>();

  reset(): void {
    this.#pods.clear();
    this.#needs.clear();
  }

  /** A pod that has no node yet needs nothing. */
  putPod(key: ObjectKey, pod: Pod): void {
    this.removePod(key);
    const nodeName = pod.spec?.nodeName ?? "";
    if (nodeName === "") return;
    const targets = new Set(
      referencesOf(pod).map(({ resource, name }) => targetOf(resource, { ...key, name })),
    );
    this.#pods.set(podKey(key), { nodeName, targets });
    for (const target of targets) this.#count(target, nodeName, 1);
  }

  removePod(key: ObjectKey): void {
    const placed = this.#pods.get(podKey(key));
    if (placed === undefined) return;
    this.#pods.delete(podKey(key));
    for (const target of placed.targets) this.#count(target, placed.nodeName, -1);
  }

  runsPod(nodeName: string, key: ObjectKey): boolean {
    return this.#pods.get(podKey(key))?.nodeName === nodeName;
  }

  /** Whether a pod of the node needs the object. */
  needs(nodeName: string, resource: ReferencedResource, key: ObjectKey): boolean {
    return this.#needs.get(targetOf(resource, key))?.has(nodeName) === true;
  }

  #count(target: string, nodeName: string, difference: number): void {
    const byNode = this.#needs.get(target) ?? new Map<string, number>();
    const count = (byNode.get(nodeName) ?? 0) + difference;
    if (count === 0) byNode.delete(nodeName);
    else byNode.set(nodeName, count);
    if (byNode.size === 0) this.#needs.delete(target);
    else this.#needs.set(target, byNode);
  }
}

function podKey({ namespace, name }: ObjectKey): string {
  return `${namespace}/${name}`;
}

function targetOf(resource: ReferencedResource, { namespace, name }: ObjectKey): string {
  return `${resource} ${namespace}/${name}`;
}
