/**
 * Which nodes nobody needs, since when, and which of them go now. Pure. A node is unneeded while its pods
 * request little of it and every one of them has a place elsewhere; it goes when that has been so for long.
 * Nodes are taken away in thought one after the other, so that all that are unneeded could go together.
 */

import { compareText } from "#base";
import { formatDurationNanos, type Live } from "#api";
import type { Node, Pod } from "#api/core/v1";
import { TrialCluster } from "#scheduler";
import { checkDrain, RemainingBudgets } from "./drain.ts";
import { type ClusterFacts, nodesByGroup } from "./facts.ts";
import { type Group, groupNameOf, isGoing, isReady, isStarting } from "./group.ts";

/** What is remembered from one look to the next. */
export interface ScaleDownMemory {
  /** By node: since when it is unneeded. */
  readonly unneededSince: ReadonlyMap<string, number>;
  /** When nodes were added last. */
  readonly grownAtMs: number | undefined;
  /** When removing a node failed last. */
  readonly failedAtMs: number | undefined;
  /** Nodes that are being removed, and whether they have to be drained. */
  readonly removing: ReadonlyMap<string, "empty" | "drain">;
}

export interface ScaleDownPlan {
  readonly unneeded: ReadonlyMap<string, UnneededNode>;
  /** Nodes of groups that stay, and why. */
  readonly kept: ReadonlyMap<string, Kept>;
  /** Those to remove now. */
  readonly remove: readonly UnneededNode[];
}

export interface UnneededNode {
  readonly node: Live<Node>;
  readonly group: Group;
  readonly sinceMs: number;
  readonly utilization: Utilization;
  /** Pods that move elsewhere; none of an empty node. */
  readonly pods: readonly Live<Pod>[];
}

export interface Utilization {
  readonly cpu: number;
  readonly memory: number;
}

/** Upstream's names of the reasons. */
type KeptReason =
  | "ScaleDownDisabledAnnotation"
  | "NodeGroupMinSizeReached"
  | "NotUnderutilized"
  | "BlockedByPod"
  | "NoPlaceToMovePods"
  | "NotStarted"
  | "NotUnneededLongEnough"
  | "NotUnreadyLongEnough"
  | "InCooldown"
  | "TooManyAtOnce";

interface Kept {
  readonly reason: KeptReason;
  /** In a sentence, where there is more to say. */
  readonly why: string;
}

/** Upstream's defaults: nodes that go at the same time, and of these, nodes that are drained. */
const removalsMax = 10;
const drainsMax = 1;
const delayAfterFailureMs = 180_000;
const disabledAnnotation = "cluster-autoscaler.kubernetes.io/scale-down-disabled";

export function planScaleDown(facts: ClusterFacts, memory: ScaleDownMemory): ScaleDownPlan {
  const unneeded = new Map<string, UnneededNode>();
  const kept = new Map<string, Kept>();
  const trial = new TrialCluster(facts);
  const budgets = new RemainingBudgets(facts.budgets);
  const podsByNode = Map.groupBy(facts.pods, ({ spec }) => spec.nodeName ?? "");
  const going = facts.nodes.filter(isGoing).map(({ metadata }) => metadata.name);
  const leaving = new Set([...going, ...memory.removing.keys()]);
  const sizes = remainingSizes(facts, memory);
  for (const candidate of candidatesOf(facts, memory, trial)) {
    const { group } = candidate;
    const { name } = candidate.node.metadata;
    const pods = podsByNode.get(name) ?? [];
    const size = sizes.get(group.name) ?? 0;
    const found =
      eligible(candidate, size, facts.nowMs) ??
      tryRemoval(trial, { name, pods, budgets, leaving }, facts);
    if ("reason" in found) {
      kept.set(name, found);
      continue;
    }
    leaving.add(name);
    sizes.set(group.name, size - 1);
    const sinceMs = memory.unneededSince.get(name) ?? facts.nowMs;
    unneeded.set(name, { ...candidate, sinceMs, pods: found.pods });
  }
  return { unneeded, kept, remove: chooseNow({ facts, memory, unneeded, kept }) };
}

interface Candidate {
  readonly node: Live<Node>;
  readonly group: Group;
  readonly utilization: Utilization;
}

/** First those that were unneeded before, so that their time goes on; then the emptier before the fuller. */
function candidatesOf(
  { groups, nodes }: ClusterFacts,
  { unneededSince, removing }: ScaleDownMemory,
  trial: TrialCluster,
): readonly Candidate[] {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const candidates = nodes.flatMap((node): readonly Candidate[] => {
    const group = byName.get(groupNameOf(node) ?? "");
    if (group === undefined || isGoing(node) || removing.has(node.metadata.name)) return [];
    return [{ node, group, utilization: trial.utilizationOf(node.metadata.name) }];
  });
  const isNew = ({ node }: Candidate) => (unneededSince.has(node.metadata.name) ? 0 : 1);
  return candidates.sort(
    (left, right) =>
      isNew(left) - isNew(right) ||
      largest(left.utilization) - largest(right.utilization) ||
      compareText(left.node.metadata.name, right.node.metadata.name),
  );
}

export function largest({ cpu, memory }: Utilization): number {
  return Math.max(cpu, memory);
}

/** Why the node cannot be unneeded, wherever its pods might go; undefined when it can. */
function eligible(
  { node, group, utilization }: Candidate,
  size: number,
  nowMs: number,
): Kept | undefined {
  if (size <= group.minSize) return { reason: "NodeGroupMinSizeReached", why: "" };
  if (node.metadata.annotations?.[disabledAnnotation] === "true") {
    return { reason: "ScaleDownDisabledAnnotation", why: "" };
  }
  if (isStarting(node, group, nowMs)) return { reason: "NotStarted", why: "" };
  const used = largest(utilization);
  if (used <= group.scaleDown.utilizationThreshold) return undefined;
  const resource = utilization.cpu > utilization.memory ? "cpu" : "memory";
  const share = `${Number((used * 100).toPrecision(6))}% of allocatable`;
  const why = `${resource} requested (${share}) is above the scale-down utilization threshold`;
  return { reason: "NotUnderutilized", why };
}

interface RemovalTrial {
  readonly name: string;
  readonly pods: readonly Live<Pod>[];
  readonly budgets: RemainingBudgets;
  /** Nodes that are to be no home for anybody. */
  readonly leaving: ReadonlySet<string>;
}

/** Moves the node's pods, if every one of them may go and finds a place; else nothing is changed. */
function tryRemoval(
  trial: TrialCluster,
  { name, pods, budgets, leaving }: RemovalTrial,
  { nowMs }: ClusterFacts,
): { readonly pods: readonly Live<Pod>[] } | Kept {
  const check = checkDrain(pods, budgets, nowMs);
  if (check.kind === "blocked") return { reason: "BlockedByPod", why: check.why };
  const moved: Live<Pod>[] = [];
  for (const pod of check.pods) {
    const place = trial.firstFit(pod, (other) => other !== name && !leaving.has(other));
    if (place === undefined) {
      for (const one of moved) trial.place(one, name);
      const { namespace, name: podName } = pod.metadata;
      return { reason: "NoPlaceToMovePods", why: `no place to move ${namespace}/${podName}` };
    }
    trial.place(pod, place);
    moved.push(pod);
  }
  budgets.take(moved);
  return { pods: moved };
}

/** For example `unneeded for 10m0s: its 2 pods request 22% of it and have a place elsewhere`. */
export function describeUnneeded(
  { sinceMs, utilization, pods }: UnneededNode,
  nowMs: number,
): string {
  const since = formatDurationNanos(BigInt(Math.round((nowMs - sinceMs) / 1000)) * 1_000_000_000n);
  if (pods.length === 0) return `unneeded for ${since}: no pods run there`;
  const count = pods.length === 1 ? "its pod requests" : `its ${pods.length} pods request`;
  const has = pods.length === 1 ? "has" : "have";
  const share = Math.round(largest(utilization) * 100);
  return `unneeded for ${since}: ${count} ${share}% of it and ${has} a place elsewhere`;
}

interface Choosing {
  readonly facts: ClusterFacts;
  readonly memory: ScaleDownMemory;
  readonly unneeded: ReadonlyMap<string, UnneededNode>;
  readonly kept: Map<string, Kept>;
}

/** Those whose time has come, empty ones first, as many as may go at once; tells of the others why not. */
function chooseNow({ facts, memory, unneeded, kept }: Choosing): readonly UnneededNode[] {
  let removals = removalsMax - memory.removing.size;
  let drains = drainsMax - [...memory.removing.values()].filter((how) => how === "drain").length;
  const chosen: UnneededNode[] = [];
  const inTurn = [...unneeded.values()].sort(
    (left, right) => Number(left.pods.length > 0) - Number(right.pods.length > 0),
  );
  for (const one of inTurn) {
    const { name } = one.node.metadata;
    const isDrain = one.pods.length > 0;
    const reason = tooEarly(one, memory, facts.nowMs);
    if (reason !== undefined) kept.set(name, { reason, why: "" });
    else if (removals < 1 || (isDrain && drains < 1)) {
      kept.set(name, { reason: "TooManyAtOnce", why: "" });
    } else {
      chosen.push(one);
      removals--;
      if (isDrain) drains--;
    }
  }
  return chosen;
}

/** How many nodes each group will have when those that go are gone. */
function remainingSizes(
  { nodes }: ClusterFacts,
  { removing }: ScaleDownMemory,
): Map<string, number> {
  const staying = nodes.filter((node) => !isGoing(node) && !removing.has(node.metadata.name));
  return new Map([...nodesByGroup(staying)].map(([name, members]) => [name, members.length]));
}

function tooEarly(
  { node, group, sinceMs }: UnneededNode,
  { grownAtMs, failedAtMs }: ScaleDownMemory,
  nowMs: number,
): KeptReason | undefined {
  const { unneededMs, unreadyMs, delayAfterAddMs } = group.scaleDown;
  const unneededFor = nowMs - sinceMs;
  if (isReady(node) && unneededFor < unneededMs) return "NotUnneededLongEnough";
  if (!isReady(node) && unneededFor < unreadyMs) return "NotUnreadyLongEnough";
  if (grownAtMs !== undefined && nowMs < grownAtMs + delayAfterAddMs) return "InCooldown";
  if (failedAtMs !== undefined && nowMs < failedAtMs + delayAfterFailureMs) return "InCooldown";
  return undefined;
}
