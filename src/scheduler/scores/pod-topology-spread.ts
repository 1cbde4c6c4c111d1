import { domainOf } from "../affinity-match.ts";
import type { ClusterView } from "../cluster-state.ts";
import type { NodeState } from "../node-state.ts";
import type { Score } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";
import {
  constraintsOf,
  countMatching,
  isEligible,
  type SpreadConstraint,
} from "../spread-constraints.ts";

/** `ScheduleAnyway` constraints: prefers the domains with fewer pods of the kind. */
export const spreadPreference: Score = {
  name: "PodTopologySpread",
  weight: 2,
  prepare(needs, cluster, feasible) {
    const constraints = constraintsOf(needs, "ScheduleAnyway");
    if (constraints.length === 0) return undefined;
    const weighed = constraints.map((constraint) =>
      weighDomains(constraint, { needs, cluster, feasible }),
    );
    return {
      normalize: "lower-is-better",
      scoreOf: (node) => Math.round(weighed.reduce((sum, scoreOf) => sum + scoreOf(node), 0)),
    };
  },
};

interface Surroundings {
  readonly needs: PodNeeds;
  readonly cluster: ClusterView;
  readonly feasible: readonly NodeState[];
}

/** More domains weigh more, so that a constraint over many zones is not drowned by one over hosts. */
function weighDomains(
  constraint: SpreadConstraint,
  { needs, cluster, feasible }: Surroundings,
): (node: NodeState) => number {
  const wanted = new Set(feasible.map((node) => domainOf(node, constraint.topologyKey)));
  const counts = new Map<string, number>();
  for (const node of cluster.nodes) {
    const domain = domainOf(node, constraint.topologyKey);
    if (domain === undefined || !wanted.has(domain)) continue;
    if (!isEligible(constraint, needs, node)) continue;
    counts.set(domain, (counts.get(domain) ?? 0) + countMatching(constraint, needs, node));
  }
  const weight = Math.log(wanted.size + 2);
  return (node) => {
    const domain = domainOf(node, constraint.topologyKey);
    return (counts.get(domain ?? "") ?? 0) * weight + (constraint.maxSkew - 1);
  };
}
