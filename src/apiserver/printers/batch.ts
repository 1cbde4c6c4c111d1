import { formatHumanDuration, parseTime } from "#api";
import { cronJob, type Job, job } from "#api/batch/v1";
import {
  ageColumn,
  ageOf,
  booleanColumn,
  column,
  integerColumn,
  nameColumn,
  printerOf,
  wide,
} from "./column.ts";
import { conditionStatus, containerImages, containerNames, selectorText } from "./text.ts";

export const jobPrinter = printerOf(job, [
  nameColumn,
  column("Status", "How far the job has come.", statusOf),
  column("Completions", "Pods that succeeded, of how many are wanted.", completionsOf),
  column("Duration", "Time that the job took, or has taken so far.", durationOf),
  ageColumn,
  wide(
    column("Containers", "Names of the containers in the template.", ({ spec }) =>
      containerNames(spec?.template.spec?.containers),
    ),
  ),
  wide(
    column("Images", "Images of the containers in the template.", ({ spec }) =>
      containerImages(spec?.template.spec?.containers),
    ),
  ),
  wide(
    column("Selector", "Which pods belong to the object.", ({ spec }) =>
      selectorText(spec?.selector),
    ),
  ),
]);

export const cronJobPrinter = printerOf(cronJob, [
  nameColumn,
  column("Schedule", "When jobs start, in cron's notation.", ({ spec }) => spec?.schedule ?? ""),
  column("Timezone", "Time zone of the schedule.", ({ spec }) => spec?.timeZone ?? "<none>"),
  booleanColumn("Suspend", "Whether no jobs are started.", ({ spec }) => {
    if (spec?.suspend === undefined) return "<unset>";
    return spec.suspend ? "True" : "False";
  }),
  integerColumn("Active", "Jobs that are running.", ({ status }) => status?.active?.length ?? 0),
  column("Last Schedule", "Time since a job was last started.", ({ status }, nowMs) => {
    const last = status?.lastScheduleTime;
    return last === undefined ? "<none>" : ageOf(last, nowMs);
  }),
  ageColumn,
  wide(
    column("Containers", "Names of the containers in the template.", ({ spec }) =>
      containerNames(spec?.jobTemplate.spec?.template.spec?.containers),
    ),
  ),
  wide(
    column("Images", "Images of the containers in the template.", ({ spec }) =>
      containerImages(spec?.jobTemplate.spec?.template.spec?.containers),
    ),
  ),
  wide(
    column("Selector", "Which pods belong to the object.", ({ spec }) =>
      selectorText(spec?.jobTemplate.spec?.selector),
    ),
  ),
]);

function statusOf({ metadata, status }: Job): string {
  const has = (type: string) => conditionStatus(status?.conditions, type) === "True";
  if (has("Complete")) return "Complete";
  if (has("Failed")) return "Failed";
  if (metadata?.deletionTimestamp !== undefined) return "Terminating";
  if (has("Suspended")) return "Suspended";
  if (has("FailureTarget")) return "FailureTarget";
  return has("SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
}

function completionsOf({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Job, nowMs: number): string {
  if (status?.startTime === undefined) return "";
  const end = status.completionTime;
  const endMs = end === undefined ? nowMs : parseTime(end);
  return formatHumanDuration(endMs - parseTime(status.startTime));
}
