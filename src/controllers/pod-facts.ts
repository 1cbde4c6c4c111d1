/** Facts about pods that several controllers decide by. All pure. */

import { compareText } from "#base";
import type { Live } from "#api";
import type { Pod, PodCondition } from "#api/core/v1";

export function isBeingDeleted(object: {
  readonly metadata: { readonly deletionTimestamp?: string | undefined };
}): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** The pod has ended and will not run again. */
export function isTerminal(pod: Live<Pod>): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}

/** Counts toward the replicas of its owner: neither ended nor on its way out. */
export function isActive(pod: Live<Pod>): boolean {
  return !isTerminal(pod) && !isBeingDeleted(pod);
}

export function findCondition(pod: Live<Pod>, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((condition) => condition.type === type);
}

export function isReady(pod: Live<Pod>): boolean {
  return findCondition(pod, "Ready")?.status === "True";
}

/** Milliseconds until the pod counts as available; 0 when it does, undefined while not ready. */
export function untilAvailableMs(
  pod: Live<Pod>,
  minReadySeconds: number,
  nowMs: number,
): number | undefined {
  const ready = findCondition(pod, "Ready");
  if (ready?.status !== "True") return undefined;
  if (minReadySeconds === 0) return 0;
  if (ready.lastTransitionTime === undefined) return undefined;
  return Math.max(0, Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 - nowMs);
}

export function isAvailable(pod: Live<Pod>, minReadySeconds: number, nowMs: number): boolean {
  return untilAvailableMs(pod, minReadySeconds, nowMs) === 0;
}

const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/**
 * Which of two pods to delete first when there are too many, as upstream's `ActivePods` order: not
 * scheduled, then earlier phase, not ready, cheaper, on the fuller node, later ready, more restarts,
 * younger. `crowdOf` gives how many related pods share a pod's node.
 */
export function compareForDeletion(
  left: Live<Pod>,
  right: Live<Pod>,
  crowdOf: (pod: Live<Pod>) => number,
): number {
  return (
    Number(isScheduled(left)) - Number(isScheduled(right)) ||
    phaseRank(left) - phaseRank(right) ||
    Number(isReady(left)) - Number(isReady(right)) ||
    deletionCost(left) - deletionCost(right) ||
    crowdOf(right) - crowdOf(left) ||
    compareText(readySince(right), readySince(left)) ||
    restartCount(right) - restartCount(left) ||
    compareText(right.metadata.creationTimestamp, left.metadata.creationTimestamp) ||
    compareText(left.metadata.name, right.metadata.name)
  );
}

function isScheduled(pod: Live<Pod>): boolean {
  return (pod.spec.nodeName ?? "") !== "";
}

function phaseRank(pod: Live<Pod>): number {
  return phaseOrder[pod.status.phase ?? ""] ?? 0;
}

function deletionCost(pod: Live<Pod>): number {
  const text = pod.metadata.annotations?.[deletionCostAnnotation] ?? "0";
  return /^-?\d{1,10}$/.test(text) ? Number(text) : 0;
}

function readySince(pod: Live<Pod>): string {
  const ready = findCondition(pod, "Ready");
  return ready?.status === "True" ? (ready.lastTransitionTime ?? "") : "";
}

function restartCount(pod: Live<Pod>): number {
  const counts = pod.status.containerStatuses?.map((status) => status.restartCount) ?? [];
  return Math.max(0, ...counts);
}
