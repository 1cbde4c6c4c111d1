/** What a Job's pods tell about it. All pure. */

import type { Live } from "#api";
import type { Job } from "#api/batch/v1";
import type { Pod } from "#api/core/v1";
import { findCondition, isBeingDeleted } from "../pod-facts.ts";

/** Keeps a pod until its Job has counted it. */
export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
/** Number of an indexed Job's pod; an annotation and a label. */
export const indexName = "batch.kubernetes.io/job-completion-index";
/** Failures of the pod's index before this pod, those that a policy ignored left out. */
export const failuresName = "batch.kubernetes.io/job-index-failure-count";
/** Those that a policy ignored. */
export const ignoredName = "batch.kubernetes.io/job-index-ignored-failure-count";

export function isTracked(pod: Live<Pod>): boolean {
  return pod.metadata.finalizers?.includes(trackingFinalizer) ?? false;
}

export function isIndexed(job: Live<Job>): boolean {
  return job.spec.completionMode === "Indexed";
}

/** Whether a pod is replaced only when it has ended, not when it starts to go. */
export function replacesOnlyFailed(job: Live<Job>): boolean {
  return job.spec.podReplacementPolicy === "Failed" || job.spec.podFailurePolicy !== undefined;
}

export function isSucceeded(pod: Live<Pod>): boolean {
  return pod.status.phase === "Succeeded";
}

/** A pod that goes before its end may never say how it ended, so that going counts as failing. */
export function isFailed(job: Live<Job>, pod: Live<Pod>): boolean {
  if (pod.status.phase === "Failed") return true;
  return !replacesOnlyFailed(job) && isBeingDeleted(pod) && !isSucceeded(pod);
}

export function isTerminating(pod: Live<Pod>): boolean {
  return isBeingDeleted(pod) && pod.status.phase !== "Failed" && !isSucceeded(pod);
}

/** The pod's completion index; undefined without one, or beyond the Job's completions. */
export function indexOf(job: Live<Job>, pod: Live<Pod>): number | undefined {
  const index = countAnnotation(pod, indexName);
  return index !== undefined && index < (job.spec.completions ?? 0) ? index : undefined;
}

export function failureCountOf(pod: Live<Pod>): number {
  return countAnnotation(pod, failuresName) ?? 0;
}

export function ignoredCountOf(pod: Live<Pod>): number {
  return countAnnotation(pod, ignoredName) ?? 0;
}

function countAnnotation(pod: Live<Pod>, name: string): number | undefined {
  const text = pod.metadata.annotations?.[name] ?? "";
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** When the pod ended, as well as it can be told. */
export function finishedAtMs(pod: Live<Pod>): number {
  const ends = (pod.status.containerStatuses ?? [])
    .map(({ state }) => state?.terminated?.finishedAt)
    .filter((at) => at !== undefined)
    .map((at) => Date.parse(at));
  if (ends.length > 0) return Math.max(...ends);
  const ready = findCondition(pod, "Ready");
  if (ready?.status === "False" && ready.lastTransitionTime !== undefined) {
    return Date.parse(ready.lastTransitionTime);
  }
  const { creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp === undefined) return Date.parse(creationTimestamp);
  return Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
}

/** How often the containers of running pods were restarted, init containers included. */
export function restartCountOf(pods: readonly Live<Pod>[]): number {
  const counts = pods
    .filter(({ status }) => status.phase === "Running" || status.phase === "Pending")
    .flatMap(({ status }) => [
      ...(status.initContainerStatuses ?? []),
      ...(status.containerStatuses ?? []),
    ])
    .map(({ restartCount }) => restartCount);
  return counts.reduce((sum, count) => sum + count, 0);
}
