import { parseSchedule, ValueError } from "#api";
import { utc } from "#base";
import type { CronJob } from "#api/batch/v1";
import { annotationsProblems } from "../annotations.ts";
import { labelsProblems } from "../labels.ts";
import { negativeProblems } from "../numbers.ts";
import { choiceProblems, invalidValue, type Problems, required } from "../problems.ts";
import { jobSpecProblems, templateOnlyProblems } from "./job.ts";

/** Jobs are called after their CronJob, with eleven characters more. */
const nameLengthMax = 52;

export function* newCronJobProblems(object: CronJob): Problems {
  const name = object.metadata?.name ?? "";
  yield* cronJobProblems(object);
  if (name.length > nameLengthMax) {
    const why = `must be no more than ${nameLengthMax} characters`;
    yield invalidValue("metadata.name", name, why);
  }
}

export function* cronJobProblems({ spec }: CronJob): Problems {
  const { schedule, timeZone, jobTemplate } = spec;
  if (schedule === "") yield required("spec.schedule");
  else yield* scheduleProblems(schedule, timeZone);
  yield* negativeProblems("spec.startingDeadlineSeconds", spec.startingDeadlineSeconds);
  if (timeZone !== undefined) yield* timeZoneProblems("spec.timeZone", timeZone);
  const policies = ["Allow", "Forbid", "Replace"];
  yield* choiceProblems("spec.concurrencyPolicy", spec.concurrencyPolicy, policies);
  const path = "spec.jobTemplate";
  const { metadata = {}, spec: jobSpec } = jobTemplate;
  yield* labelsProblems(`${path}.labels`, metadata.labels);
  yield* annotationsProblems(`${path}.annotations`, metadata.annotations ?? {});
  if (jobSpec !== undefined) {
    yield* jobSpecProblems(`${path}.spec`, jobSpec);
    yield* templateOnlyProblems(`${path}.spec`, jobSpec);
  }
  yield* negativeProblems("spec.successfulJobsHistoryLimit", spec.successfulJobsHistoryLimit);
  yield* negativeProblems("spec.failedJobsHistoryLimit", spec.failedJobsHistoryLimit);
}

/** What is wrong with a schedule, in words; a time zone in front of it is judged apart. */
function scheduleProblem(schedule: string): string | undefined {
  try {
    parseSchedule(schedule.replace(/^(?:CRON_)?TZ=\S{0,100}\s+/, ""), utc);
    return undefined;
  } catch (error) {
    // The parser's refusal is the problem to tell.
    if (error instanceof ValueError) return error.message;
    throw error;
  }
}

function* scheduleProblems(schedule: string, timeZone: string | undefined): Problems {
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) yield invalidValue("spec.schedule", schedule, problem);
  if (!schedule.includes("TZ")) return;
  const why =
    timeZone === undefined
      ? "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
      : "cannot use both timeZone field and TZ or CRON_TZ in schedule";
  yield invalidValue("spec.schedule", schedule, why);
}

function* timeZoneProblems(field: string, zone: string): Problems {
  if (zone === "") {
    return yield invalidValue(field, zone, "timeZone must be nil or non-empty string");
  }
  if (zone.toLowerCase() === "local") {
    const why =
      "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
    return yield invalidValue(field, zone, why);
  }
  if (!isTimeZone(zone)) yield invalidValue(field, zone, `unknown time zone ${zone}`);
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    // This is how the engine says that it knows no such zone.
    if (error instanceof RangeError) return false;
    throw error;
  }
}
