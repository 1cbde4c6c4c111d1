import { matchesLabels } from "#api";
import { domainOf } from "../affinity-match.ts";
import type { ClusterView } from "../cluster-state.ts";
import type { NodeState } from "../node-state.ts";
import type { Filter, Refusal } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";
import {
  constraintsOf,
  countMatching,
  isEligible,
  type SpreadConstraint,
} from "../spread-constraints.ts";

const skewRefusal: Refusal = {
  reasons: ["node(s) didn't match pod topology spread constraints"],
  resolvable: true,
};
const labelRefusal: Refusal = {
  reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"],
  resolvable: false,
};

/** `DoNotSchedule` constraints: no domain may get too far ahead of the emptiest one. */
export const podTopologySpread: Filter = {
  name: "PodTopologySpread",
  wakesOn: ["pod-added", "pod-removed", "pod-labels", "node-added", "node-labels", "node-taints"],
  prepare(needs, cluster) {
    const constraints = constraintsOf(needs, "DoNotSchedule");
    if (constraints.length === 0) return undefined;
    const domains = constraints.map((constraint) => domainsOf(constraint, needs, cluster));
    return (node) => {
      for (const domain of domains) {
        const refusal = checkSkew(domain, needs, node);
        if (refusal !== undefined) return refusal;
      }
      return undefined;
    };
  },
};

interface Domains {
  readonly constraint: SpreadConstraint;
  readonly counts: ReadonlyMap<string, number>;
  readonly emptiest: number;
}

function domainsOf(constraint: SpreadConstraint, needs: PodNeeds, cluster: ClusterView): Domains {
  const counts = new Map<string, number>();
  for (const node of cluster.nodes) {
    if (!isEligible(constraint, needs, node)) continue;
    const domain = domainOf(node, constraint.topologyKey) ?? "";
    counts.set(domain, (counts.get(domain) ?? 0) + countMatching(constraint, needs, node));
  }
  const emptiest = counts.size < constraint.minDomains ? 0 : Math.min(...counts.values());
  return { constraint, counts, emptiest };
}

function checkSkew(
  { constraint, counts, emptiest }: Domains,
  needs: PodNeeds,
  node: NodeState,
): Refusal | undefined {
  const domain = domainOf(node, constraint.topologyKey);
  if (domain === undefined) return labelRefusal;
  const self = matchesLabels(constraint.selector, needs.labels) ? 1 : 0;
  const skew = (counts.get(domain) ?? 0) + self - emptiest;
  return skew > constraint.maxSkew ? skewRefusal : undefined;
}
