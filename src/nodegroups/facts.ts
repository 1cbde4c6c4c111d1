/** What plans start from: the cluster at one moment. Pure. */

import type { Live } from "#api";
import type { DaemonSet } from "#api/apps/v1";
import type { Node, Pod } from "#api/core/v1";
import type { PodDisruptionBudget } from "#api/policy/v1";
import { groupNameOf, type Group } from "./group.ts";

export interface ClusterFacts {
  readonly groups: readonly Group[];
  readonly nodes: readonly Live<Node>[];
  /** All of them. */
  readonly pods: readonly Live<Pod>[];
  readonly budgets: readonly Live<PodDisruptionBudget>[];
  readonly daemonSets: readonly Live<DaemonSet>[];
  /** Labels of the namespaces, by name. */
  readonly namespaces: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly nowMs: number;
}

/** The nodes of each group; none of a group that has no node. */
export function nodesByGroup(nodes: readonly Live<Node>[]): ReadonlyMap<string, Live<Node>[]> {
  return Map.groupBy(nodes, (node) => groupNameOf(node) ?? "");
}

/** Pods with less priority than this wait without anything being done for them. Upstream's default. */
const expendableBelow = -10;

/** Pods that the scheduler has found no node for. */
export function unschedulablePods(pods: readonly Live<Pod>[]): readonly Live<Pod>[] {
  return pods.filter((pod) => {
    if ((pod.spec.priority ?? 0) < expendableBelow) return false;
    return isWaiting(pod) && pod.status.conditions?.some(saysUnschedulable) === true;
  });
}

/** It has no node, and wants one. */
export function isWaiting({ metadata, spec, status }: Live<Pod>): boolean {
  if ((spec.nodeName ?? "") !== "" || metadata.deletionTimestamp !== undefined) return false;
  return status.phase !== "Succeeded" && status.phase !== "Failed";
}

function saysUnschedulable({
  type,
  status,
  reason,
}: {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
}): boolean {
  return type === "PodScheduled" && status === "False" && reason === "Unschedulable";
}

/** A pod of each DaemonSet that would come with such a node. */
export function daemonPodsOf(
  daemonSets: readonly Live<DaemonSet>[],
  nodeName: string,
): readonly Live<Pod>[] {
  return daemonSets.map(({ metadata, spec }) => ({
    metadata: {
      ...spec.template.metadata,
      name: `${metadata.name}-${nodeName}`,
      namespace: metadata.namespace,
      uid: `${metadata.uid}-${nodeName}`,
      resourceVersion: "1",
      creationTimestamp: "",
    },
    spec: { containers: [], ...spec.template.spec, nodeName },
    status: {},
  }));
}
