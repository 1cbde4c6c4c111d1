/** The Jobs of a CronJob: how they are made, and which may go. Pure. */

import { formatTime, type Live } from "#api";
import { compareText, type TimeZone } from "#base";
import type { CronJob, CronJobStatus, Job } from "#api/batch/v1";
import { controllerReference, type Owner } from "../ownership.ts";

type Reference = NonNullable<CronJobStatus["active"]>[number];

const scheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

/** One name for each start, so that none is started twice. */
export function jobName(cronJob: Live<CronJob>, atMs: number): string {
  return `${cronJob.metadata.name}-${Math.floor(atMs / 60_000)}`;
}

export function jobOf(cronJob: Live<CronJob>, owner: Owner, atMs: number, zone: TimeZone): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    metadata: {
      name: jobName(cronJob, atMs),
      namespace: cronJob.metadata.namespace,
      labels: metadata.labels,
      annotations: {
        ...metadata.annotations,
        [scheduledAnnotation]: formatLocalTime(atMs, zone),
      },
      ownerReferences: [controllerReference(owner)],
    },
    spec,
  };
}

/** RFC 3339 with the zone's offset, `Z` for none. */
function formatLocalTime(atMs: number, zone: TimeZone): string {
  const offsetMs = zone.offsetMsAt(atMs);
  if (offsetMs === 0) return formatTime(atMs);
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (count: number): string => String(count).padStart(2, "0");
  const offset = `${two(Math.floor(minutes / 60))}:${two(Math.floor(minutes % 60))}`;
  return `${formatTime(atMs + offsetMs).replace("Z", "")}${offsetMs < 0 ? "-" : "+"}${offset}`;
}

export function referenceTo({ metadata }: Live<Job>): Reference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion: "batch/v1", kind: "Job", name, namespace, uid, resourceVersion };
}

/** `Complete` or `Failed`; undefined while the Job runs. */
export function endOf({ status }: Live<Job>): "Complete" | "Failed" | undefined {
  for (const { type, status: holds } of status.conditions ?? []) {
    if (holds === "True" && (type === "Complete" || type === "Failed")) return type;
  }
  return undefined;
}

/** The latest success that the status or a Job shows, as a part of the status. */
export function lastSuccess(
  { lastSuccessfulTime = "" }: CronJobStatus,
  jobs: readonly Live<Job>[],
): Pick<CronJobStatus, "lastSuccessfulTime"> {
  const times = jobs
    .filter((job) => endOf(job) === "Complete")
    .map(({ status }) => status.completionTime ?? "");
  const latest = [lastSuccessfulTime, ...times].sort(compareText).at(-1) ?? "";
  return latest === "" ? {} : { lastSuccessfulTime: latest };
}

/** Finished Jobs beyond the limits of the history, oldest first. */
export function planHistory(
  cronJob: Live<CronJob>,
  jobs: readonly Live<Job>[],
): readonly Live<Job>[] {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec;
  return [
    ...beyond(jobs, "Complete", successfulJobsHistoryLimit),
    ...beyond(jobs, "Failed", failedJobsHistoryLimit),
  ];
}

function beyond(
  jobs: readonly Live<Job>[],
  end: "Complete" | "Failed",
  limit: number | undefined,
): readonly Live<Job>[] {
  if (limit === undefined) return [];
  const finished = jobs
    .filter((job) => endOf(job) === end && job.metadata.deletionTimestamp === undefined)
    .sort(
      (left, right) =>
        compareText(left.status.startTime ?? "", right.status.startTime ?? "") ||
        compareText(left.metadata.name, right.metadata.name),
    );
  return finished.slice(0, Math.max(0, finished.length - limit));
}
