import { termMatches, TopologyCounts } from "../affinity-match.ts";
import type { ClusterView } from "../cluster-state.ts";
import type { NodeState } from "../node-state.ts";
import type { Score } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";

/** Weight of a required affinity term of a pod that is there already. */
const hardAffinityWeight = 1;

/** Preferred affinity and anti-affinity, of the pod and of those that are there already. */
export const podPreference: Score = {
  name: "InterPodAffinity",
  weight: 2,
  prepare(needs, cluster) {
    const asks = needs.preferredAffinity.length > 0 || needs.preferredAntiAffinity.length > 0;
    if (!asks && !cluster.hasAffinity) return undefined;
    const weights = new TopologyCounts();
    for (const node of cluster.nodes) {
      const others = asks ? node.pods : node.podsWithAffinity;
      for (const other of others.values()) weigh(weights, { needs, other, node, cluster });
    }
    if (weights.isEmpty) return undefined;
    const { keys } = weights;
    return {
      normalize: "min-max",
      scoreOf: (node) => keys.reduce((sum, key) => sum + weights.get(node, key), 0),
    };
  },
};

interface Pairing {
  readonly needs: PodNeeds;
  readonly other: PodNeeds;
  readonly node: NodeState;
  readonly cluster: ClusterView;
}

function weigh(weights: TopologyCounts, { needs, other, node, cluster }: Pairing): void {
  const directions = [
    [needs, other],
    [other, needs],
  ] as const;
  for (const [asking, asked] of directions) {
    for (const { term, weight } of asking.preferredAffinity) {
      if (termMatches(term, asked, cluster)) weights.add(node, term.topologyKey, weight);
    }
    for (const { term, weight } of asking.preferredAntiAffinity) {
      if (termMatches(term, asked, cluster)) weights.add(node, term.topologyKey, -weight);
    }
  }
  for (const term of other.requiredAffinity) {
    if (termMatches(term, needs, cluster)) weights.add(node, term.topologyKey, hardAffinityWeight);
  }
}
