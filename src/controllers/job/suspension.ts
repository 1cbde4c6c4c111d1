import { formatTime, type Live } from "#api";
import type { Job, JobCondition, JobStatus } from "#api/batch/v1";

export interface Suspension {
  readonly status: JobStatus;
  /** What to tell the Job's users, when something has changed. */
  readonly news?: { readonly reason: "Suspended" | "Resumed"; readonly message: string };
}

/** Notes in the status whether the Job is suspended. Pure. */
export function noteSuspension(job: Live<Job>, status: JobStatus, nowMs: number): Suspension {
  const isSuspended = job.spec.suspend === true;
  const wanted = isSuspended ? "True" : "False";
  const present = status.conditions?.find(({ type }) => type === "Suspended");
  if ((present?.status ?? "False") === wanted) return { status };

  const now = formatTime(nowMs);
  const message = isSuspended ? "Job suspended" : "Job resumed";
  const condition: JobCondition = {
    type: "Suspended",
    status: wanted,
    reason: isSuspended ? "JobSuspended" : "JobResumed",
    message,
    lastProbeTime: now,
    lastTransitionTime: now,
  };
  const others = (status.conditions ?? []).filter((other) => other !== present);
  const conditions = [...others, condition];
  if (isSuspended) {
    return {
      status: { ...status, conditions, startTime: undefined },
      news: { reason: "Suspended", message },
    };
  }
  // The time that it may take starts anew.
  return {
    status: { ...status, conditions, startTime: now },
    news: { reason: "Resumed", message },
  };
}
