/**
 * How many more nodes of a kind the pods need that no node has room for. The largest pod goes first, each to
 * the first node that the scheduler's filters let it on; a node is added when there is none. Pure. Volumes
 * are left out: they come with the node that is to be.
 */

import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { ClusterState } from "./cluster-state.ts";
import { describeRefusals } from "./explanation.ts";
import type { NodeState } from "./node-state.ts";
import { needsOf, type PodNeeds } from "./pod-needs.ts";
import { defaultProfile } from "./profile.ts";

export interface NodeDemand {
  readonly nodes: readonly Live<Node>[];
  /** All pods of the cluster. */
  readonly pods: readonly Live<Pod>[];
  /** A node such as might be added. */
  readonly template: Live<Node>;
  /** More nodes than this are not recommended. */
  readonly nodesMax: number;
}

export interface NodeRecommendation {
  /** By node: the pods that would go there, as `namespace/name`. */
  readonly added: readonly { readonly name: string; readonly pods: readonly string[] }[];
  /** Pods that have room as it is, or could wait for it. */
  readonly placed: readonly string[];
  /** Pods that such nodes do not help, and why. */
  readonly helpless: readonly { readonly pod: string; readonly why: string }[];
}

const filters = defaultProfile.filters.filter(({ name }) => name !== "VolumeBinding");

export function recommendNodes(demand: NodeDemand): NodeRecommendation {
  const { nodes, pods, template, nodesMax } = demand;
  const cluster = new ClusterState();
  for (const node of nodes) cluster.putNode(node);
  const waiting: PodNeeds[] = [];
  for (const pod of pods) {
    const { nodeName = "" } = pod.spec;
    if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") continue;
    if (nodeName !== "") cluster.placePod(needsOf(pod), nodeName, "observed");
    else if (pod.metadata.deletionTimestamp === undefined) waiting.push(needsOf(pod));
  }
  const added = new Map<string, string[]>();
  const placed: string[] = [];
  const helpless: { readonly pod: string; readonly why: string }[] = [];
  for (const needs of waiting.sort(byPriorityAndSize)) {
    const pod = `${needs.namespace}/${needs.key.name}`;
    const found = firstFit(cluster, needs);
    const fresh = found ?? tryNew(cluster, needs, { template, added, nodesMax });
    if (typeof fresh === "string") {
      helpless.push({ pod, why: fresh });
      continue;
    }
    cluster.placePod(needs, fresh.name, "assumed");
    const list = added.get(fresh.name) ?? placed;
    list.push(pod);
  }
  return { added: [...added].map(([name, list]) => ({ name, pods: list })), placed, helpless };
}

/** As the queue: more important pods first; of equals those that are harder to place. */
function byPriorityAndSize(left: PodNeeds, right: PodNeeds): number {
  return (
    right.priority - left.priority ||
    right.scoringCpuMilli - left.scoringCpuMilli ||
    right.scoringMemoryBytes - left.scoringMemoryBytes
  );
}

function firstFit(cluster: ClusterState, needs: PodNeeds): NodeState | undefined {
  const checks = filters.flatMap(({ prepare }) => prepare(needs, cluster) ?? []);
  return cluster.nodes.find((node) => checks.every((check) => check(node) === undefined));
}

interface Growth {
  readonly template: Live<Node>;
  readonly added: Map<string, string[]>;
  readonly nodesMax: number;
}

/** A new node on which the pod fits, or why not even an empty one would do. */
function tryNew(
  cluster: ClusterState,
  needs: PodNeeds,
  { template, added, nodesMax }: Growth,
): NodeState | string {
  if (added.size >= nodesMax) return `more than ${nodesMax} nodes would be needed`;
  const name = `new-${added.size + 1}`;
  cluster.putNode(named(template, name));
  const node = cluster.findNode(name);
  if (node === undefined) return "no node could be added";
  const refusals = filters.flatMap(({ name: filter, prepare }) => {
    const refusal = prepare(needs, cluster)?.(node);
    return refusal === undefined ? [] : [{ node: name, filter, refusal }];
  });
  if (refusals.length === 0) {
    added.set(name, []);
    return node;
  }
  cluster.removeNode(name);
  return describeRefusals(1, refusals.slice(0, 1));
}

function named(template: Live<Node>, name: string): Live<Node> {
  const labels = { ...template.metadata.labels, "kubernetes.io/hostname": name };
  const { taints, unschedulable: _cordon, ...spec } = template.spec ?? {};
  return {
    ...template,
    metadata: { ...template.metadata, name, uid: name, labels },
    // A new node has its pool's taints, but not those that tell of trouble.
    spec: { ...spec, taints: taints?.filter(({ key }) => !key.startsWith("node.kubernetes.io/")) },
  };
}
