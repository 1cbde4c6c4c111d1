/**
 * How many pods each ReplicaSet of a Deployment should have next.
 *
 * Everything here is arithmetic on a snapshot, and each function decides one step: the controller
 * applies it, waits for the world to follow, and asks again. Source of the rules: upstream's
 * deployment controller (`rolling.go`, `recreate.go`, `sync.go`).
 */

import { type Live, scaleIntOrPercent } from "#api";
import type { Deployment, ReplicaSet } from "#api/apps/v1";
import {
  availableOf,
  compareAge,
  desiredAnnotation,
  integerAnnotation,
  maxAnnotation,
  replicasOf,
  sumOf,
} from "./replica-sets.ts";

export interface RolloutBounds {
  readonly desired: number;
  /** Pods that may exist above the desired number. */
  readonly surge: number;
  /** Pods that may be missing below it. */
  readonly unavailable: number;
}

export interface Scale {
  readonly set: Live<ReplicaSet>;
  readonly replicas: number;
}

export function boundsOf({ spec }: Live<Deployment>): RolloutBounds {
  const desired = spec.replicas ?? 1;
  if (spec.strategy?.type === "Recreate") return { desired, surge: 0, unavailable: 0 };
  const { maxSurge = "25%", maxUnavailable = "25%" } = spec.strategy?.rollingUpdate ?? {};
  const surge = scaleIntOrPercent(maxSurge, desired, "up");
  const unavailable = scaleIntOrPercent(maxUnavailable, desired, "down");
  // Both zero would never move; upstream then allows one to be missing.
  const allowed = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { desired, surge, unavailable: Math.min(allowed, desired) };
}

/** The next size of the new set in a rolling update. */
export function planNewSet(
  bounds: RolloutBounds,
  newSet: Live<ReplicaSet>,
  sets: readonly Live<ReplicaSet>[],
): readonly Scale[] {
  const present = replicasOf(newSet);
  if (present > bounds.desired) return [{ set: newSet, replicas: bounds.desired }];
  const room = bounds.desired + bounds.surge - sumOf(sets, replicasOf);
  const growth = Math.min(room, bounds.desired - present);
  return growth > 0 ? [{ set: newSet, replicas: present + growth }] : [];
}

/** How far a set that is created now may grow at once. */
export function initialReplicas(
  bounds: RolloutBounds,
  oldSets: readonly Live<ReplicaSet>[],
): number {
  const room = bounds.desired + bounds.surge - sumOf(oldSets, replicasOf);
  return Math.max(0, Math.min(room, bounds.desired));
}

/** The next sizes of the old sets: unhealthy pods go first, healthy ones as the new set takes over. */
export function planOldSets(
  bounds: RolloutBounds,
  newSet: Live<ReplicaSet>,
  oldSets: readonly Live<ReplicaSet>[],
): readonly Scale[] {
  const minAvailable = bounds.desired - bounds.unavailable;
  const newUnavailable = replicasOf(newSet) - availableOf(newSet);
  const total = sumOf(oldSets, replicasOf) + replicasOf(newSet);
  let surplus = total - minAvailable - newUnavailable;
  if (surplus <= 0) return [];

  const sizes = new Map(oldSets.map((set) => [set, replicasOf(set)]));
  const oldest = [...oldSets].sort(compareAge);
  for (const set of oldest) {
    const unhealthy = Math.max(0, replicasOf(set) - availableOf(set));
    const removed = Math.min(surplus, unhealthy);
    sizes.set(set, replicasOf(set) - removed);
    surplus -= removed;
  }
  const available = sumOf(oldSets, availableOf) + availableOf(newSet);
  let dispensable = available - minAvailable;
  for (const set of oldest) {
    const size = sizes.get(set) ?? 0;
    const removed = Math.max(0, Math.min(dispensable, size));
    sizes.set(set, size - removed);
    dispensable -= removed;
  }
  return changesOf(sizes);
}

/** Every old set goes to zero at once, as Recreate wants before it starts anew. */
export function planShutdown(oldSets: readonly Live<ReplicaSet>[]): readonly Scale[] {
  return changesOf(new Map(oldSets.map((set) => [set, 0])));
}

/**
 * Spreads a change of the Deployment's size over its sets in proportion to theirs, so that a rollout
 * that is under way (or paused) keeps its balance.
 */
export function planProportionally(
  bounds: RolloutBounds,
  newSet: Live<ReplicaSet> | undefined,
  sets: readonly Live<ReplicaSet>[],
): readonly Scale[] {
  const active = sets.filter((set) => replicasOf(set) > 0);
  const only =
    active.length === 0 ? newestOf(newSet, sets) : active.length === 1 ? active[0] : undefined;
  if (active.length <= 1) {
    return only === undefined ? [] : changesOf(new Map([[only, bounds.desired]]));
  }
  if (newSet !== undefined && isSaturated(bounds, newSet)) {
    return planShutdown(sets.filter((set) => set !== newSet));
  }
  return changesOf(spread(bounds, active));
}

function newestOf(
  newSet: Live<ReplicaSet> | undefined,
  sets: readonly Live<ReplicaSet>[],
): Live<ReplicaSet> | undefined {
  return newSet ?? [...sets].sort(compareAge).at(-1);
}

/** The new set has all its pods, as it was last told, and all are available. */
function isSaturated({ desired }: RolloutBounds, newSet: Live<ReplicaSet>): boolean {
  const told = integerAnnotation(newSet.metadata.annotations?.[desiredAnnotation]);
  return replicasOf(newSet) === desired && told === desired && availableOf(newSet) === desired;
}

function spread(
  bounds: RolloutBounds,
  active: readonly Live<ReplicaSet>[],
): Map<Live<ReplicaSet>, number> {
  const allowed = bounds.desired > 0 ? bounds.desired + bounds.surge : 0;
  const toAdd = allowed - sumOf(active, replicasOf);
  const bySize = [...active].sort(
    (left, right) =>
      replicasOf(right) - replicasOf(left) ||
      (toAdd > 0 ? compareAge(right, left) : compareAge(left, right)),
  );
  const sizes = new Map(active.map((set) => [set, replicasOf(set)]));
  let added = 0;
  for (const set of bySize) {
    if (toAdd === 0) break;
    const wanted = fractionOf(bounds, set);
    const rest = toAdd - added;
    const change = toAdd > 0 ? Math.min(wanted, rest) : Math.max(wanted, rest);
    sizes.set(set, replicasOf(set) + change);
    added += change;
  }
  const [largest] = bySize;
  if (largest !== undefined) {
    sizes.set(largest, Math.max(0, (sizes.get(largest) ?? 0) + toAdd - added));
  }
  return sizes;
}

/** How much this set would change if all sets kept their share. */
function fractionOf(bounds: RolloutBounds, set: Live<ReplicaSet>): number {
  const present = replicasOf(set);
  if (bounds.desired === 0) return -present;
  const before = integerAnnotation(set.metadata.annotations?.[maxAnnotation]);
  const base = before ?? set.status.replicas ?? present;
  if (base === 0) return 0;
  return Math.round((present * (bounds.desired + bounds.surge)) / base) - present;
}

function changesOf(sizes: ReadonlyMap<Live<ReplicaSet>, number>): readonly Scale[] {
  return [...sizes]
    .filter(([set, replicas]) => replicas !== replicasOf(set))
    .map(([set, replicas]) => ({ set, replicas }));
}
