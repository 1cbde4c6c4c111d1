/** Families of what runs pods to their end. */
import type { Live } from "#api";
import type { CronJob, Job } from "#api/batch/v1";
import { figure, gauge, type KindFamilies, type Sample } from "./family.ts";
import {
  bit,
  created,
  epochSeconds,
  fact,
  namespaced,
  owner,
  resourceVersion,
  statusSamples,
} from "./samples.ts";

const failureReasons = ["BackoffLimitExceeded", "DeadlineExceeded", "Evicted"];

export const jobFamilies: KindFamilies<Job> = {
  identify: namespaced("job_name"),
  families: [
    gauge("kube_job_info", "Information about job.", () => fact({})),
    created("kube_job_created"),
    owner("kube_job_owner", "Information about the Job's owner."),
    figure(
      "kube_job_spec_parallelism",
      "The maximum desired number of pods the job should run at any given time.",
      ({ spec }) => spec.parallelism,
    ),
    figure(
      "kube_job_spec_completions",
      "The desired number of successfully finished pods the job should be run with.",
      ({ spec }) => spec.completions,
    ),
    figure(
      "kube_job_spec_active_deadline_seconds",
      "The duration in seconds relative to the startTime that the job may be active before the system tries to terminate it.",
      ({ spec }) => spec.activeDeadlineSeconds,
    ),
    figure(
      "kube_job_status_succeeded",
      "The number of pods which reached Phase Succeeded.",
      ({ status }) => status.succeeded ?? 0,
    ),
    gauge(
      "kube_job_status_failed",
      "The number of pods which reached Phase Failed and the reason for failure.",
      failureSamples,
    ),
    figure(
      "kube_job_status_active",
      "The number of actively running pods.",
      ({ status }) => status.active ?? 0,
    ),
    figure(
      "kube_job_status_ready",
      "The number of ready pods that belong to this Job.",
      ({ status }) => status.ready ?? 0,
    ),
    gauge("kube_job_complete", "The job has completed its execution.", (job) =>
      outcome(job, "Complete"),
    ),
    gauge("kube_job_failed", "The job has failed its execution.", (job) => outcome(job, "Failed")),
    figure(
      "kube_job_status_start_time",
      "StartTime represents time when the job was acknowledged by the Job Manager.",
      ({ status }) => epochSeconds(status.startTime),
    ),
    figure(
      "kube_job_status_completion_time",
      "CompletionTime represents time when the job was completed.",
      ({ status }) => epochSeconds(status.completionTime),
    ),
    figure(
      "kube_job_status_suspended",
      "The number of pods which reached Phase Suspended.",
      ({ status }) => {
        const suspended = status.conditions?.find(({ type }) => type === "Suspended");
        return suspended === undefined ? undefined : bit(suspended.status === "True");
      },
    ),
  ],
};

function outcome({ status }: Live<Job>, wanted: string): readonly Sample[] {
  return (status.conditions ?? [])
    .filter(({ type }) => type === wanted)
    .flatMap((one) => statusSamples("condition", one.status));
}

/** The known reasons, of which one is 1; of an unknown reason, how many pods failed. */
function failureSamples({ status }: Live<Job>): readonly Sample[] {
  const { failed = 0, conditions = [] } = status;
  if (failed === 0) return [{ labels: {}, value: 0 }];
  const reason = conditions.find(({ type }) => type === "Failed")?.reason;
  if (reason === undefined || !failureReasons.includes(reason)) {
    return [{ labels: { reason: "" }, value: failed }];
  }
  return failureReasons.map((one) => ({ labels: { reason: one }, value: bit(one === reason) }));
}

export const cronJobFamilies: KindFamilies<CronJob> = {
  identify: namespaced("cronjob"),
  families: [
    gauge("kube_cronjob_info", "Info about cronjob.", ({ spec }) =>
      fact({
        schedule: spec.schedule,
        concurrency_policy: spec.concurrencyPolicy,
        timezone: spec.timeZone ?? "local",
      }),
    ),
    created("kube_cronjob_created"),
    resourceVersion(
      "kube_cronjob_metadata_resource_version",
      "Resource version representing a specific version of the cronjob.",
    ),
    figure(
      "kube_cronjob_status_active",
      "Active holds pointers to currently running jobs.",
      ({ status }) => status.active?.length ?? 0,
    ),
    figure(
      "kube_cronjob_status_last_schedule_time",
      "LastScheduleTime keeps information of when was the last time the job was successfully scheduled.",
      ({ status }) => epochSeconds(status.lastScheduleTime),
    ),
    figure(
      "kube_cronjob_status_last_successful_time",
      "LastSuccessfulTime keeps information of when was the last time the job was completed successfully.",
      ({ status }) => epochSeconds(status.lastSuccessfulTime),
    ),
    figure(
      "kube_cronjob_spec_suspend",
      "Suspend flag tells the controller to suspend subsequent executions.",
      ({ spec }) => bit(spec.suspend),
    ),
    figure(
      "kube_cronjob_spec_starting_deadline_seconds",
      "Deadline in seconds for starting the job if it misses scheduled time for any reason.",
      ({ spec }) => spec.startingDeadlineSeconds,
    ),
    figure(
      "kube_cronjob_spec_successful_job_history_limit",
      "Successful job history limit tells the controller how many completed jobs should be preserved.",
      ({ spec }) => spec.successfulJobsHistoryLimit,
    ),
    figure(
      "kube_cronjob_spec_failed_job_history_limit",
      "Failed job history limit tells the controller how many failed jobs should be preserved.",
      ({ spec }) => spec.failedJobsHistoryLimit,
    ),
  ],
};
