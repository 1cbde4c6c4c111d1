/** A DaemonSet with its nodes and pods at one moment. All pure. */

import { compareText } from "#base";
import type { Live } from "#api";
import type { DaemonSet, DaemonSetStatus } from "#api/apps/v1";
import type { Node, Pod } from "#api/core/v1";
import { isAvailable, isBeingDeleted, isReady } from "../pod-facts.ts";
import { type Fit, fitOf, nodeOf } from "./placement.ts";

/** The hash of the template that a pod was made from. */
export const hashLabel = "controller-revision-hash";

export interface DaemonView {
  readonly set: Live<DaemonSet>;
  /** Hash of the present template. */
  readonly hash: string;
  readonly places: readonly Place[];
  /** Pods for nodes that are gone. */
  readonly lost: readonly Live<Pod>[];
  readonly nowMs: number;
}

export interface Place {
  readonly nodeName: string;
  readonly fit: Fit;
  /** Oldest first. */
  readonly pods: readonly Live<Pod>[];
}

export function viewDaemons(
  set: Live<DaemonSet>,
  hash: string,
  { nodes, pods }: { readonly nodes: readonly Live<Node>[]; readonly pods: readonly Live<Pod>[] },
  nowMs: number,
): DaemonView {
  const byNode = new Map<string, Live<Pod>[]>();
  const ordered = [...pods].sort(
    (left, right) =>
      compareText(left.metadata.creationTimestamp, right.metadata.creationTimestamp) ||
      compareText(left.metadata.name, right.metadata.name),
  );
  for (const pod of ordered) {
    const name = nodeOf(pod) ?? "";
    byNode.set(name, [...(byNode.get(name) ?? []), pod]);
  }
  const places = [...nodes]
    .sort((left, right) => compareText(left.metadata.name, right.metadata.name))
    .map((node) => ({
      nodeName: node.metadata.name,
      fit: fitOf(set, node),
      pods: byNode.get(node.metadata.name) ?? [],
    }));
  const known = new Set(places.map(({ nodeName }) => nodeName));
  const lost = ordered.filter((pod) => !known.has(nodeOf(pod) ?? ""));
  return { set, hash, places, lost, nowMs };
}

export function isCurrent({ hash }: DaemonView, { metadata }: Live<Pod>): boolean {
  return metadata.labels?.[hashLabel] === hash;
}

export function isUp({ set, nowMs }: DaemonView, pod: Live<Pod>): boolean {
  return isAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs);
}

/** The pods of a node that are there to stay. */
export function remaining({ pods }: Place): readonly Live<Pod>[] {
  return pods.filter((pod) => !isBeingDeleted(pod));
}

export function statusOfDaemons(view: DaemonView, collisionCount: number): DaemonSetStatus {
  const wanted = view.places.filter(({ fit }) => fit === "wanted");
  const firsts = wanted.flatMap(({ pods }) => pods.slice(0, 1));
  const availableCount = firsts.filter((pod) => isUp(view, pod)).length;
  return {
    ...view.set.status,
    observedGeneration: view.set.metadata.generation,
    collisionCount,
    desiredNumberScheduled: wanted.length,
    currentNumberScheduled: firsts.length,
    numberMisscheduled: view.places.filter(({ fit, pods }) => fit !== "wanted" && pods.length > 0)
      .length,
    numberReady: firsts.filter(isReady).length,
    updatedNumberScheduled: firsts.filter((pod) => isCurrent(view, pod)).length,
    numberAvailable: availableCount,
    numberUnavailable: wanted.length - availableCount,
  };
}
