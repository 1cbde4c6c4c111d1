/** What the control plane says about a node beyond what the node says itself. Pure. */

import { formatTime, type Live } from "#api";
import type { Node, NodeCondition, Taint } from "#api/core/v1";
import type { Zone } from "../metrics.ts";

const unreachable = "node.kubernetes.io/unreachable";
const notReady = "node.kubernetes.io/not-ready";
const unschedulable = "node.kubernetes.io/unschedulable";

const pressureTaints: Readonly<Record<string, string>> = {
  MemoryPressure: "node.kubernetes.io/memory-pressure",
  DiskPressure: "node.kubernetes.io/disk-pressure",
  PIDPressure: "node.kubernetes.io/pid-pressure",
  NetworkUnavailable: "node.kubernetes.io/network-unavailable",
};

const ourKeys: ReadonlySet<string> = new Set([
  unreachable,
  notReady,
  unschedulable,
  ...Object.values(pressureTaints),
]);

/** The node's conditions once it stopped telling them; undefined when they say so already. */
export function planSilence(node: Live<Node>, nowMs: number): readonly NodeCondition[] | undefined {
  const conditions = node.status.conditions ?? [];
  const known = conditions.length > 0 ? conditions : [{ type: "Ready", status: "False" }];
  if (known.every(({ status }) => status === "Unknown")) return undefined;
  return known.map((condition) =>
    condition.status === "Unknown"
      ? condition
      : {
          ...condition,
          status: "Unknown",
          reason: "NodeStatusUnknown",
          message: "Kubelet stopped posting node status.",
          lastTransitionTime: formatTime(nowMs),
        },
  );
}

/** The taints that follow from the conditions, beside those that others set; undefined when right. */
export function planTaints(node: Live<Node>, nowMs: number): readonly Taint[] | undefined {
  const present = node.spec.taints ?? [];
  const wanted = taintsOf(node);
  const others = present.filter(({ key }) => !ourKeys.has(key));
  const ours = wanted.map((taint) => {
    const before = present.find(({ key, effect }) => key === taint.key && effect === taint.effect);
    if (before !== undefined) return before;
    return taint.effect === "NoExecute" ? { ...taint, timeAdded: formatTime(nowMs) } : taint;
  });
  const isSame =
    ours.length + others.length === present.length &&
    ours.every((taint) => present.includes(taint));
  return isSame ? undefined : [...others, ...ours];
}

function taintsOf({ spec, status }: Live<Node>): readonly Taint[] {
  const conditions = new Map(status.conditions?.map(({ type, status: value }) => [type, value]));
  const ready = conditions.get("Ready");
  const key = ready === "Unknown" ? unreachable : ready === "True" ? undefined : notReady;
  const pressures = Object.entries(pressureTaints)
    .filter(([type]) => conditions.get(type) === "True")
    .map(([, pressure]) => ({ key: pressure, effect: "NoSchedule" }));
  return [
    ...(key === undefined
      ? []
      : [
          { key, effect: "NoSchedule" },
          { key, effect: "NoExecute" },
        ]),
    ...(spec.unschedulable === true ? [{ key: unschedulable, effect: "NoSchedule" }] : []),
    ...pressures,
  ];
}

export function isReady({ status }: Live<Node>): boolean {
  return (
    status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ??
    false
  );
}

/** Whether pods leave a node of these taints that do not tolerate them. */
export function movesPodsAway(taints: readonly Taint[] = []): boolean {
  return taints.some(({ key, effect }) => effect === "NoExecute" && ourKeys.has(key));
}

/** As upstream's metrics call it: empty for a node without a region and zone. */
export function zoneOf({ metadata }: Live<Node>): string {
  const region = metadata.labels?.["topology.kubernetes.io/region"] ?? "";
  const zone = metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
  return region === "" && zone === "" ? "" : `${region}:\0:${zone}`;
}

/** The zones of these nodes, and how many of each zone's nodes are ready. */
export function zonesOf(nodes: readonly Live<Node>[]): readonly Zone[] {
  return Array.from(Map.groupBy(nodes, zoneOf), ([name, members]) => ({
    name,
    nodeCount: members.length,
    readyCount: members.filter(isReady).length,
  }));
}
