import { domainOf, termMatches, TopologyCounts } from "../affinity-match.ts";
import type { ClusterView } from "../cluster-state.ts";
import type { Filter, NodeCheck, Refusal } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";

const affinityRefusal: Refusal = {
  reasons: ["node(s) didn't match pod affinity rules"],
  resolvable: false,
};
const antiAffinityRefusal: Refusal = {
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  resolvable: true,
};
const existingRefusal: Refusal = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  resolvable: true,
};

/** Required affinity and anti-affinity, in both directions. */
export const interPodAffinity: Filter = {
  name: "InterPodAffinity",
  wakesOn: [
    "pod-added",
    "pod-removed",
    "pod-labels",
    "node-added",
    "node-labels",
    "namespace-labels",
  ],
  prepare(needs, cluster) {
    const asks = needs.requiredAffinity.length > 0 || needs.requiredAntiAffinity.length > 0;
    if (!asks && !cluster.hasAntiAffinity) return undefined;
    const checks = [
      existingCheck(needs, cluster),
      antiAffinityCheck(needs, cluster),
      affinityCheck(needs, cluster),
    ].filter((check) => check !== undefined);
    if (checks.length === 0) return undefined;
    return (node) => {
      for (const check of checks) {
        const refusal = check(node);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    };
  },
};

/** Pods that are there already may not want the new one near. */
function existingCheck(needs: PodNeeds, cluster: ClusterView): NodeCheck | undefined {
  if (!cluster.hasAntiAffinity) return undefined;
  const unwanted = new TopologyCounts();
  for (const node of cluster.nodes) {
    for (const other of node.podsWithAntiAffinity.values()) {
      const terms = other.requiredAntiAffinity.filter((term) => termMatches(term, needs, cluster));
      for (const { topologyKey } of terms) unwanted.add(node, topologyKey, 1);
    }
  }
  if (unwanted.isEmpty) return undefined;
  const { keys } = unwanted;
  return (node) => (keys.some((key) => unwanted.get(node, key) > 0) ? existingRefusal : undefined);
}

function antiAffinityCheck(needs: PodNeeds, cluster: ClusterView): NodeCheck | undefined {
  const terms = needs.requiredAntiAffinity;
  if (terms.length === 0) return undefined;
  const counted = terms.map((term) => {
    const counts = new TopologyCounts();
    for (const node of cluster.nodes) {
      for (const other of node.pods.values()) {
        if (termMatches(term, other, cluster)) counts.add(node, term.topologyKey, 1);
      }
    }
    return { term, counts };
  });
  return (node) =>
    counted.some(({ term, counts }) => counts.get(node, term.topologyKey) > 0)
      ? antiAffinityRefusal
      : undefined;
}

function affinityCheck(needs: PodNeeds, cluster: ClusterView): NodeCheck | undefined {
  const terms = needs.requiredAffinity;
  if (terms.length === 0) return undefined;
  const matchesAll = (other: PodNeeds): boolean =>
    terms.every((term) => termMatches(term, other, cluster));
  const counted = terms.map((term) => ({ term, counts: new TopologyCounts() }));
  for (const node of cluster.nodes) {
    for (const other of node.pods.values()) {
      if (!matchesAll(other)) continue;
      for (const { term, counts } of counted) counts.add(node, term.topologyKey, 1);
    }
  }
  // The first pod of a group that wants to be with its own kind may go anywhere.
  const isFirst = counted.every(({ counts }) => counts.isEmpty) && matchesAll(needs);
  return (node) => {
    const isNear = counted.every(({ term, counts }) => counts.get(node, term.topologyKey) > 0);
    if (isNear) return undefined;
    const hasDomains = terms.every(({ topologyKey }) => domainOf(node, topologyKey) !== undefined);
    return isFirst && hasDomains ? undefined : affinityRefusal;
  };
}
