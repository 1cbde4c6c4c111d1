/**
 * Counting each ended pod exactly once, even when the controller is stopped at any moment.
 *
 * A pod carries a finalizer until it is counted. (1) The uids of ended pods are written into
 * `status.uncountedTerminatedPods`. (2) Their finalizers are removed. (3) The uids whose pods have no
 * finalizer any more move into the counts. Successes of an indexed Job need no uids: the set of
 * completed indexes cannot count one twice. All pure.
 */

import type { Live } from "#api";
import type { Job, JobStatus } from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { formatIndexes, type IndexSet } from "./index-set.ts";
import type { JobView } from "./observe.ts";
import { indexOf, isFailed, isIndexed, isSucceeded } from "./pod-facts.ts";
import { meaningOf } from "./policy.ts";
import type { Verdict } from "./verdict.ts";

/** Most uids and new indexes in one status, to keep the object small. */
const uncountedMax = 500;

export interface Accounting {
  /** To be written before any finalizer is removed. */
  readonly status: JobStatus;
  /** Pods that need their finalizer no more once the status is written. */
  readonly release: readonly Live<Pod>[];
  /** Whether some pods had to wait for the next pass. */
  readonly isPartial: boolean;
}

type Entry = "success" | "failure" | "nothing";

/** Starts from `status`, which holds what else this pass has found out. */
export function planAccounting(
  view: JobView,
  status: JobStatus,
  verdict: Verdict | undefined,
): Accounting {
  const succeeded = new Set(status.uncountedTerminatedPods?.succeeded);
  const failed = new Set(status.uncountedTerminatedPods?.failed);
  const indexes = new Set(view.recordedIndexes);
  const release: Live<Pod>[] = [];
  const candidates = byIndex(view.job, view.tracked).filter((pod) =>
    isReleasable(view, pod, verdict),
  );
  for (const pod of candidates) {
    const newCount = indexes.size - view.recordedIndexes.size + succeeded.size + failed.size;
    if (newCount >= uncountedMax) break;
    release.push(pod);
    const { uid } = pod.metadata;
    const entry = succeeded.has(uid) || failed.has(uid) ? "nothing" : entryOf(view, pod, verdict);
    if (entry === "failure") failed.add(uid);
    if (entry !== "success") continue;
    const index = indexOf(view.job, pod);
    if (!isIndexed(view.job)) succeeded.add(uid);
    else if (index !== undefined) indexes.add(index);
  }
  return {
    status: {
      ...status,
      ...indexCounts(view, indexes),
      uncountedTerminatedPods: uncountedOf([...succeeded], [...failed]),
    },
    release,
    isPartial: release.length < candidates.length,
  };
}

/** Moves what is settled into the counts: `isTracked` tells which pods still have the finalizer. */
export function settleUncounted(
  job: Live<Job>,
  status: JobStatus,
  isTracked: (uid: string) => boolean,
): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const waitingSuccesses = succeeded.filter(isTracked);
  const waitingFailures = failed.filter(isTracked);
  const successCount = (status.succeeded ?? 0) + succeeded.length - waitingSuccesses.length;
  return {
    ...status,
    succeeded: isIndexed(job) ? status.succeeded : successCount,
    failed: (status.failed ?? 0) + failed.length - waitingFailures.length,
    uncountedTerminatedPods: uncountedOf(waitingSuccesses, waitingFailures),
  };
}

export function hasUncounted({ uncountedTerminatedPods }: JobStatus): boolean {
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  return succeeded.length + failed.length > 0;
}

function uncountedOf(
  succeeded: readonly string[],
  failed: readonly string[],
): NonNullable<JobStatus["uncountedTerminatedPods"]> {
  return {
    ...(succeeded.length === 0 ? {} : { succeeded }),
    ...(failed.length === 0 ? {} : { failed }),
  };
}

function byIndex(job: Live<Job>, pods: readonly Live<Pod>[]): readonly Live<Pod>[] {
  if (!isIndexed(job)) return pods;
  const rank = (pod: Live<Pod>): number => indexOf(job, pod) ?? -1;
  return [...pods].sort((left, right) => rank(left) - rank(right));
}

function isReleasable(view: JobView, pod: Live<Pod>, verdict: Verdict | undefined): boolean {
  const { job } = view;
  const isOver = job.metadata.deletionTimestamp !== undefined || verdict !== undefined;
  if (isOver || isSucceeded(pod)) return true;
  if (!isFailed(job, pod)) return false;
  // The last failure of an index tells its successor how many there were.
  const index = indexOf(job, pod);
  return index === undefined || view.lastFailures.get(index) !== pod;
}

function entryOf({ job }: JobView, pod: Live<Pod>, verdict: Verdict | undefined): Entry {
  if (isSucceeded(pod)) return "success";
  // When a Job has failed, whatever has not ended counts as failed.
  if (!isFailed(job, pod) && verdict?.type !== "FailureTarget") return "nothing";
  if (isIndexed(job) && indexOf(job, pod) === undefined) return "nothing";
  return meaningOf(job.spec.podFailurePolicy, pod).isCounted ? "failure" : "nothing";
}

function indexCounts({ job, failedIndexes }: JobView, indexes: IndexSet): Partial<JobStatus> {
  if (!isIndexed(job)) return {};
  return {
    succeeded: indexes.size,
    completedIndexes: formatIndexes(indexes),
    failedIndexes: failedIndexes === undefined ? undefined : formatIndexes(failedIndexes),
  };
}
