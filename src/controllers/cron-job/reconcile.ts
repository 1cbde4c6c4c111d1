/**
 * Starts Jobs by a schedule.
 *
 * A pass takes note of how the running Jobs are doing, starts the Job that is due, deletes Jobs beyond
 * the history, and comes back at the next start. Source of the behaviour: upstream's
 * `pkg/controller/cronjob`.
 */

import {
  formatTime,
  hasReason,
  type Live,
  type ObjectKey,
  parseSchedule,
  type Schedule,
  ValueError,
} from "#api";
import type { TimeZone, TimeZones } from "#base";
import {
  type CronJob,
  type CronJobStatus,
  cronJob as cronJobKind,
  type Job,
  job as jobKind,
} from "#api/batch/v1";
import {
  type EventFacts,
  type Informer,
  keyOfObject,
  type Outcome,
  revisitAfter,
  settled,
} from "#client";
import {
  type Controller,
  type ControllerDeps,
  keyedController,
  type ReconcileContext,
} from "../controller.ts";
import type { Owner } from "../ownership.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { findOwnerKey } from "../pod-feed.ts";
import { canonicalText } from "../pod-template.ts";
import { WrittenVersions } from "../written-versions.ts";
import { findDue } from "./due.ts";
import { endOf, jobName, jobOf, lastSuccess, planHistory, referenceTo } from "./jobs.ts";

interface CronJobSources {
  readonly cronJobs: Informer<CronJob>;
  readonly jobs: Informer<Job>;
  readonly written: WrittenVersions;
  readonly timeZones: TimeZones;
}

export function cronJobController(deps: ControllerDeps, timeZones: TimeZones): Controller {
  const sources: CronJobSources = {
    cronJobs: deps.informers.of(cronJobKind),
    jobs: deps.informers.of(jobKind),
    written: new WrittenVersions(),
    timeZones,
  };
  return keyedController(deps, {
    name: "cronjob-controller",
    queue: "cronjob",
    feed: (add) => [
      sources.cronJobs.onChange(({ before, after }) => {
        const object = after ?? before;
        if (object === undefined) return;
        add(keyOfObject(object));
        if (after === undefined) sources.written.forget(object.metadata.uid);
      }),
      sources.jobs.onChange(({ before, after }) => {
        for (const job of [before, after]) {
          const owner = job === undefined ? undefined : findOwnerKey(job, cronJobKind);
          if (owner !== undefined) add(owner);
        }
      }),
    ],
    reconcile: (context, key, signal) => reconcileCronJob(context, sources, key, signal),
  });
}

/** One pass over one CronJob. `status` is what the pass has found out so far. */
interface Pass {
  readonly context: ReconcileContext;
  readonly sources: CronJobSources;
  readonly cronJob: Live<CronJob>;
  readonly owner: Owner;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

async function reconcileCronJob(
  context: ReconcileContext,
  sources: CronJobSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const cronJob = sources.cronJobs.cache.find(key);
  // A start that the cache does not show yet would be made a second time.
  if (cronJob === undefined || sources.written.isStale(cronJob)) return settled;
  const { metadata } = cronJob;
  const owner: Owner = { apiVersion: "batch/v1", kind: "CronJob", metadata };
  const pass: Pass = { context, sources, cronJob, owner, nowMs: context.clock.nowMs(), signal };

  const jobs = sources.jobs.cache.byIndex("ownerUid", metadata.uid);
  const observed = await noteJobs(pass, jobs);
  const plan = isBeingDeleted(cronJob) ? undefined : scheduleOf(pass);
  const started = plan === undefined ? observed : await startDue(pass, plan, observed);
  await writeStatus(pass, await trimHistory(pass, jobs, started));
  if (plan === undefined) return settled;
  const nextMs = plan.schedule.next(pass.nowMs);
  return nextMs === undefined ? settled : revisitAfter(nextMs - pass.nowMs);
}

function report({ context, owner }: Pass, type: EventFacts["type"], facts: string[]): void {
  const [reason = "", message = ""] = facts;
  context.recorder.record(owner, { type, reason, message });
}

/** Takes Jobs that have ended or gone off the list of active ones, and notes the last success. */
async function noteJobs(pass: Pass, jobs: readonly Live<Job>[]): Promise<CronJobStatus> {
  const { status } = pass.cronJob;
  const references = status.active ?? [];
  const listed = new Set(references.map(({ uid }) => uid));
  for (const job of jobs) {
    const { name, uid } = job.metadata;
    if (listed.has(uid) || endOf(job) !== undefined || isBeingDeleted(job)) continue;
    const message = `Saw a job that the controller did not create or forgot: ${name}`;
    report(pass, "Warning", ["UnexpectedJob", message]);
  }
  const active: Reference[] = [];
  for (const reference of references) {
    const job = jobs.find(({ metadata }) => metadata.uid === reference.uid);
    if (await isActive(pass, reference, job)) active.push(reference);
  }
  return { ...status, ...lastSuccess(status, jobs), active };
}

type Reference = NonNullable<CronJobStatus["active"]>[number];

async function isActive(
  pass: Pass,
  { name = "" }: Reference,
  job: Live<Job> | undefined,
): Promise<boolean> {
  const end = job === undefined ? undefined : endOf(job);
  if (end !== undefined) {
    const message = `Saw completed job: ${name}, condition: ${end}`;
    report(pass, "Normal", ["SawCompletedJob", message]);
    return false;
  }
  if (job !== undefined || (await isThere(pass, name))) return true;
  report(pass, "Normal", ["MissingJob", `Active job went missing: ${name}`]);
  return false;
}

/** The cache may lag behind a Job that was created a moment ago. */
async function isThere({ context, cronJob, signal }: Pass, name: string): Promise<boolean> {
  const key = { namespace: cronJob.metadata.namespace ?? "", name };
  return (await context.client.of(jobKind).find(key, signal)) !== undefined;
}

interface SchedulePlan {
  readonly schedule: Schedule;
  readonly zone: TimeZone;
}

/** The schedule to work by; none while suspended, or when it cannot be read, which users are told. */
function scheduleOf(pass: Pass): SchedulePlan | undefined {
  const { cronJob, sources } = pass;
  const { schedule: text, suspend, timeZone } = cronJob.spec;
  const zone = timeZone === undefined ? sources.timeZones.local : sources.timeZones.find(timeZone);
  if (zone === undefined) {
    const message = `invalid timeZone: "${timeZone}": unknown time zone ${timeZone}`;
    report(pass, "Warning", ["UnknownTimeZone", message]);
    return undefined;
  }
  if (suspend === true) return undefined;
  try {
    return { schedule: parseSchedule(text, zone), zone };
  } catch (error) {
    // The author's mistake: nothing to do until the schedule is changed.
    if (!(error instanceof ValueError)) throw error;
    const message = `unparseable schedule: "${text}" : ${error.message}`;
    report(pass, "Warning", ["UnparseableSchedule", message]);
    return undefined;
  }
}

async function startDue(
  pass: Pass,
  plan: SchedulePlan,
  status: CronJobStatus,
): Promise<CronJobStatus> {
  const { cronJob, nowMs } = pass;
  const atMs = dueAtMs(pass, plan.schedule);
  if (atMs === undefined || Date.parse(status.lastScheduleTime ?? "") === atMs) return status;
  const { startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
  if (startingDeadlineSeconds !== undefined && atMs + startingDeadlineSeconds * 1000 < nowMs) {
    const when = new Date(atMs).toUTCString().replace("GMT", "+0000");
    report(pass, "Warning", ["MissSchedule", `Missed scheduled time to start a job: ${when}`]);
    return status;
  }
  const { active = [] } = status;
  if (active.some(({ name }) => name === jobName(cronJob, atMs))) return status;
  if (concurrencyPolicy === "Forbid" && active.length > 0) {
    const message =
      "Not starting job because prior execution is running and concurrency policy is Forbid";
    report(pass, "Normal", ["JobAlreadyActive", message]);
    return status;
  }
  if (concurrencyPolicy !== "Replace") return start(pass, plan, { atMs, status });
  for (const { name = "", uid = "" } of active) await deleteJob(pass, name, uid);
  return start(pass, plan, { atMs, status: { ...status, active: [] } });
}

function dueAtMs(pass: Pass, schedule: Schedule): number | undefined {
  const { spec, metadata, status } = pass.cronJob;
  const lastMs = Date.parse(status.lastScheduleTime ?? metadata.creationTimestamp);
  const { startingDeadlineSeconds } = spec;
  const deadlineMs =
    startingDeadlineSeconds === undefined ? lastMs : pass.nowMs - startingDeadlineSeconds * 1000;
  const { atMs, missed } = findDue(schedule, Math.max(lastMs, deadlineMs), pass.nowMs);
  if (missed === "many") {
    const message =
      "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew";
    report(pass, "Warning", ["TooManyMissedTimes", message]);
  }
  return atMs;
}

async function start(
  pass: Pass,
  { zone }: SchedulePlan,
  { atMs, status }: { readonly atMs: number; readonly status: CronJobStatus },
): Promise<CronJobStatus> {
  const { context, cronJob, owner, signal } = pass;
  const wanted = jobOf(cronJob, owner, atMs, zone);
  const created = await createJob(pass, wanted);
  if (created !== undefined) {
    context.metrics.cronJobSkew.observe((context.clock.nowMs() - atMs) / 1_000);
  }
  const job = created ?? (await context.client.of(jobKind).get(keyOfWanted(wanted), signal));
  if (!job.metadata.ownerReferences?.some(({ uid }) => uid === cronJob.metadata.uid)) {
    throw new Error(`job ${job.metadata.name} belongs to somebody else`);
  }
  const active = endOf(job) === undefined ? [...(status.active ?? []), referenceTo(job)] : [];
  return { ...status, active, lastScheduleTime: formatTime(atMs) };
}

function keyOfWanted({ metadata = {} }: Job): ObjectKey {
  return { namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
}

/** Undefined when the Job is there already: it was started before the last status was lost. */
async function createJob(pass: Pass, wanted: Job): Promise<Live<Job> | undefined> {
  try {
    const job = await pass.context.client.of(jobKind).create(wanted, {}, pass.signal);
    report(pass, "Normal", ["SuccessfulCreate", `Created job ${job.metadata.name}`]);
    return job;
  } catch (error) {
    if (hasReason(error, "AlreadyExists")) return undefined;
    if (!pass.signal.aborted) {
      const message = error instanceof Error ? error.message : String(error);
      report(pass, "Warning", ["FailedCreate", `Error creating job: ${message}`]);
    }
    throw error;
  }
}

async function deleteJob(pass: Pass, name: string, uid: string): Promise<void> {
  const { context, cronJob, signal } = pass;
  const key = { namespace: cronJob.metadata.namespace ?? "", name };
  const options = { propagationPolicy: "Background", preconditions: { uid } } as const;
  try {
    await context.client.of(jobKind).delete(key, options, signal);
  } catch (error) {
    if (hasReason(error, "NotFound") || hasReason(error, "Conflict")) return;
    throw error;
  }
  report(pass, "Normal", ["SuccessfulDelete", `Deleted job ${name}`]);
}

async function trimHistory(
  pass: Pass,
  jobs: readonly Live<Job>[],
  status: CronJobStatus,
): Promise<CronJobStatus> {
  const victims = isBeingDeleted(pass.cronJob) ? [] : planHistory(pass.cronJob, jobs);
  for (const { metadata } of victims) await deleteJob(pass, metadata.name, metadata.uid);
  const gone = new Set(victims.map(({ metadata }) => metadata.uid));
  return { ...status, active: (status.active ?? []).filter(({ uid }) => !gone.has(uid ?? "")) };
}

async function writeStatus(pass: Pass, found: CronJobStatus): Promise<void> {
  const { context, sources, cronJob, signal } = pass;
  const { active = [], ...rest } = found;
  const status = active.length === 0 ? rest : { ...rest, active };
  if (canonicalText(status) === canonicalText(cronJob.status)) return;
  const written = await context.client
    .of(cronJobKind)
    .updateStatus({ ...cronJob, status }, {}, signal);
  sources.written.note(written);
}
