/**
 * The ConfigMap `cluster-autoscaler-status`, as upstream's cluster autoscaler writes it. Pure. A condition keeps
 * the time since when it is as it is.
 */

import { formatTime, objectAt, type JsonObject, type JsonValue, type Live } from "#api";
import type { Node } from "#api/core/v1";
import { type ClusterFacts, nodesByGroup } from "./facts.ts";
import { type Group, isGoing, isReady, isStarting } from "./group.ts";

export const statusMapKey = {
  namespace: "kube-system",
  name: "cluster-autoscaler-status",
} as const;
export const updatedAnnotation = "cluster-autoscaler.kubernetes.io/last-updated";

export interface StatusFacts {
  readonly facts: ClusterFacts;
  /** By group: how many nodes could go. */
  readonly candidates: ReadonlyMap<string, number>;
  /** By group: why it does not grow for a while. */
  readonly backedOff: ReadonlyMap<string, string>;
}

/** By what a condition is about: its status, and since when. */
export type Transitions = Map<string, { readonly status: string; readonly sinceMs: number }>;

export interface StatusText {
  readonly text: string;
  /** Says the same as long as nothing but time goes on. */
  readonly gist: string;
}

/** `transitions` is brought up to date. */
export function statusText(status: StatusFacts, transitions: Transitions): StatusText {
  const { nowMs } = status.facts;
  const object = (condition: ConditionWriter): JsonObject => ({
    time: goTime(nowMs),
    autoscalerStatus: "Running",
    clusterWide: clusterWide(status, condition),
    nodeGroups: status.facts.groups.map((group) => groupStatus(status, group, condition)),
  });
  const probed = formatTime(nowMs);
  const dated = object((about, is) => {
    const known = transitions.get(about);
    const sinceMs = known?.status === is ? known.sinceMs : nowMs;
    transitions.set(about, { status: is, sinceMs });
    return { lastProbeTime: probed, lastTransitionTime: formatTime(sinceMs) };
  });
  const text = `${yamlLines(dated).join("\n")}\n`;
  const { time: _now, ...lasting } = object(() => ({}));
  return { text, gist: JSON.stringify(lasting) };
}

/** The times of a condition; both are left out of a gist. */
type ConditionWriter = (about: string, status: string) => JsonObject;

function clusterWide(status: StatusFacts, timesOf: ConditionWriter): JsonObject {
  const { facts, candidates } = status;
  const total = [...candidates.values()].reduce((sum, count) => sum + count, 0);
  const isGrowing = facts.groups.some((group) => growth(status, group) === "InProgress");
  const up = isGrowing ? "InProgress" : "NoActivity";
  return {
    health: {
      status: "Healthy",
      nodeCounts: nodeCounts(facts.nodes, facts),
      ...timesOf("health", "Healthy"),
    },
    scaleUp: { status: up, ...timesOf("scaleUp", up) },
    scaleDown: scaleDown("", total, timesOf),
  };
}

function groupStatus(status: StatusFacts, group: Group, timesOf: ConditionWriter): JsonObject {
  const { facts, candidates, backedOff } = status;
  const { name, minSize, maxSize } = group;
  const nodes = nodesByGroup(facts.nodes).get(name) ?? [];
  const up = growth(status, group);
  const why = backedOff.get(name);
  return {
    name,
    health: {
      status: "Healthy",
      nodeCounts: nodeCounts(nodes, facts),
      cloudProviderTarget: nodes.filter((node) => !isGoing(node)).length,
      minSize,
      maxSize,
      ...timesOf(`${name} health`, "Healthy"),
    },
    scaleUp: {
      status: up,
      ...(up === "Backoff" && why !== undefined
        ? { backoffInfo: { errorCode: "cloudProviderError", errorMessage: why } }
        : {}),
      ...timesOf(`${name} scaleUp`, up),
    },
    scaleDown: scaleDown(name, candidates.get(name) ?? 0, timesOf),
  };
}

function growth({ facts, backedOff }: StatusFacts, group: Group): string {
  const nodes = nodesByGroup(facts.nodes).get(group.name) ?? [];
  if (nodes.some((node) => !isGoing(node) && isStarting(node, group, facts.nowMs))) {
    return "InProgress";
  }
  return backedOff.has(group.name) ? "Backoff" : "NoActivity";
}

function scaleDown(group: string, candidates: number, timesOf: ConditionWriter): JsonObject {
  const status = candidates > 0 ? "CandidatesPresent" : "NoCandidates";
  return {
    status,
    ...(candidates === 0 ? {} : { candidates }),
    ...timesOf(`${group} scaleDown`.trimStart(), status),
  };
}

function nodeCounts(nodes: readonly Live<Node>[], { groups, nowMs }: ClusterFacts): JsonObject {
  const going = nodes.filter(isGoing).length;
  const staying = nodes.filter((node) => !isGoing(node));
  const ready = staying.filter(isReady).length;
  const starting = staying.filter((node) =>
    groups.some((group) => isStarting(node, group, nowMs)),
  ).length;
  return {
    registered: {
      total: nodes.length,
      ready,
      notStarted: starting,
      ...(going === 0 ? {} : { beingDeleted: going }),
      unready: { total: staying.length - ready - starting, resourceUnready: 0 },
    },
    longUnregistered: 0,
    unregistered: 0,
  };
}

/** With the fields in the order in which people know them, which is not that of the alphabet. */
function yamlLines(object: JsonObject): readonly string[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (Array.isArray(value)) {
      return [`${key}:${value.length === 0 ? " []" : ""}`, ...listLines(value)];
    }
    if (typeof value !== "object" || value === null) return [`${key}: ${scalarText(value)}`];
    return [`${key}:`, ...yamlLines(objectAt(value)).map((line) => `  ${line}`)];
  });
}

function listLines(list: readonly JsonValue[]): readonly string[] {
  return list.flatMap((item) =>
    yamlLines(objectAt(item)).map((line, index) => `${index === 0 ? "- " : "  "}${line}`),
  );
}

/** Texts that could be read as something else are quoted. */
function scalarText(value: JsonValue | undefined): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return /^[A-Za-z][A-Za-z0-9-]*$|^\d{4}-\d\d-\d\d \d/.test(value) ? value : JSON.stringify(value);
}

/** As Go prints a time: `2026-01-01 00:00:00.5 +0000 UTC`. */
export function goTime(atMs: number): string {
  const text = new Date(atMs).toISOString();
  const fraction = text.slice(19, 23).replace(/\.?0+$/, "");
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction} +0000 UTC`;
}
