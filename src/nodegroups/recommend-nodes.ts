/** How many more nodes of a kind the pods need that no node has room for. Pure. */

import type { Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { describeRefusals, TrialCluster } from "#scheduler";
import { isWaiting } from "./facts.ts";
import { packOntoNewNodes } from "./packing.ts";

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

export function recommendNodes(demand: NodeDemand): NodeRecommendation {
  const { nodes, pods, template, nodesMax } = demand;
  const trial = new TrialCluster({ nodes, pods });
  const placed: string[] = [];
  const homeless = byPriority(pods.filter(isWaiting)).filter((pod) => {
    const fit = trial.firstFit(pod);
    if (fit === undefined) return true;
    trial.place(pod, fit);
    placed.push(nameOf(pod));
    return false;
  });
  const packing = packOntoNewNodes(trial, {
    pods: homeless,
    nodeOf: (name) => named(template, name),
    daemonPodsOf: () => [],
    nodesMax,
  });
  const helpless = packing.left.map(({ pod, refusal }) => ({
    pod: nameOf(pod),
    why:
      refusal === undefined
        ? `more than ${nodesMax} nodes would be needed`
        : describeRefusals(1, [refusal]),
  }));
  const added = [...packing.nodes].map(([name, list]) => ({ name, pods: list.map(nameOf) }));
  return { added, placed, helpless };
}

function byPriority(pods: readonly Live<Pod>[]): readonly Live<Pod>[] {
  return [...pods].sort((left, right) => (right.spec.priority ?? 0) - (left.spec.priority ?? 0));
}

function nameOf({ metadata }: Live<Pod>): string {
  return `${metadata.namespace}/${metadata.name}`;
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
