/** Which pods of a Job to create and which to delete. Pure. */

import type { Live } from "#api";
import type { Pod } from "#api/core/v1";
import { compareForDeletion } from "../pod-facts.ts";
import { type FailureStreak, remainingDelayMs } from "./back-off.ts";
import { unionOf } from "./index-set.ts";
import { indexesOf, type JobView } from "./observe.ts";
import {
  failureCountOf,
  finishedAtMs,
  ignoredCountOf,
  indexOf,
  isIndexed,
  isTerminating,
  replacesOnlyFailed,
} from "./pod-facts.ts";
import { meaningOf } from "./policy.ts";

/** Most pods created or deleted in one pass. */
const burstPodsMax = 500;

/** A pod to create; a NonIndexed Job's pods have no index. */
export interface PodWish {
  readonly index: number | undefined;
  /** The index's failures so far; only with a limit per index. */
  readonly failures?: { readonly counted: number; readonly ignored: number };
}

export interface PodPlan {
  readonly remove: readonly Live<Pod>[];
  readonly create: readonly PodWish[];
  /** When more can be created, if that is only a question of time. */
  readonly waitMs: number | undefined;
}

export function planPods(view: JobView, nowMs: number): PodPlan {
  const { job, active } = view;
  const nothing: PodPlan = { remove: [], create: [], waitMs: undefined };
  if (job.spec.suspend === true) return { ...nothing, remove: active.slice(0, burstPodsMax) };

  const terminating = replacesOnlyFailed(job) ? view.terminatingCount : 0;
  const wanted = wantedCount(view);
  const surplus = Math.max(0, active.length + terminating - wanted);
  const remove = planRemovals(view, Math.min(surplus, active.length)).slice(0, burstPodsMax);
  if (remove.length > 0) return { ...nothing, remove };

  const missing = Math.min(burstPodsMax, wanted - terminating - active.length);
  if (missing <= 0) return nothing;
  if (job.spec.backoffLimitPerIndex !== undefined) return planIndexes(view, missing, nowMs);
  const waitMs = remainingDelayMs(view.streak, nowMs);
  if (waitMs > 0) return { ...nothing, waitMs };
  const create: PodWish[] = isIndexed(job)
    ? pendingIndexes(view, missing).map((index) => ({ index }))
    : Array.from({ length: missing }, () => ({ index: undefined }));
  return { ...nothing, create };
}

function wantedCount({ job, active, succeededCount }: JobView): number {
  const { completions, parallelism = 1 } = job.spec;
  if (completions !== undefined) {
    return Math.max(0, Math.min(parallelism, completions - succeededCount));
  }
  // After the first success the others finish, and nobody follows them.
  return succeededCount > 0 ? active.length : parallelism;
}

/** Pods that share an index with a better one go first, then whichever is the least loss. */
function planRemovals(view: JobView, surplus: number): readonly Live<Pod>[] {
  const ranked = [...view.active].sort((left, right) => compareForDeletion(left, right, () => 0));
  if (!isIndexed(view.job)) return ranked.slice(0, surplus);
  const kept = new Map<number, Live<Pod>>();
  for (const pod of ranked) {
    const index = indexOf(view.job, pod);
    if (index !== undefined) kept.set(index, pod);
  }
  const unique = new Set(kept.values());
  const duplicates = ranked.filter((pod) => !unique.has(pod));
  const others = ranked.filter((pod) => unique.has(pod));
  return [...duplicates, ...others.slice(0, Math.max(0, surplus - duplicates.length))];
}

/** The lowest indexes that nobody works on and that have not ended. */
function pendingIndexes(view: JobView, count: number): readonly number[] {
  const { job, pods, active } = view;
  const busy = replacesOnlyFailed(job) ? [...active, ...pods.filter(isTerminating)] : active;
  const failed = view.failedIndexes ?? new Set<number>();
  const taken = unionOf(indexesOf(job, busy), view.succeededIndexes, failed);
  const pending: number[] = [];
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++) {
    if (!taken.has(index)) pending.push(index);
  }
  return pending;
}

/** With a limit per index each index waits by itself after its failures. */
function planIndexes(view: JobView, missing: number, nowMs: number): PodPlan {
  const waits = new Map<number, number>();
  for (const [index, pod] of view.lastFailures) {
    const failureCount = failureCountOf(pod) + ignoredCountOf(pod) + 1;
    const streak: FailureStreak = { failureCount, lastFailureMs: finishedAtMs(pod) };
    const waitMs = remainingDelayMs(streak, nowMs);
    if (waitMs > 0) waits.set(index, waitMs);
  }
  const create = pendingIndexes(view, missing + waits.size)
    .filter((index) => !waits.has(index))
    .slice(0, missing)
    .map((index) => ({ index, failures: failuresBefore(view, index) }));
  const waitMs = waits.size === 0 ? undefined : Math.min(...waits.values());
  return { remove: [], create, waitMs };
}

function failuresBefore(view: JobView, index: number): NonNullable<PodWish["failures"]> {
  const last = view.lastFailures.get(index);
  if (last === undefined) return { counted: 0, ignored: 0 };
  const counted = failureCountOf(last);
  const ignored = ignoredCountOf(last);
  return meaningOf(view.job.spec.podFailurePolicy, last).action === "Ignore"
    ? { counted, ignored: ignored + 1 }
    : { counted: counted + 1, ignored };
}
