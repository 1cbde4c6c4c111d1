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

export const jobTemplateSpec = type("JobTemplateSpec", "", {
  metadata: field(1, objectMeta, ""),
  spec: field(2, jobSpec, ""),
});
export interface JobTemplateSpec extends TypeOf<typeof jobTemplateSpec> {}

export const cronJobSpec = type("CronJobSpec", "", {
  schedule: field(1, string, "").required(),
  startingDeadlineSeconds: field(2, int64, "").pointer(),
  concurrencyPolicy: field(3, string, ""),
  suspend: field(4, boolean, "").pointer(),
  jobTemplate: field(5, jobTemplateSpec, "").required(),
  successfulJobsHistoryLimit: field(6, int32, "").pointer(),
  failedJobsHistoryLimit: field(7, int32, "").pointer(),
  timeZone: field(8, string, "").pointer(),
});
export interface CronJobSpec extends TypeOf<typeof cronJobSpec> {}

export const cronJobStatus = type("CronJobStatus", "", {
  active: field(1, atomicListOf(objectReference), ""),
  lastScheduleTime: field(4, time, "").pointer(),
  lastSuccessfulTime: field(5, time, "").pointer(),
});
export interface CronJobStatus extends TypeOf<typeof cronJobStatus> {}

export const cronJob = kind(
  "CronJob",
  "",
  {
    metadata: field(1, objectMeta, ""),
    spec: field(2, cronJobSpec, "").required().implicit(),
    status: field(3, cronJobStatus, ""),
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
