/** What a Job and its pods amount to at one moment. Pure: everything a pass decides by. */

import type { Live } from "#api";
import type { Job } from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { isActive, isReady } from "../pod-facts.ts";
import { extendStreak, type FailureStreak } from "./back-off.ts";
import { type IndexSet, parseIndexes, unionOf } from "./index-set.ts";
import {
  failureCountOf,
  ignoredCountOf,
  indexOf,
  isFailed,
  isIndexed,
  isSucceeded,
  isTerminating,
  isTracked,
} from "./pod-facts.ts";
import { meaningOf } from "./policy.ts";

/** What is known beside the caches. */
export interface JobMemory {
  /** Failures before the pods that end now. */
  readonly streak: FailureStreak;
  /** Whether we took the finalizer off a pod, though the cache may not show it yet. */
  readonly isReleased: (uid: string) => boolean;
}

export interface JobView {
  readonly job: Live<Job>;
  readonly pods: readonly Live<Pod>[];
  readonly active: readonly Live<Pod>[];
  readonly terminatingCount: number;
  readonly readyCount: number;
  /** Pods that we keep from going, because they may not be counted yet. */
  readonly tracked: readonly Live<Pod>[];
  readonly succeededCount: number;
  readonly failedCount: number;
  /** Of indexed Jobs: those that the status shows, and those with the pods that end now. */
  readonly recordedIndexes: IndexSet;
  readonly succeededIndexes: IndexSet;
  /** Only with a limit per index. */
  readonly failedIndexes: IndexSet | undefined;
  /** With a limit per index: the last failed pod of each index, kept until it is replaced. */
  readonly lastFailures: ReadonlyMap<number, Live<Pod>>;
  readonly streak: FailureStreak;
}

export function observe(job: Live<Job>, pods: readonly Live<Pod>[], memory: JobMemory): JobView {
  const tracked = pods.filter((pod) => isTracked(pod) && !memory.isReleased(pod.metadata.uid));
  const valid = isIndexed(job) ? tracked.filter((pod) => indexOf(job, pod) !== undefined) : tracked;
  const { succeeded = [], failed = [] } = job.status.uncountedTerminatedPods ?? {};
  const newSuccesses = valid.filter(
    (pod) => isSucceeded(pod) && !succeeded.includes(pod.metadata.uid),
  );
  const newFailures = valid.filter(
    (pod) => isFailed(job, pod) && !failed.includes(pod.metadata.uid),
  );
  const countedFailures = newFailures.filter(
    (pod) => meaningOf(job.spec.podFailurePolicy, pod).isCounted,
  );
  const active = pods.filter(isActive);
  const indexes = observeIndexes(job, valid, active);
  return {
    job,
    pods,
    active,
    terminatingCount: pods.filter(isTerminating).length,
    readyCount: active.filter(isReady).length,
    tracked,
    ...indexes,
    succeededCount: isIndexed(job)
      ? indexes.succeededIndexes.size
      : (job.status.succeeded ?? 0) + newSuccesses.length + succeeded.length,
    failedCount: (job.status.failed ?? 0) + countedFailures.length + failed.length,
    streak: extendStreak(memory.streak, [...newSuccesses, ...newFailures]),
  };
}

type IndexView = Pick<
  JobView,
  "recordedIndexes" | "succeededIndexes" | "failedIndexes" | "lastFailures"
>;

function observeIndexes(
  job: Live<Job>,
  valid: readonly Live<Pod>[],
  active: readonly Live<Pod>[],
): IndexView {
  const none: IndexSet = new Set();
  if (!isIndexed(job)) {
    const absent = { failedIndexes: undefined, lastFailures: new Map<number, Live<Pod>>() };
    return { recordedIndexes: none, succeededIndexes: none, ...absent };
  }
  const limit = job.spec.completions ?? 0;
  const recordedIndexes = parseIndexes(job.status.completedIndexes ?? "", limit);
  const succeededIndexes = unionOf(recordedIndexes, indexesOf(job, valid.filter(isSucceeded)));
  if (job.spec.backoffLimitPerIndex === undefined) {
    return {
      recordedIndexes,
      succeededIndexes,
      failedIndexes: undefined,
      lastFailures: new Map(),
    };
  }
  const failures = valid.filter((pod) => isFailed(job, pod));
  const failedIndexes = unionOf(
    parseIndexes(job.status.failedIndexes ?? "", limit),
    indexesOf(
      job,
      failures.filter((pod) => failsIndex(job, pod)),
    ),
  );
  // An active pod of the index carries the count on, so that the failed one is not needed any more.
  const settled = unionOf(succeededIndexes, failedIndexes, indexesOf(job, active));
  return {
    recordedIndexes,
    succeededIndexes,
    failedIndexes,
    lastFailures: lastFailuresOf(job, failures, settled),
  };
}

/** The valid completion indexes of these pods. */
export function indexesOf(job: Live<Job>, pods: readonly Live<Pod>[]): IndexSet {
  return new Set(pods.map((pod) => indexOf(job, pod)).filter((index) => index !== undefined));
}

function failsIndex(job: Live<Job>, pod: Live<Pod>): boolean {
  const { action, isCounted } = meaningOf(job.spec.podFailurePolicy, pod);
  if (action === "FailIndex") return true;
  return isCounted && failureCountOf(pod) >= (job.spec.backoffLimitPerIndex ?? 0);
}

function lastFailuresOf(
  job: Live<Job>,
  failures: readonly Live<Pod>[],
  settled: IndexSet,
): ReadonlyMap<number, Live<Pod>> {
  const last = new Map<number, Live<Pod>>();
  const attemptOf = (pod: Live<Pod>): number => failureCountOf(pod) + ignoredCountOf(pod);
  for (const pod of failures) {
    const index = indexOf(job, pod);
    if (index === undefined || settled.has(index)) continue;
    const other = last.get(index);
    if (other === undefined || attemptOf(pod) > attemptOf(other)) last.set(index, pod);
  }
  return last;
}
