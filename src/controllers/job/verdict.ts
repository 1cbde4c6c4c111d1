/** Whether a Job has ended, and why. Pure. Reasons and messages are upstream's. */

import { formatTime, type Live } from "#api";
import type { Job, JobCondition } from "#api/batch/v1";
import { isFailed, isIndexed, restartCountOf } from "./pod-facts.ts";
import { meaningOf, successOf } from "./policy.ts";
import type { JobView } from "./observe.ts";

/** `SuccessCriteriaMet` and `FailureTarget` come before `Complete` and `Failed`: pods still go. */
export interface Verdict {
  readonly type: "SuccessCriteriaMet" | "FailureTarget";
  readonly reason: string;
  readonly message: string;
}

export const completed: Verdict = {
  type: "SuccessCriteriaMet",
  reason: "CompletionsReached",
  message: "Reached expected number of succeeded pods",
};

/** The end that the status announces already, or that the pods bring about now. */
export function verdictOf(view: JobView, nowMs: number): Verdict | undefined {
  const { job } = view;
  return (
    announced(job, "SuccessCriteriaMet") ??
    announced(job, "FailureTarget") ??
    policyFailure(view) ??
    limitFailure(view, nowMs) ??
    indexFailure(view) ??
    policySuccess(view)
  );
}

function announced(job: Live<Job>, type: Verdict["type"]): Verdict | undefined {
  const condition = job.status.conditions?.find((present) => present.type === type);
  if (condition?.status !== "True") return undefined;
  const { reason = "", message = "" } = condition;
  return { type, reason, message };
}

function failed(reason: string, message: string): Verdict {
  return { type: "FailureTarget", reason, message };
}

function policyFailure({ job, pods }: JobView): Verdict | undefined {
  const policy = job.spec.podFailurePolicy;
  if (policy === undefined) return undefined;
  for (const pod of pods) {
    const { message } = isFailed(job, pod) ? meaningOf(policy, pod) : {};
    if (message !== undefined) return failed("PodFailurePolicy", message);
  }
  return undefined;
}

function limitFailure(view: JobView, nowMs: number): Verdict | undefined {
  const { job, failedCount } = view;
  const limit = job.spec.backoffLimit ?? 6;
  if (failedCount > limit || isRestartedTooOften(view, limit)) {
    return failed("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }
  if (untilDeadlineMs(job, nowMs) === 0) {
    return failed("DeadlineExceeded", "Job was active longer than specified deadline");
  }
  return undefined;
}

/** With restartPolicy OnFailure containers fail without their pods failing. */
function isRestartedTooOften({ job, pods }: JobView, limit: number): boolean {
  if (job.spec.template.spec?.restartPolicy !== "OnFailure") return false;
  const count = restartCountOf(pods);
  return limit === 0 ? count > 0 : count >= limit;
}

/** Milliseconds until the Job has run for too long; undefined when it may run for ever. */
export function untilDeadlineMs(job: Live<Job>, nowMs: number): number | undefined {
  const { activeDeadlineSeconds, suspend } = job.spec;
  const { startTime } = job.status;
  if (activeDeadlineSeconds === undefined || suspend === true || startTime === undefined) {
    return undefined;
  }
  return Math.max(0, Date.parse(startTime) + activeDeadlineSeconds * 1000 - nowMs);
}

function indexFailure({ job, failedIndexes, succeededIndexes }: JobView): Verdict | undefined {
  const { completions = 0, maxFailedIndexes } = job.spec;
  if (failedIndexes === undefined || failedIndexes.size === 0) return undefined;
  if (maxFailedIndexes !== undefined && failedIndexes.size > maxFailedIndexes) {
    const message = "Job has exceeded the specified maximal number of failed indexes";
    return failed("MaxFailedIndexesExceeded", message);
  }
  if (failedIndexes.size + succeededIndexes.size < completions) return undefined;
  return failed("FailedIndexes", "Job has failed indexes");
}

function policySuccess({ job, succeededIndexes }: JobView): Verdict | undefined {
  if (!isIndexed(job)) return undefined;
  const message = successOf(job.spec.successPolicy, job.spec.completions ?? 0, succeededIndexes);
  if (message === undefined) return undefined;
  return { type: "SuccessCriteriaMet", reason: "SuccessPolicy", message };
}

/** Whether enough pods have succeeded; `activeCount` are still at work. */
export function isComplete({ job, succeededCount }: JobView, activeCount: number): boolean {
  if (activeCount > 0) return false;
  const { completions } = job.spec;
  return completions === undefined ? succeededCount > 0 : succeededCount >= completions;
}

/** The condition that announces the end, or with `Complete` and `Failed` makes it final. */
export function conditionOf(
  { reason, message }: Verdict,
  type: Verdict["type"] | "Complete" | "Failed",
  nowMs: number,
): JobCondition {
  const now = formatTime(nowMs);
  return { type, status: "True", reason, message, lastProbeTime: now, lastTransitionTime: now };
}

/** The condition by which the Job has ended, if it has. */
export function findEnd({ status }: Live<Job>): JobCondition | undefined {
  return status.conditions?.find(
    ({ type, status: holds }) => (type === "Complete" || type === "Failed") && holds === "True",
  );
}
