/**
 * Making room for an important pod: which less important pods on which node would have to go.
 *
 * Pure. For each node that others could leave, all of lower priority are taken away in thought; if the
 * pod then fits, as many as possible are put back, the most important first, and those protected by
 * a disruption budget before those that are not. Source of the rules: upstream's default preemption.
 */

import { compareText } from "#base";
import { matchesLabels, type CompiledLabelSelector } from "#api";
import type { ClusterView } from "../cluster-state.ts";
import type { NodeRefusal } from "../cycle.ts";
import type { NodeState } from "../node-state.ts";
import type { Filter } from "../plugin.ts";
import type { PodNeeds } from "../pod-needs.ts";

/** What a disruption budget still allows. */
interface Budget {
  readonly namespace: string;
  readonly selector: CompiledLabelSelector;
  readonly disruptionsAllowed: number;
}

export interface PreemptionInput {
  readonly needs: PodNeeds;
  readonly cluster: ClusterView;
  readonly filters: readonly Filter[];
  readonly refusals: readonly NodeRefusal[];
  readonly budgets: readonly Budget[];
}

export interface Preemption {
  readonly node: string;
  readonly victims: readonly PodNeeds[];
  readonly violationCount: number;
}

/** Nodes tried in thought at most; among the first that work the best is good enough. */
const candidatesMax = 100;

/** The least harmful way to make room, or undefined when there is none. */
export function planPreemption(input: PreemptionInput): Preemption | undefined {
  const { needs, refusals, cluster } = input;
  if (needs.pod.spec.preemptionPolicy === "Never") return undefined;
  const names = new Set(
    refusals.filter(({ refusal }) => refusal.resolvable).map(({ node }) => node),
  );
  const candidates: Preemption[] = [];
  for (const node of cluster.nodes) {
    if (!names.has(node.name)) continue;
    const candidate = tryNode(input, node);
    if (candidate !== undefined) candidates.push(candidate);
    if (candidates.length >= candidatesMax) break;
  }
  return candidates.sort(compareHarm)[0];
}

function tryNode(input: PreemptionInput, node: NodeState): Preemption | undefined {
  const { needs, budgets } = input;
  const lower = [...node.pods.values()].filter(({ priority }) => priority < needs.priority);
  if (lower.length === 0) return undefined;
  const emptied = node.with([], new Set(lower.map(({ uid }) => uid)));
  if (!fits(input, emptied)) return undefined;

  const ranked = [...lower].sort(byImportance);
  const { protectedPods, others } = splitByBudget(ranked, budgets);
  const victims: PodNeeds[] = [];
  let violationCount = 0;
  for (const pod of [...protectedPods, ...others]) {
    emptied.addPod(pod);
    if (fits(input, emptied)) continue;
    emptied.removePod(pod.uid);
    victims.push(pod);
    if (protectedPods.includes(pod)) violationCount++;
  }
  return victims.length === 0 ? undefined : { node: node.name, victims, violationCount };
}

function fits({ needs, cluster, filters }: PreemptionInput, changed: NodeState): boolean {
  const nodes = cluster.nodes.map((node) => (node.name === changed.name ? changed : node));
  const view: ClusterView = {
    nodes,
    volumes: cluster.volumes,
    imageHolderCount: (image) => cluster.imageHolderCount(image),
    hasAffinity: cluster.hasAffinity,
    hasAntiAffinity: cluster.hasAntiAffinity,
    namespaceLabels: (namespace) => cluster.namespaceLabels(namespace),
  };
  return filters.every(({ prepare }) => prepare(needs, view)?.(changed) === undefined);
}

/** Pods whose eviction would break a budget, and the rest; budgets are used up in order. */
function splitByBudget(pods: readonly PodNeeds[], budgets: readonly Budget[]) {
  const left = new Map(budgets.map((budget) => [budget, budget.disruptionsAllowed]));
  const protectedPods: PodNeeds[] = [];
  const others: PodNeeds[] = [];
  for (const pod of pods) {
    let isViolating = false;
    for (const [budget, allowed] of left) {
      const isMeant =
        budget.namespace === pod.namespace && matchesLabels(budget.selector, pod.labels);
      if (!isMeant) continue;
      left.set(budget, allowed - 1);
      if (allowed <= 0) isViolating = true;
    }
    (isViolating ? protectedPods : others).push(pod);
  }
  return { protectedPods, others };
}

/** More important first: higher priority, then running for longer. */
function byImportance(left: PodNeeds, right: PodNeeds): number {
  return right.priority - left.priority || compareText(startOf(left), startOf(right));
}

function startOf({ pod }: PodNeeds): string {
  return pod.status.startTime ?? pod.metadata.creationTimestamp;
}

function compareHarm(left: Preemption, right: Preemption): number {
  const highest = ({ victims }: Preemption) => Math.max(...victims.map(({ priority }) => priority));
  const sum = ({ victims }: Preemption) =>
    victims.reduce((total, { priority }) => total + priority, 0);
  const latest = ({ victims }: Preemption) => victims.map(startOf).sort(compareText)[0] ?? "";
  return (
    left.violationCount - right.violationCount ||
    highest(left) - highest(right) ||
    sum(left) - sum(right) ||
    left.victims.length - right.victims.length ||
    compareText(latest(right), latest(left))
  );
}
