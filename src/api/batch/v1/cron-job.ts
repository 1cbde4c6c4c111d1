import {
  atomicListOf,
  boolean,
  field,
  int32,
  int64,
  standardVerbs,
  statusSubresource,
  string,
  time,
  type TypeOf,
} from "../../schema/schema.ts";
import { objectReference } from "../../core/v1/reference.ts";
import { objectMeta } from "../../meta/v1/object-meta.ts";
import { jobSpec } from "./parts.ts";
import { kind, type } from "./package.ts";

export const jobTemplateSpec = type("JobTemplateSpec", "What Jobs are made from.", {
  metadata: field(1, objectMeta, "Labels and annotations of the Jobs."),
  spec: field(2, jobSpec, "What the Jobs run."),
});
export interface JobTemplateSpec extends TypeOf<typeof jobTemplateSpec> {}

export const cronJobSpec = type("CronJobSpec", "What to start, and when.", {
  schedule: field(
    1,
    string,
    "When, in the notation of cron: minute, hour, day of month, month, day of week.",
  ).required(),
  startingDeadlineSeconds: field(
    2,
    int64,
    "How late a Job may start; a start missed by more is skipped.",
  ).pointer(),
  concurrencyPolicy: field(
    3,
    string,
    "If the last Job still runs: Allow (the default), Forbid (skip) or Replace.",
  ),
  suspend: field(4, boolean, "Whether no more Jobs are started.").pointer(),
  jobTemplate: field(5, jobTemplateSpec, "The Job to start.").required(),
  successfulJobsHistoryLimit: field(
    6,
    int32,
    "How many Jobs that succeeded are kept; 3 by default.",
  ).pointer(),
  failedJobsHistoryLimit: field(
    7,
    int32,
    "How many Jobs that failed are kept; 1 by default.",
  ).pointer(),
  timeZone: field(
    8,
    string,
    "Time zone of the schedule, such as Europe/Berlin; that of the server by default.",
  ).pointer(),
});
export interface CronJobSpec extends TypeOf<typeof cronJobSpec> {}

export const cronJobStatus = type("CronJobStatus", "How a CronJob is doing.", {
  active: field(1, atomicListOf(objectReference), "Jobs that are running."),
  lastScheduleTime: field(4, time, "When a Job was last due and started.").pointer(),
  lastSuccessfulTime: field(5, time, "When a Job last succeeded.").pointer(),
});
export interface CronJobStatus extends TypeOf<typeof cronJobStatus> {}

export const cronJob = kind(
  "CronJob",
  "Starts a Job again and again, by a schedule.",
  {
    metadata: field(1, objectMeta, "Standard object metadata: name, namespace, labels and more."),
    spec: field(2, cronJobSpec, "The desired state.").required().implicit(),
    status: field(3, cronJobStatus, "The observed state, written by the system."),
  },
  {
    name: "cronjobs",
    singular: "cronjob",
    namespaced: true,
    verbs: standardVerbs,
    shortNames: ["cj"],
    categories: ["all"],
    subresources: { status: statusSubresource("CronJob") },
  },
);
export interface CronJob extends TypeOf<typeof cronJob> {}
