/** Which pods are to be replaced so that they get what is recommended. Pure. Source: upstream's updater. */

import type { Live } from "#api";
import type { Container, Pod } from "#api/core/v1";
import type {
  RecommendedContainerResources,
  VerticalPodAutoscalerSpec,
} from "#api/verticalautoscaling/v1";
import { isReady } from "../pod-facts.ts";
import { millisOf } from "./recommend.ts";

/** Targets with fewer pods than this are left alone, where the autoscaler does not say. */
const minReplicasDefault = 2;
/** At most this share of a target's pods is away at a time. */
const evictionTolerance = 0.5;
/** A pod that is within the bounds is replaced when it is old and far from its target. */
const longLivedMs = 12 * 3_600_000;
const significantChange = 0.1;

export interface ReplacementFacts {
  readonly spec: VerticalPodAutoscalerSpec;
  readonly recommendations: readonly RecommendedContainerResources[];
  /** All pods of the target that have not ended. */
  readonly pods: readonly Live<Pod>[];
  readonly nowMs: number;
}

/** The pods to evict now, the furthest off first. */
export function podsToReplace(facts: ReplacementFacts): readonly Live<Pod>[] {
  const { spec, pods } = facts;
  const mode = spec.updatePolicy?.updateMode ?? "Auto";
  if (mode === "Off" || mode === "Initial") return [];
  if (pods.length < (spec.updatePolicy?.minReplicas ?? minReplicasDefault)) return [];
  const running = pods.filter(
    (pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined,
  );
  const away = pods.length - running.length;
  // One pod at least may go, or nothing would ever happen to small targets.
  const room = Math.max(1, Math.floor(pods.length * evictionTolerance)) - away;
  if (room <= 0) return [];
  return running
    .map((pod) => ({ pod, ...distanceOf(pod, facts) }))
    .filter(({ isDue }) => isDue)
    .sort((left, right) => right.difference - left.difference)
    .slice(0, room)
    .map(({ pod }) => pod);
}

function distanceOf(pod: Live<Pod>, { recommendations, nowMs }: ReplacementFacts) {
  const gaps = pod.spec.containers.flatMap((container) => {
    const wanted = recommendations.find((one) => one.containerName === container.name);
    return wanted === undefined ? [] : gapsOf(container, wanted);
  });
  const difference = gaps.reduce((sum, { share }) => sum + share, 0);
  const ageMs = nowMs - Date.parse(pod.status.startTime ?? pod.metadata.creationTimestamp);
  const isFar = ageMs >= longLivedMs && difference >= significantChange;
  return { difference, isDue: isFar || gaps.some(({ isOutside }) => isOutside) };
}

/** For each resource, how far a container's request is from its target. */
function gapsOf(
  { resources }: Container,
  { target, lowerBound = {}, upperBound = {} }: RecommendedContainerResources,
) {
  return Object.entries(target).map(([resource, wanted]) => {
    const now = millisOf(resources?.requests?.[resource] ?? "0");
    const low = lowerBound[resource] ?? wanted;
    const high = upperBound[resource] ?? wanted;
    return {
      isOutside: now < millisOf(low) || now > millisOf(high),
      // In shares, so that bytes do not outweigh cores.
      share: Math.abs(millisOf(wanted) - now) / Math.max(1, now),
    };
  });
}
