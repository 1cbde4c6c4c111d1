/**
 * Which pods are to get what is recommended now, and how: another size while they run, or a successor. Pure.
 * Source: upstream's updater.
 */

import type { Live } from "#api";
import type { ContainerStatus, Pod } from "#api/core/v1";
import type {
  EvictionRequirement,
  RecommendedContainerResources,
  VerticalPodAutoscalerSpec,
} from "#api/verticalautoscaling/v1";
import { millisOf, policyOf } from "./recommend.ts";

/** Targets with fewer pods than this are left alone, where the autoscaler does not say. */
const minReplicasDefault = 2;
/** At most this share of a target's pods is away at a time. */
const evictionTolerance = 0.5;
/** A pod that is within the bounds is changed when it is old and far from its target. */
const longLivedMs = 12 * 3_600_000;
const significantChange = 0.1;
/** A container that ran out of memory so soon after its start does not wait to be outside of the bounds. */
const quickOutOfMemoryMs = 10 * 60_000;
/** How long a resize may wait for room, and take, before the pod is replaced instead. */
const deferredMsMax = 5 * 60_000;
const inProgressMsMax = 3_600_000;

export interface UpdateFacts {
  readonly spec: VerticalPodAutoscalerSpec;
  readonly recommendations: readonly RecommendedContainerResources[];
  /** All pods of the target that have not ended. */
  readonly pods: readonly Live<Pod>[];
  readonly nowMs: number;
}

/** Each the furthest off first. */
export interface UpdatePlan {
  readonly resize: readonly Live<Pod>[];
  readonly evict: readonly Live<Pod>[];
}

const nothing: UpdatePlan = { resize: [], evict: [] };

export function planUpdates(facts: UpdateFacts): UpdatePlan {
  const { spec, pods } = facts;
  const mode = spec.updatePolicy?.updateMode ?? "Auto";
  if (mode === "Off" || mode === "Initial") return nothing;
  if (pods.length < (spec.updatePolicy?.minReplicas ?? minReplicasDefault)) return nothing;
  // One that runs and is not ready may need just what is recommended.
  const running = pods.filter(
    ({ metadata, status }) =>
      status.phase === "Running" && metadata.deletionTimestamp === undefined,
  );
  const away = pods.length - running.length;
  // One pod at least may go, or nothing would ever happen to small targets.
  const room = Math.max(1, Math.floor(pods.length * evictionTolerance)) - away;
  if (room <= 0) return nothing;
  const due = running
    .map((pod) => ({ pod, way: mode === "InPlaceOrRecreate" ? wayFor(pod, facts) : "evict" }))
    .filter(({ way }) => way !== "wait")
    .map(({ pod, way }) => ({ pod, way, ...distanceOf(pod, facts) }))
    .filter(({ isDue }) => isDue)
    .sort((left, right) => right.difference - left.difference)
    .slice(0, room);
  const by = (wanted: string) => due.filter(({ way }) => way === wanted).map(({ pod }) => pod);
  return { resize: by("resize"), evict: by("evict") };
}

type Way = "resize" | "evict" | "wait";

/** Pods are replaced when a resize that was begun comes to nothing. */
function wayFor({ status }: Live<Pod>, { nowMs }: UpdateFacts): Way {
  const find = (wanted: string) => status.conditions?.find(({ type }) => type === wanted);
  const pending = find("PodResizePending");
  const progress = find("PodResizeInProgress");
  const condition = pending ?? progress;
  if (condition === undefined) return "resize";
  const { lastTransitionTime, reason = "" } = condition;
  const isGoingOn = reason === (pending === undefined ? "" : "Deferred");
  if (!isGoingOn) return "evict";
  const sinceMs = nowMs - Date.parse(lastTransitionTime ?? "");
  return sinceMs > (pending === undefined ? inProgressMsMax : deferredMsMax) ? "evict" : "wait";
}

function distanceOf(pod: Live<Pod>, facts: UpdateFacts) {
  const { spec, recommendations, nowMs } = facts;
  const gaps = pod.spec.containers.flatMap(({ name, resources }) => {
    const wanted = recommendations.find((one) => one.containerName === name);
    const told = pod.status.containerStatuses?.find((one) => one.name === name);
    const { requests = {} } = told?.resources ?? resources ?? {};
    return wanted === undefined ? [] : gapsOf(requests, wanted);
  });
  const difference = gaps.reduce((sum, { share }) => sum + share, 0);
  const ageMs = nowMs - Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp);
  const isFar = ageMs >= longLivedMs && difference >= significantChange;
  const isOutside = gaps.some((gap) => gap.isOutside);
  const isShort = hasQuicklyRunOut(pod, spec) && difference > 0;
  const isAllowed = (spec.updatePolicy?.evictionRequirements ?? []).every((requirement) =>
    isMet(requirement, gaps),
  );
  return { difference, isDue: isAllowed && (isFar || isOutside || isShort) };
}

interface Gap {
  readonly resource: string;
  /** The request is below the lower or above the upper bound. */
  readonly isOutside: boolean;
  /** How far the request is from its target, as a share of it. */
  readonly share: number;
  readonly direction: "TargetHigherThanRequests" | "TargetLowerThanRequests" | "none";
}

function gapsOf(
  requests: Readonly<Record<string, string>>,
  { target, lowerBound = {}, upperBound = {} }: RecommendedContainerResources,
): readonly Gap[] {
  return Object.entries(target).map(([resource, text]) => {
    const now = millisOf(requests[resource] ?? "0");
    const wanted = millisOf(text);
    const low = millisOf(lowerBound[resource] ?? text);
    const high = millisOf(upperBound[resource] ?? text);
    const lower = wanted < now ? "TargetLowerThanRequests" : "none";
    return {
      resource,
      isOutside: now < low || now > high,
      // In shares, so that bytes do not outweigh cores.
      share: Math.abs(wanted - now) / Math.max(1, now),
      direction: wanted > now ? "TargetHigherThanRequests" : lower,
    };
  });
}

function isMet(
  { resources, changeRequirement }: EvictionRequirement,
  gaps: readonly Gap[],
): boolean {
  return gaps.some(
    ({ resource, direction }) => resources.includes(resource) && direction === changeRequirement,
  );
}

function hasQuicklyRunOut({ status }: Live<Pod>, spec: VerticalPodAutoscalerSpec): boolean {
  return (status.containerStatuses ?? []).some(({ name, lastState }: ContainerStatus) => {
    const { reason, startedAt = "", finishedAt = "" } = lastState?.terminated ?? {};
    if (reason !== "OOMKilled" || policyOf(spec, name)?.mode === "Off") return false;
    return Date.parse(finishedAt) - Date.parse(startedAt) < quickOutOfMemoryMs;
  });
}
