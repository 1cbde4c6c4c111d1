/**
 * How many new nodes of a kind some pods need: the largest pod goes first, each to the first of the new nodes
 * that the scheduler's filters let it on, and a node is added when there is none. Pure: the trial is as it was
 * before when all is counted.
 */

import { parseQuantity, type Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { type NodeRefusal, podRequest, type TrialCluster } from "#scheduler";

export interface PackingInput {
  readonly pods: readonly Live<Pod>[];
  /** A new node of that name. */
  readonly nodeOf: (name: string) => Live<Node>;
  /** Pods that come with such a node. */
  readonly daemonPodsOf: (name: string) => readonly Live<Pod>[];
  readonly nodesMax: number;
}

export interface Packing {
  /** By new node: the pods that would go there. */
  readonly nodes: ReadonlyMap<string, readonly Live<Pod>[]>;
  readonly left: readonly LeftPod[];
}

/** A pod that got no place; without a refusal, because there may be no more nodes. */
interface LeftPod {
  readonly pod: Live<Pod>;
  readonly refusal: NodeRefusal | undefined;
}

export function packOntoNewNodes(trial: TrialCluster, input: PackingInput): Packing {
  const nodes = new Map<string, Live<Pod>[]>();
  const left: LeftPod[] = [];
  const names: string[] = [];
  for (const pod of largestFirst(input.pods, input.nodeOf("new"))) {
    const fit = trial.firstFit(pod, (name) => nodes.has(name));
    const found = fit ?? tryNewNode(trial, input, pod, names);
    if (typeof found !== "string") {
      left.push({ pod, refusal: found });
      continue;
    }
    trial.place(pod, found);
    nodes.set(found, [...(nodes.get(found) ?? []), pod]);
  }
  for (const pod of [...nodes.values()].flat()) trial.displace(pod);
  for (const name of names) {
    for (const pod of input.daemonPodsOf(name)) trial.displace(pod);
    trial.removeNode(name);
  }
  return { nodes, left };
}

/** The name of a new node that takes the pod, or why not even an empty one would. */
function tryNewNode(
  trial: TrialCluster,
  { nodeOf, daemonPodsOf, nodesMax }: PackingInput,
  pod: Live<Pod>,
  names: string[],
): string | NodeRefusal | undefined {
  if (names.length >= nodesMax) return undefined;
  const name = `new-${names.length + 1}`;
  trial.putNode(nodeOf(name));
  const daemonPods = daemonPodsOf(name).filter((one) => trial.findRefusal(one, name) === undefined);
  for (const one of daemonPods) trial.place(one, name);
  const refusal = trial.findRefusal(pod, name);
  if (refusal === undefined) {
    names.push(name);
    return name;
  }
  for (const one of daemonPods) trial.displace(one);
  trial.removeNode(name);
  return refusal;
}

/** As the queue: more important pods first; of equals those that take the largest share of a node. */
function largestFirst(pods: readonly Live<Pod>[], node: Live<Node>): readonly Live<Pod>[] {
  const { cpu = "1", memory = "1" } = node.status.allocatable ?? {};
  const cpuMilli = Number(parseQuantity(cpu).nanos) / 1e6;
  const memoryBytes = Number(parseQuantity(memory).nanos) / 1e9;
  const sizes = new Map(
    pods.map((pod) => {
      const request = podRequest(pod.spec);
      return [pod, request.cpuMilli / cpuMilli + request.memoryBytes / memoryBytes];
    }),
  );
  const sizeOf = (pod: Live<Pod>) => sizes.get(pod) ?? 0;
  return [...pods].sort(
    (left, right) =>
      (right.spec.priority ?? 0) - (left.spec.priority ?? 0) || sizeOf(right) - sizeOf(left),
  );
}
