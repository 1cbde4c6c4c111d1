/**
 * One scheduling attempt: filter the nodes, score those that fit, choose the best.
 *
 * Pure but for the draw among equals. Every answer is complete enough to explain itself: a refusal
 * names each node's reasons, a choice carries its scores.
 */

import { integerBelow, type Random } from "#base";
import type { ClusterState } from "./cluster-state.ts";
import type { NodeState } from "./node-state.ts";
import { type PreparedScore, type Refusal, scoreMax } from "./plugin.ts";
import type { PodNeeds } from "./pod-needs.ts";
import type { Profile } from "./profile.ts";

export interface NodeRefusal {
  readonly node: string;
  /** Name of the filter that refused. */
  readonly filter: string;
  readonly refusal: Refusal;
}

export type Decision =
  | {
      readonly kind: "chosen";
      readonly node: NodeState;
      readonly feasibleCount: number;
      /** Weighted total and parts of the chosen node's score. */
      readonly score: number;
      readonly scores: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: "refused";
      readonly nodeCount: number;
      readonly refusals: readonly NodeRefusal[];
    };

/** The steps of an attempt to place a pod, in order. */
export type Phase =
  | "prepare filters"
  | "filter"
  | "prepare scores"
  | "score"
  | "preempt"
  | "bind claims"
  | "bind";

export interface CycleInput {
  readonly needs: PodNeeds;
  readonly cluster: ClusterState;
  readonly profile: Profile;
  readonly random: Random;
  /** Where in the list of nodes to begin, so that all get their turn. */
  readonly startIndex: number;
  /** Told when each phase of the decision has ended, for whoever measures. */
  readonly phaseEnded: (phase: Phase) => void;
}

/** Nodes that must be found feasible at least before the search may stop. */
const feasibleMin = 100;

/** How many feasible nodes are enough, as upstream: all up to 100, then a share that shrinks to 5 %. */
export function feasibleEnough(nodeCount: number): number {
  if (nodeCount <= feasibleMin) return nodeCount;
  const percent = Math.max(5, 50 - Math.floor(nodeCount / 125));
  return Math.max(feasibleMin, Math.floor((nodeCount * percent) / 100));
}

export function decide(input: CycleInput): Decision & { readonly examinedCount: number } {
  const { cluster } = input;
  const found = findFeasible(input);
  const { feasible, examinedCount } = found;
  if (feasible.length === 0) {
    const { refusals } = found;
    return { kind: "refused", nodeCount: cluster.nodes.length, refusals, examinedCount };
  }
  const best = chooseBest(input, feasible);
  return { kind: "chosen", ...best, feasibleCount: feasible.length, examinedCount };
}

interface Feasible {
  readonly feasible: readonly NodeState[];
  readonly refusals: readonly NodeRefusal[];
  readonly examinedCount: number;
}

function findFeasible({ needs, cluster, profile, startIndex, phaseEnded }: CycleInput): Feasible {
  const checks = profile.filters.flatMap(({ name, prepare }) => {
    const check = prepare(needs, cluster);
    return check === undefined ? [] : [{ name, check }];
  });
  phaseEnded("prepare filters");
  const { nodes } = cluster;
  const enough = feasibleEnough(nodes.length);
  const feasible: NodeState[] = [];
  const refusals: NodeRefusal[] = [];
  let examinedCount = 0;
  while (examinedCount < nodes.length && feasible.length < enough) {
    const node = nodes[(startIndex + examinedCount) % nodes.length];
    examinedCount++;
    if (node === undefined) break;
    const refusal = findRefusal(checks, withClaims(cluster, needs, node));
    if (refusal === undefined) feasible.push(node);
    else refusals.push(refusal);
  }
  phaseEnded("filter");
  return { feasible, refusals, examinedCount };
}

/** The node as it will be once pods with an earlier claim have come; usually the node itself. */
function withClaims(cluster: ClusterState, needs: PodNeeds, node: NodeState): NodeState {
  const claims = cluster.claimsBefore(needs, node.name);
  return claims.length === 0 ? node : node.with(claims);
}

interface NamedCheck {
  readonly name: string;
  readonly check: (node: NodeState) => Refusal | undefined;
}

function findRefusal(checks: readonly NamedCheck[], node: NodeState): NodeRefusal | undefined {
  for (const { name, check } of checks) {
    const refusal = check(node);
    if (refusal !== undefined) return { node: node.name, filter: name, refusal };
  }
  return undefined;
}

interface Best {
  readonly node: NodeState;
  readonly score: number;
  readonly scores: Readonly<Record<string, number>>;
}

function chooseBest(
  { needs, cluster, profile, random, phaseEnded }: CycleInput,
  feasible: readonly NodeState[],
): Best {
  const scores = profile.scores.flatMap(({ name, weight, prepare }) => {
    const prepared = prepare(needs, cluster, feasible);
    if (prepared === undefined || feasible.length === 1) return [];
    return [{ name, weight, prepared }];
  });
  phaseEnded("prepare scores");
  const parts = scores.map(({ name, weight, prepared }) => {
    return { name, weight, values: normalized(prepared, feasible) };
  });
  const totals = feasible.map((_node, index) =>
    parts.reduce((total, { weight, values }) => total + weight * (values[index] ?? 0), 0),
  );
  const bestScore = totals.reduce((best, total) => Math.max(best, total), 0);
  const bestIndex = drawAmong(totals, bestScore, random);
  const node = feasible[bestIndex];
  if (node === undefined) throw new Error("assertion failed: the best node is one of the feasible");
  const shares = Object.fromEntries(
    parts.map(({ name, weight, values }) => [name, weight * (values[bestIndex] ?? 0)]),
  );
  phaseEnded("score");
  return { node, score: bestScore, scores: shares };
}

/** The index of one of the totals that equal `best`, each with the same chance, by one draw. */
function drawAmong(totals: readonly number[], best: number, random: Random): number {
  const equals = totals.filter((total) => total === best).length;
  let skipped = integerBelow(random, equals);
  return totals.findIndex((total) => total === best && skipped-- === 0);
}

function normalized({ scoreOf, normalize }: PreparedScore, nodes: readonly NodeState[]): number[] {
  const raw = nodes.map(scoreOf);
  if (normalize === "none") return raw;
  let highest = raw[0] ?? 0;
  let lowest = highest;
  for (const score of raw) {
    if (score > highest) highest = score;
    if (score < lowest) lowest = score;
  }
  if (normalize === "min-max") {
    const span = highest - lowest;
    return raw.map((score) => (span === 0 ? 0 : Math.floor(((score - lowest) * scoreMax) / span)));
  }
  const isReversed = normalize === "lower-is-better";
  if (highest === 0) return raw.map(() => (isReversed ? scoreMax : 0));
  return raw.map((score) => {
    const share = Math.floor((score * scoreMax) / highest);
    return isReversed ? scoreMax - share : share;
  });
}
