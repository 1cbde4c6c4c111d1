/**
 * Which daemons to start and to stop. Pure.
 *
 * Two plans follow each other: the first gives each node its pod and takes away what does not belong;
 * only when it has nothing to do, the second replaces pods of old templates.
 */

import { type Live, scaleIntOrPercent } from "#api";
import type { Pod } from "#api/core/v1";
import { isBeingDeleted, isReady, isTerminal } from "../pod-facts.ts";
import { type DaemonView, isCurrent, isUp, type Place, remaining } from "./view.ts";

export interface DaemonPlan {
  /** Names of the nodes that get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Live<Pod>[];
}

/** Most pods created or deleted in one pass. */
const burstPodsMax = 250;

export function planDaemons(view: DaemonView): DaemonPlan {
  const create = view.places
    .filter(({ fit, pods }) => fit === "wanted" && pods.every(isOver))
    .map(({ nodeName }) => nodeName);
  const surplus = view.places.flatMap((place) => planNode(view, place));
  const lost = view.lost.filter((pod) => !isBeingDeleted(pod) && (pod.spec.nodeName ?? "") === "");
  return limited({ create, remove: [...surplus, ...lost] });
}

function limited({ create, remove }: DaemonPlan): DaemonPlan {
  return { create: create.slice(0, burstPodsMax), remove: remove.slice(0, burstPodsMax) };
}

/** Has ended and is about to go: its place is free. */
function isOver(pod: Live<Pod>): boolean {
  return isBeingDeleted(pod) && isTerminal(pod);
}

/** What has to leave this node. Pods that have ended leave, so that the next pass replaces them. */
function planNode(view: DaemonView, place: Place): readonly Live<Pod>[] {
  const present = remaining(place);
  if (place.fit === "refused") return present;
  const running = present.filter((pod) => !isTerminal(pod));
  const ended = present.filter(isTerminal);
  if (running.length <= 1) return ended;
  if (surgeOf(view) === 0) return [...ended, ...running.slice(1)];

  const current = running.find((pod) => isCurrent(view, pod));
  const old = running.find((pod) => !isCurrent(view, pod));
  const others = running.filter((pod) => pod !== current && pod !== old);
  const isReplaced =
    current !== undefined && old !== undefined && (!isReady(old) || isUp(view, current));
  return [...ended, ...others, ...(isReplaced ? [old] : [])];
}

export function planUpdate(view: DaemonView): DaemonPlan {
  if (view.set.spec.updateStrategy?.type === "OnDelete") return { create: [], remove: [] };
  return limited(surgeOf(view) === 0 ? replaceInPlace(view) : replaceBySurge(view));
}

function wantedCount({ places }: DaemonView): number {
  return places.filter(({ fit }) => fit === "wanted").length;
}

function surgeOf(view: DaemonView): number {
  const surge = view.set.spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0;
  return scaleIntOrPercent(surge, wantedCount(view), "up");
}

/** Without a surge something must be unavailable at times, whatever the numbers say. */
function unavailableMax(view: DaemonView): number {
  const unavailable = view.set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  return Math.max(1, scaleIntOrPercent(unavailable, wantedCount(view), "up"));
}

/** Pods that are no use anyway are replaced first and freely, the others within the limit. */
function replaceInPlace(view: DaemonView): DaemonPlan {
  const useless: Live<Pod>[] = [];
  const useful: Live<Pod>[] = [];
  let unavailableCount = 0;
  for (const place of view.places.filter(isOccupied)) {
    const [pod, ...others] = remaining(place);
    if (pod === undefined || others.length > 0) unavailableCount++;
    else if (isCurrent(view, pod)) unavailableCount += isUp(view, pod) ? 0 : 1;
    else (isUp(view, pod) ? useful : useless).push(pod);
  }
  const budget = Math.max(0, unavailableMax(view) - unavailableCount);
  return { create: [], remove: [...useless, ...useful.slice(0, budget)] };
}

/** A second pod starts beside the old one, which goes when the new one is available. */
function replaceBySurge(view: DaemonView): DaemonPlan {
  const remove: Live<Pod>[] = [];
  const useless: string[] = [];
  const useful: string[] = [];
  let surgeCount = 0;
  for (const place of view.places.filter(isOccupied)) {
    const present = remaining(place);
    const old = present.find((pod) => !isCurrent(view, pod));
    const current = present.find((pod) => isCurrent(view, pod));
    if (present.length > 2) surgeCount++;
    else if (old === undefined) continue;
    else if (current === undefined) (isUp(view, old) ? useful : useless).push(place.nodeName);
    else if (isUp(view, current)) remove.push(old);
    else surgeCount++;
  }
  const budget = Math.max(0, surgeOf(view) - surgeCount);
  return { create: [...useless, ...useful.slice(0, budget)], remove };
}

function isOccupied({ pods }: Place): boolean {
  return pods.length > 0;
}
