/** What filters and scores are: pure questions about one pod and one node. */

import type { ClusterView } from "./cluster-state.ts";
import type { NodeState } from "./node-state.ts";
import type { PodNeeds } from "./pod-needs.ts";

/**
 * Why a node does not fit. Reasons are upstream's words, which people search for. `resolvable` says
 * whether evicting other pods could help.
 */
export interface Refusal {
  readonly reasons: readonly string[];
  readonly resolvable: boolean;
}

/** Answers for one node; undefined means that it fits. */
export type NodeCheck = (node: NodeState) => Refusal | undefined;

export interface Filter {
  /** Upstream's plugin name. */
  readonly name: string;
  /** Kinds of change that may make a refused pod fit, for re-queueing. */
  readonly wakesOn: readonly ClusterChange[];
  /** Works out what the pod asks, once a cycle; undefined when this filter has nothing to ask. */
  prepare(needs: PodNeeds, cluster: ClusterView): NodeCheck | undefined;
}

export interface PreparedScore {
  /** Raw score of a node that passed all filters. */
  readonly scoreOf: (node: NodeState) => number;
  /** How raw scores become 0…100. */
  readonly normalize: "none" | "higher-is-better" | "lower-is-better" | "min-max";
}

export interface Score {
  readonly name: string;
  readonly weight: number;
  /** Undefined when all nodes would score the same. */
  prepare(
    needs: PodNeeds,
    cluster: ClusterView,
    feasible: readonly NodeState[],
  ): PreparedScore | undefined;
}

export const scoreMax = 100;

/** Changes of the cluster that may let a waiting pod in. */
export type ClusterChange =
  | "node-added"
  | "node-allocatable"
  | "node-labels"
  | "node-taints"
  | "node-schedulable"
  | "pod-removed"
  /** A pod that is placed counts for less than before. */
  | "pod-scaled-down"
  | "pod-added"
  | "pod-labels"
  | "volume"
  | "namespace-labels";
