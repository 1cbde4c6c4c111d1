/** A node group as plans go by it, and which nodes are its own. Pure. */

import { type Live, parseDuration } from "#api";
import type { Node, Taint } from "#api/core/v1";
import type { NodeGroup } from "#api/node-groups/v1";

/** Every node of a group has it, with the group's name. */
export const groupLabel = "autoscaling.wherry.dev/node-group";
/** How long a simulated node takes from its creation until it is ready. */
export const startupAnnotation = "simulated.wherry/startup";

export interface Group {
  readonly name: string;
  readonly uid: string;
  readonly minSize: number;
  readonly maxSize: number;
  readonly template: NodeGroup["spec"]["template"];
  readonly scaleDown: {
    /** Of cpu or memory, whichever is larger. */
    readonly utilizationThreshold: number;
    readonly unneededMs: number;
    readonly unreadyMs: number;
    readonly delayAfterAddMs: number;
  };
  readonly maxProvisionMs: number;
}

/** Upstream's defaults, as its flags of the same names have them. */
const utilizationThresholdDefault = 0.5;
const unneededTimeDefault = "10m";
const unreadyTimeDefault = "20m";
const delayAfterAddDefault = "10m";
const maxNodeProvisionTimeDefault = "15m";
const podsMaxDefault = "110";

/** Why an object describes no group that could be worked with; undefined when it does. */
export function problemOf({ spec }: NodeGroup): string | undefined {
  const { minSize = 0, maxSize, template } = spec;
  if (minSize > maxSize) return `minSize ${minSize} is more than maxSize ${maxSize}`;
  const missing = ["cpu", "memory"].filter((name) => template.capacity[name] === undefined);
  return missing.length === 0 ? undefined : `template.capacity has no ${missing.join(" and no ")}`;
}

export function groupOf({ metadata, spec }: Live<NodeGroup>): Group {
  const { minSize = 0, maxSize, template, scaleDown = {} } = spec;
  const { utilizationThreshold = utilizationThresholdDefault } = scaleDown;
  return {
    name: metadata.name,
    uid: metadata.uid,
    minSize,
    maxSize,
    template,
    scaleDown: {
      utilizationThreshold,
      unneededMs: parseDuration(scaleDown.unneededTime ?? unneededTimeDefault),
      unreadyMs: parseDuration(scaleDown.unreadyTime ?? unreadyTimeDefault),
      delayAfterAddMs: parseDuration(scaleDown.delayAfterAdd ?? delayAfterAddDefault),
    },
    maxProvisionMs: parseDuration(spec.maxNodeProvisionTime ?? maxNodeProvisionTimeDefault),
  };
}

/** The group's name; undefined for a node that belongs to none. */
export function groupNameOf({ metadata }: Live<Node>): string | undefined {
  return metadata.labels?.[groupLabel];
}

/** A node as the group makes it, once it is ready. */
export function nodeOf({ name: group, template }: Group, name: string): Live<Node> {
  const { labels, taints = [], capacity, startup } = template;
  const amounts = { pods: podsMaxDefault, ...capacity };
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: "1",
      creationTimestamp: "",
      labels: { ...labels, "kubernetes.io/hostname": name, [groupLabel]: group },
      ...(startup === undefined ? {} : { annotations: { [startupAnnotation]: startup } }),
    },
    spec: { taints: [...taints] },
    status: { capacity: amounts, allocatable: amounts },
  };
}

export const toBeDeletedTaint = "ToBeDeletedByClusterAutoscaler";
export const notReadyTaint = "node.kubernetes.io/not-ready";
export const candidateTaint = "DeletionCandidateOfClusterAutoscaler";

export function isGoing({ metadata, spec }: Live<Node>): boolean {
  if (metadata.deletionTimestamp !== undefined) return true;
  return spec.taints?.some(({ key }) => key === toBeDeletedTaint) === true;
}

/** It says so, and nobody keeps pods from it on that account any more. */
export function isReady({ spec, status }: Live<Node>): boolean {
  if (spec.taints?.some(({ key }) => key === notReadyTaint) === true) return false;
  return (
    status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true
  );
}

/** It was made a short while ago, and is not ready yet. */
export function isStarting(node: Live<Node>, { maxProvisionMs }: Group, nowMs: number): boolean {
  return !isReady(node) && ageMs(node, nowMs) < maxProvisionMs;
}

function ageMs({ metadata }: Live<Node>, nowMs: number): number {
  return nowMs - Date.parse(metadata.creationTimestamp);
}

/** The node as it will be when it has started: without the taints that tell of a start. */
export function whenReady(node: Live<Node>): Live<Node> {
  const taints = (node.spec.taints ?? []).filter(
    ({ key }) => !key.startsWith("node.kubernetes.io/") && key !== candidateTaint,
  );
  return { ...node, spec: { ...node.spec, taints, unschedulable: false } };
}

/** Upstream writes the time of day of the taint as its value, in seconds. */
export function deletionTaint(key: string, nowMs: number): Taint {
  const effect = key === toBeDeletedTaint ? "NoSchedule" : "PreferNoSchedule";
  return { key, value: String(Math.floor(nowMs / 1000)), effect };
}
