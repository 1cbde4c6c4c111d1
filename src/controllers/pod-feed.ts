/** Tells a controller which of its objects a changed pod concerns. */

import {
  type AnyKind,
  type CompiledLabelSelector,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import { type Pod, pod as podKind } from "#api/core/v1";
import { type Informer, type InformerSet, keyOfObject, type ObjectCache } from "#client";
import type { ObjectMeta } from "#api/meta/v1";
import type { Expectations } from "./expectations.ts";
import { isBeingDeleted } from "./pod-facts.ts";

/** Name of the index of pods by the node that they are bound to. */
export const nodeIndex = "nodeName";

/** Several controllers need this index. */
export function indexPodsByNode(informers: InformerSet): void {
  informers.of(podKind, {
    indexes: {
      [nodeIndex]: ({ spec }) =>
        spec.nodeName === undefined || spec.nodeName === "" ? [] : [spec.nodeName],
    },
  });
}

export interface PodFeed<T> {
  readonly owners: ObjectCache<T>;
  readonly ownerKind: AnyKind;
  /** What an owner would adopt; absent for owners that never adopt. */
  readonly selectorOf?: (owner: Live<T>) => CompiledLabelSelector;
  readonly expectations?: Expectations;
  readonly add: (key: ObjectKey) => void;
}

/** Enqueues the controller of each changed pod, or for an orphan whoever might adopt it. */
export function enqueueOwnersOf<T extends { readonly metadata?: ObjectMeta | undefined }>(
  pods: Informer<Pod>,
  feed: PodFeed<T>,
): Disposable {
  return pods.onChange(({ before, after }) => {
    const pod = after ?? before;
    if (pod === undefined) return;
    feed.expectations?.observe(pod.metadata.uid, after === undefined || isBeingDeleted(after));
    // After events were missed a namesake may stand where the pod was.
    if (before !== undefined && before.metadata.uid !== pod.metadata.uid) {
      feed.expectations?.observe(before.metadata.uid, true);
    }
    for (const state of [before, after]) {
      const owner = state === undefined ? undefined : findOwnerKey(state, feed.ownerKind);
      if (owner !== undefined) feed.add(owner);
    }
    if (after !== undefined && !hasController(after)) enqueueAdopters(after, feed);
  });
}

/** The key of the controller of `object`, if it is of this kind. */
export function findOwnerKey(
  object: { readonly metadata: ObjectMeta },
  kind: AnyKind,
): ObjectKey | undefined {
  const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined || owner.kind !== kind.kind) return undefined;
  if (owner.apiVersion.split("/")[0] !== (kind.package.group || kind.package.version)) {
    return undefined;
  }
  return { namespace: object.metadata.namespace ?? "", name: owner.name };
}

function hasController(pod: Live<Pod>): boolean {
  return pod.metadata.ownerReferences?.some(({ controller }) => controller === true) ?? false;
}

function enqueueAdopters<T extends { readonly metadata?: ObjectMeta | undefined }>(
  pod: Live<Pod>,
  feed: PodFeed<T>,
): void {
  if (feed.selectorOf === undefined) return;
  for (const owner of feed.owners.list(pod.metadata.namespace ?? "")) {
    if (matchesLabels(feed.selectorOf(owner), pod.metadata.labels ?? {})) {
      feed.add(keyOfObject(owner));
    }
  }
}
