/** The pods of a StatefulSet by their numbers, and what they are like. All pure. */

import type { Live } from "#api";
import type { StatefulSet } from "#api/apps/v1";
import type { Pod } from "#api/core/v1";
import { isAvailable, isBeingDeleted } from "../pod-facts.ts";

/** The name of the revision that a pod was made from. */
export const revisionLabel = "controller-revision-hash";

export interface Members {
  readonly set: Live<StatefulSet>;
  /** Wanted pods that are there, by number. */
  readonly byOrdinal: ReadonlyMap<number, Live<Pod>>;
  /** Wanted numbers, lowest first. */
  readonly ordinals: readonly number[];
  /** Pods beyond the wanted numbers, highest first. */
  readonly condemned: readonly Live<Pod>[];
  readonly pods: readonly Live<Pod>[];
  readonly nowMs: number;
}

export function membersOf(
  set: Live<StatefulSet>,
  pods: readonly Live<Pod>[],
  nowMs: number,
): Members {
  const start = set.spec.ordinals?.start ?? 0;
  const ordinals = Array.from({ length: set.spec.replicas ?? 1 }, (_, index) => start + index);
  const byOrdinal = new Map<number, Live<Pod>>();
  const condemned: Live<Pod>[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod) ?? -1;
    if (ordinal >= start && ordinal < start + ordinals.length) byOrdinal.set(ordinal, pod);
    else if (ordinal >= 0) condemned.push(pod);
  }
  condemned.sort((left, right) => (ordinalOf(set, right) ?? 0) - (ordinalOf(set, left) ?? 0));
  return { set, byOrdinal, ordinals, condemned, pods, nowMs };
}

export function podName({ metadata }: Live<StatefulSet>, ordinal: number): string {
  return `${metadata.name}-${ordinal}`;
}

/** The pod's number, when its name is one of this set. */
export function ordinalOf(set: Live<StatefulSet>, { metadata }: Live<Pod>): number | undefined {
  const prefix = `${set.metadata.name}-`;
  if (!metadata.name.startsWith(prefix)) return undefined;
  const digits = metadata.name.slice(prefix.length);
  return /^(?:0|[1-9]\d{0,9})$/.test(digits) ? Number(digits) : undefined;
}

export function revisionOf({ metadata }: Live<Pod>): string {
  return metadata.labels?.[revisionLabel] ?? "";
}

/** Running, ready for long enough and not about to go. */
export function isUp({ set, nowMs }: Members, pod: Live<Pod>): boolean {
  return (
    !isBeingDeleted(pod) &&
    pod.status.phase === "Running" &&
    isAvailable(pod, set.spec.minReadySeconds ?? 0, nowMs)
  );
}
