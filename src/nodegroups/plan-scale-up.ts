/**
 * Whether nodes are to be added, to which group and how many. Pure. For pods that no node has room for, now or
 * when nodes that start are ready, each group is asked how many of its nodes would help; the group that leaves
 * least of them unused grows. One group grows at a time: what is still missing then is seen at the next look.
 */

import { compareText } from "#base";
import { parseQuantity, type Live } from "#api";
import type { Pod } from "#api/core/v1";
import { podRequest, TrialCluster } from "#scheduler";
import { type ClusterFacts, daemonPodsOf, nodesByGroup, unschedulablePods } from "./facts.ts";
import { type Group, groupNameOf, isGoing, isStarting, nodeOf, whenReady } from "./group.ts";
import { packOntoNewNodes } from "./packing.ts";

export interface ScaleUpPlan {
  /** What to do; undefined when nothing is to be added. */
  readonly growth: Growth | undefined;
  /** Everything that could be done, growth included. */
  readonly options: readonly Growth[];
  /** Pods that no group helps, and why: once for each group. */
  readonly unhelped: readonly UnhelpedPod[];
}

export interface Growth {
  readonly group: Group;
  readonly from: number;
  readonly to: number;
  /** The pods that the new nodes are for; none when only the least size is kept. */
  readonly pods: readonly Live<Pod>[];
  /** The share of what the new nodes have that nobody requests. */
  readonly waste: { readonly cpu: number; readonly memory: number };
}

interface UnhelpedPod {
  readonly pod: Live<Pod>;
  readonly reasons: readonly string[];
}

const maxReached = "max node group size reached";
const inBackoff = "in backoff after failed scale-up";

/** `backedOff`: names of groups whose last growth has failed. */
export function planScaleUp(facts: ClusterFacts, backedOff: ReadonlySet<string>): ScaleUpPlan {
  const sizes = nodesByGroup(facts.nodes);
  const sizeOf = ({ name }: Group) => sizes.get(name)?.length ?? 0;
  const trial = trialOf(facts);
  const homeless = placeWhatFits(trial, unschedulablePods(facts.pods));
  const asked = facts.groups.map((group) => {
    const from = sizeOf(group);
    return { group, ...askGroup(trial, facts, { group, from, homeless, backedOff }) };
  });
  const options = asked.flatMap(({ growth }) => growth ?? []);
  const helped = new Set(options.flatMap(({ pods }) => pods));
  const unhelped = homeless
    .filter((pod) => !helped.has(pod))
    .map((pod) => ({ pod, reasons: asked.flatMap(({ reasons }) => reasons.get(pod) ?? []) }));
  const growth = leastWaste(options) ?? tooSmall(facts.groups, sizeOf, backedOff);
  return { growth, options, unhelped };
}

/** The cluster as it will be when the nodes that start are ready. */
function trialOf({ groups, nodes, pods, namespaces, nowMs }: ClusterFacts): TrialCluster {
  const byName = new Map(groups.map((group) => [group.name, group]));
  const expected = nodes.map((node) => {
    const group = byName.get(groupNameOf(node) ?? "");
    const comes = group !== undefined && !isGoing(node) && isStarting(node, group, nowMs);
    return comes ? whenReady(node) : node;
  });
  return new TrialCluster({ nodes: expected, pods, namespaces });
}

/** Gives places to those that have one, and returns the others. */
function placeWhatFits(trial: TrialCluster, pods: readonly Live<Pod>[]): readonly Live<Pod>[] {
  return pods.filter((pod) => {
    const fit = trial.firstFit(pod);
    if (fit !== undefined) trial.place(pod, fit);
    return fit === undefined;
  });
}

interface Asking {
  readonly group: Group;
  readonly from: number;
  readonly homeless: readonly Live<Pod>[];
  readonly backedOff: ReadonlySet<string>;
}

interface GroupAnswer {
  readonly growth: Growth | undefined;
  /** Of the pods that it does not help. */
  readonly reasons: ReadonlyMap<Live<Pod>, readonly string[]>;
}

function askGroup(
  trial: TrialCluster,
  { daemonSets }: ClusterFacts,
  { group, from, homeless, backedOff }: Asking,
): GroupAnswer {
  const refuseAll = (reason: string): GroupAnswer => {
    return { growth: undefined, reasons: new Map(homeless.map((pod) => [pod, [reason]])) };
  };
  if (homeless.length === 0) return { growth: undefined, reasons: new Map() };
  if (backedOff.has(group.name)) return refuseAll(inBackoff);
  if (from >= group.maxSize) return refuseAll(maxReached);
  const { nodes, left } = packOntoNewNodes(trial, {
    pods: homeless,
    nodeOf: (name) => nodeOf(group, name),
    daemonPodsOf: (name) => daemonPodsOf(daemonSets, name),
    nodesMax: group.maxSize - from,
  });
  const reasons = new Map(
    left.map(({ pod, refusal }) => [pod, refusal?.refusal.reasons ?? [maxReached]]),
  );
  if (nodes.size === 0) return { growth: undefined, reasons };
  const pods = [...nodes.values()].flat();
  const waste = wasteOf(group, nodes.size, pods);
  return { growth: { group, from, to: from + nodes.size, pods, waste }, reasons };
}

function wasteOf({ template }: Group, nodeCount: number, pods: readonly Live<Pod>[]) {
  const requests = pods.map(({ spec }) => podRequest(spec));
  const amount = (name: string) =>
    Number(parseQuantity(template.capacity[name] ?? "0").nanos) / 1e9;
  const unused = (have: number, used: number) => (have === 0 ? 0 : (have - used) / have);
  const cpu = requests.reduce((sum, { cpuMilli }) => sum + cpuMilli / 1000, 0);
  const memory = requests.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return {
    cpu: unused(amount("cpu") * nodeCount, cpu),
    memory: unused(amount("memory") * nodeCount, memory),
  };
}

/** Of equals the one whose name is first. */
function leastWaste(options: readonly Growth[]): Growth | undefined {
  const wasted = ({ waste }: Growth) => waste.cpu + waste.memory;
  return [...options].sort(
    (left, right) => wasted(left) - wasted(right) || compareText(left.group.name, right.group.name),
  )[0];
}

/** A group that has fewer nodes than it must. */
function tooSmall(
  groups: readonly Group[],
  sizeOf: (group: Group) => number,
  backedOff: ReadonlySet<string>,
): Growth | undefined {
  const found = groups.find((group) => {
    return sizeOf(group) < group.minSize && !backedOff.has(group.name);
  });
  if (found === undefined) return undefined;
  const none = { cpu: 1, memory: 1 };
  return { group: found, from: sizeOf(found), to: found.minSize, pods: [], waste: none };
}

/** The reasons counted, as upstream's event tells them: `1 Insufficient cpu, 2 max node group size reached`. */
export function countedReasons(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort(compareText)
    .join(", ");
}
