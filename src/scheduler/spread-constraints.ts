/** Topology spread constraints, compiled; used by the spread filter and score. Pure. */

import {
  type CompiledLabelSelector,
  compileLabelSelector,
  matchesLabels,
  nodeLabelOf,
  matchesNodeTerms,
  toleratesTaint,
} from "#api";
import type { TopologySpreadConstraint } from "#api/core/v1";
import { domainOf } from "./affinity-match.ts";
import type { NodeState } from "./node-state.ts";
import type { PodNeeds } from "./pod-needs.ts";

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: CompiledLabelSelector;
  readonly honoursAffinity: boolean;
  readonly honoursTaints: boolean;
}

/** The pod's own constraints of one kind. */
export function constraintsOf(
  needs: PodNeeds,
  whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway",
): readonly SpreadConstraint[] {
  return (needs.pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => compileConstraint(constraint, needs));
}

function compileConstraint(
  constraint: TopologySpreadConstraint,
  needs: PodNeeds,
): SpreadConstraint {
  const selector = compileLabelSelector(constraint.labelSelector);
  const extra = (constraint.matchLabelKeys ?? []).flatMap((key) => {
    const label = needs.labels[key];
    return label === undefined ? [] : [{ key, operator: "in" as const, values: [label] }];
  });
  return {
    topologyKey: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    selector: { ...selector, requirements: [...selector.requirements, ...extra] },
    honoursAffinity: (constraint.nodeAffinityPolicy ?? "Honor") === "Honor",
    honoursTaints: constraint.nodeTaintsPolicy === "Honor",
  };
}

/** Pods of the constraint's kind on a node, in the pod's namespace and not on their way out. */
export function countMatching(
  constraint: SpreadConstraint,
  needs: PodNeeds,
  node: NodeState,
): number {
  let count = 0;
  for (const other of node.pods.values()) {
    const isCounted =
      other.namespace === needs.namespace &&
      other.pod.metadata.deletionTimestamp === undefined &&
      matchesLabels(constraint.selector, other.labels);
    if (isCounted) count++;
  }
  return count;
}

/** Whether a node takes part in the spreading at all. */
export function isEligible(
  constraint: SpreadConstraint,
  needs: PodNeeds,
  node: NodeState,
): boolean {
  if (domainOf(node, constraint.topologyKey) === undefined) return false;
  const { nodeSelector, affinity, tolerations = [] } = needs.pod.spec;
  if (constraint.honoursAffinity) {
    const wanted = Object.entries(nodeSelector ?? {});
    if (!wanted.every(([key, label]) => nodeLabelOf(node, key) === label)) return false;
    const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (required !== undefined && !matchesNodeTerms(node, required.nodeSelectorTerms)) return false;
  }
  if (!constraint.honoursTaints) return true;
  return node.taints.every(
    (taint) => taint.effect === "PreferNoSchedule" || toleratesTaint(tolerations, taint),
  );
}
