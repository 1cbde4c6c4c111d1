/**
 * Runs the pods of Jobs until enough have succeeded or too many have failed.
 *
 * A pass observes a Job with its pods, decides whether the Job has ended (`verdict.ts`), creates and
 * deletes pods otherwise (`plan.ts`), and counts what has ended (`account.ts`). Source of the
 * behaviour: upstream's `pkg/controller/job`.
 */

import {
  compileLabelSelector,
  formatTime,
  hasReason,
  type Live,
  matchesLabels,
  type ObjectKey,
} from "#api";
import { type Job, type JobStatus, job as jobKind } from "#api/batch/v1";
import { type Pod, pod as podKind } from "#api/core/v1";
import {
  formatKey,
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
import { Expectations } from "../expectations.ts";
import { createPods, deletePods, type PodsOfOwner } from "../expected-pods.ts";
import { applyClaims, claimCandidates, type Owner, planClaims } from "../ownership.ts";
import { isBeingDeleted } from "../pod-facts.ts";
import { enqueueOwnersOf } from "../pod-feed.ts";
import { canonicalText } from "../pod-template.ts";
import { WrittenVersions } from "../written-versions.ts";
import { hasUncounted, planAccounting, settleUncounted } from "./account.ts";
import { type FailureStreak, noFailures } from "./back-off.ts";
import { podOfJob } from "./new-pod.ts";
import { type JobView, observe } from "./observe.ts";
import { planPods } from "./plan.ts";
import { isTracked } from "./pod-facts.ts";
import { releasePod } from "./release.ts";
import { noteSuspension } from "./suspension.ts";
import {
  completed,
  conditionOf,
  findEnd,
  isComplete,
  untilDeadlineMs,
  type Verdict,
  verdictOf,
} from "./verdict.ts";

interface JobSources {
  readonly jobs: Informer<Job>;
  readonly pods: Informer<Pod>;
  readonly expectations: Expectations;
  readonly written: WrittenVersions;
  /** Uids of pods whose finalizers we removed, until the cache shows it. */
  readonly released: Set<string>;
  /** Failures in a row, by the Job's uid. Lost with the process, as upstream. */
  readonly streaks: Map<string, FailureStreak>;
}

const ownController = "kubernetes.io/job-controller";

export function jobController(deps: ControllerDeps): Controller {
  const sources: JobSources = {
    jobs: deps.informers.of(jobKind),
    pods: deps.informers.of(podKind),
    expectations: new Expectations(),
    written: new WrittenVersions(),
    released: new Set(),
    streaks: new Map(),
  };
  return keyedController(deps, {
    name: "job-controller",
    queue: "job",
    feed: (add) => feedJobs(sources, add),
    reconcile: (context, key, signal) => reconcileJob(context, sources, key, signal),
  });
}

function feedJobs(sources: JobSources, add: (key: ObjectKey) => void): readonly Disposable[] {
  return [
    sources.jobs.onChange(({ before, after }) => {
      const object = after ?? before;
      if (object === undefined) return;
      add(keyOfObject(object));
      if (after !== undefined) return;
      sources.streaks.delete(object.metadata.uid);
      sources.written.forget(object.metadata.uid);
    }),
    sources.pods.onChange(({ before, after }) => {
      const uid = (after ?? before)?.metadata.uid;
      if (uid !== undefined && (after === undefined || !isTracked(after))) {
        sources.released.delete(uid);
      }
    }),
    enqueueOwnersOf(sources.pods, {
      owners: sources.jobs.cache,
      ownerKind: jobKind,
      selectorOf: ({ spec }) => compileLabelSelector(spec.selector),
      expectations: sources.expectations,
      add,
    }),
  ];
}

/** One pass over one Job. */
interface Pass {
  readonly context: ReconcileContext;
  readonly sources: JobSources;
  readonly job: Live<Job>;
  readonly owner: Owner;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

async function reconcileJob(
  context: ReconcileContext,
  sources: JobSources,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<Outcome> {
  const job = sources.jobs.cache.find(key);
  if (job === undefined || findEnd(job) !== undefined) return settled;
  if ((job.spec.managedBy ?? ownController) !== ownController) return settled;
  // Counting from an old status would run pods twice; the new one is on its way.
  if (sources.written.isStale(job)) return settled;
  const owner: Owner = { apiVersion: "batch/v1", kind: "Job", metadata: job.metadata };
  const pass: Pass = { context, sources, job, owner, nowMs: context.clock.nowMs(), signal };

  const sync = new JobSync(pass);
  try {
    const pods = await claimPods(pass);
    const view = observe(job, pods, {
      streak: sources.streaks.get(job.metadata.uid) ?? noFailures,
      isReleased: (uid) => sources.released.has(uid),
    });
    const progress = await advance(pass, view);
    sync.action = progress.action;
    await account(pass, view, progress);
    sources.streaks.set(job.metadata.uid, view.streak);
    if (progress.failure !== undefined) throw progress.failure.error;
    sync.result = "success";
    return untilNextLook(pass, progress);
  } finally {
    sync.end();
  }
}

function untilNextLook({ job, nowMs }: Pass, progress: Progress): Outcome {
  const waits = [progress.waitMs, untilDeadlineMs(job, nowMs)].filter(
    (waitMs) => waitMs !== undefined && waitMs > 0,
  );
  return waits.length === 0 ? settled : revisitAfter(Math.min(...waits.map(Number)));
}

async function claimPods({ context, sources, job, owner, signal }: Pass) {
  const selector = compileLabelSelector(job.spec.selector);
  const candidates = claimCandidates(sources.pods.cache, owner);
  const claims = planClaims(owner, candidates, (labels) => matchesLabels(selector, labels));
  return applyClaims(context.client.of(podKind), owner, claims, signal);
}

/** What metrics tell of a pass. */
class JobSync {
  action: SyncAction = "reconciling";
  result: "success" | "error" = "error";
  readonly #pass: Pass;
  readonly #startMs: number;

  constructor(pass: Pass) {
    this.#pass = pass;
    this.#startMs = pass.context.clock.elapsedMs();
  }

  end(): void {
    const { context, job } = this.#pass;
    const { durations, syncs } = context.metrics.jobs;
    const seconds = (context.clock.elapsedMs() - this.#startMs) / 1_000;
    const labels = [modeOf(job), this.result, this.action] as const;
    syncs.with(...labels).add();
    durations.with(...labels).observe(seconds);
  }
}

/** What a pass did, in the words of upstream's metrics. */
type SyncAction = "reconciling" | "tracking" | "pods_created" | "pods_deleted";

function modeOf({ spec }: Live<Job>): string {
  return spec.completionMode ?? "NonIndexed";
}

/** What a pass has done and found out before it counts. */
interface Progress {
  readonly action: SyncAction;
  readonly status: JobStatus;
  readonly verdict: Verdict | undefined;
  readonly terminatingCount: number;
  readonly waitMs?: number | undefined;
  /** A refused creation; thrown once the status is written. */
  readonly failure?: { readonly error: unknown } | undefined;
}

async function advance(pass: Pass, view: JobView): Promise<Progress> {
  const { job, nowMs, sources } = pass;
  const base = startedStatus(job, nowMs);
  const verdict = verdictOf(view, nowMs);
  const isCurrent = sources.expectations.areMet(formatKey(keyOfObject(job)), nowMs);
  if (verdict !== undefined) {
    await removePods(pass, view.active);
    const status = { ...base, active: 0, ready: 0 };
    const terminatingCount = view.terminatingCount + view.active.length;
    // A pod that the cache does not show yet must be counted before the end is told.
    const action = view.active.length > 0 ? "pods_deleted" : "tracking";
    return { action, status, verdict: isCurrent ? verdict : undefined, terminatingCount };
  }
  const moves = isCurrent && !isBeingDeleted(job) ? await movePods(pass, view) : unmoved(view);
  const { action, activeCount, readyCount, terminatingCount, waitMs, failure } = moves;
  const status = { ...base, active: activeCount, ready: readyCount };
  const rest = { action, terminatingCount, waitMs, failure };
  if (isComplete(view, activeCount)) return { status, verdict: completed, ...rest };
  if (!isCurrent || isBeingDeleted(job)) return { status, verdict: undefined, ...rest };
  const suspension = noteSuspension(job, status, nowMs);
  if (suspension.news !== undefined) {
    pass.context.recorder.record(pass.owner, { type: "Normal", ...suspension.news });
  }
  return { status: suspension.status, verdict: undefined, ...rest };
}

function startedStatus({ spec, status }: Live<Job>, nowMs: number): JobStatus {
  if (status.startTime !== undefined || spec.suspend === true) return status;
  return { ...status, startTime: formatTime(nowMs) };
}

interface Moves {
  readonly action: SyncAction;
  readonly activeCount: number;
  readonly readyCount: number;
  readonly terminatingCount: number;
  readonly waitMs?: number | undefined;
  readonly failure?: { readonly error: unknown } | undefined;
}

function unmoved({ active, readyCount, terminatingCount }: JobView): Moves {
  const action = "reconciling";
  return { action, activeCount: active.length, readyCount, terminatingCount };
}

async function movePods(pass: Pass, view: JobView): Promise<Moves> {
  const plan = planPods(view, pass.nowMs);
  await removePods(pass, plan.remove);
  const remaining = view.active.filter((pod) => !plan.remove.includes(pod));
  const moves = {
    ...unmoved(view),
    action: actionOf(plan),
    activeCount: remaining.length,
    readyCount: Math.min(view.readyCount, remaining.length),
    terminatingCount: view.terminatingCount + plan.remove.length,
    waitMs: plan.waitMs,
  };
  const { job, owner, signal } = pass;
  const wanted = plan.create.map((wish) => podOfJob(job, owner, wish));
  const { createdCount, failure } = await createPods(podsOf(pass), wanted, signal);
  return { ...moves, activeCount: moves.activeCount + createdCount, failure };
}

function actionOf({ create, remove }: ReturnType<typeof planPods>): SyncAction {
  if (create.length > 0) return "pods_created";
  return remove.length > 0 ? "pods_deleted" : "tracking";
}

async function removePods(pass: Pass, pods: readonly Live<Pod>[]): Promise<void> {
  await deletePods(podsOf(pass), pods, pass.signal);
}

function podsOf({ context, sources, job, owner }: Pass): PodsOfOwner {
  const { pods, expectations } = sources;
  return { context, owner, key: formatKey(keyOfObject(job)), pods: pods.cache, expectations };
}

/** Counts the ended pods, lets them go, and tells the end of the Job when nothing is left to count. */
async function account(pass: Pass, view: JobView, progress: Progress): Promise<void> {
  const { sources, job } = pass;
  const trackedUids = new Set(view.tracked.map(({ metadata }) => metadata.uid));
  const found = { ...progress.status, terminating: progress.terminatingCount };
  const settledStatus = settleUncounted(job, found, (uid) => trackedUids.has(uid));
  const { verdict } = progress;
  const accounting = planAccounting(view, settledStatus, verdict);
  const announced = withCondition(accounting.status, verdict, verdict?.type, pass.nowMs);
  const flushed = await writeStatus(pass, job, announced);

  for (const pod of accounting.release) {
    await releasePod(pass.context.client, pod, pass.signal);
    const isVisible = sources.pods.cache.find(keyOfObject(pod));
    if (isVisible !== undefined && isTracked(isVisible)) sources.released.add(pod.metadata.uid);
    trackedUids.delete(pod.metadata.uid);
  }
  const counted = settleUncounted(job, announced, (uid) => trackedUids.has(uid));
  const isOver =
    verdict !== undefined &&
    !accounting.isPartial &&
    !hasUncounted(counted) &&
    progress.terminatingCount === 0;
  countPods(pass, counted);
  if (!isOver) {
    await writeStatus(pass, flushed, counted);
    return;
  }
  await writeStatus(pass, flushed, endedStatus(counted, verdict, pass.nowMs));
  reportEnd(pass, verdict);
}

function endedStatus(status: JobStatus, verdict: Verdict, nowMs: number): JobStatus {
  if (verdict.type === "FailureTarget") return withCondition(status, verdict, "Failed", nowMs);
  const ended = withCondition(status, verdict, "Complete", nowMs);
  return { ...ended, completionTime: formatTime(nowMs) };
}

function withCondition(
  status: JobStatus,
  verdict: Verdict | undefined,
  type: Parameters<typeof conditionOf>[1] | undefined,
  nowMs: number,
): JobStatus {
  if (verdict === undefined || type === undefined) return status;
  const { conditions = [] } = status;
  if (conditions.some((present) => present.type === type && present.status === "True")) {
    return status;
  }
  return { ...status, conditions: [...conditions, conditionOf(verdict, type, nowMs)] };
}

/** Tells metrics of the pods that ended since the status was written last. */
function countPods({ context, job }: Pass, { succeeded = 0, failed = 0 }: JobStatus): void {
  const { finishedPods } = context.metrics.jobs;
  const ended = {
    succeeded: succeeded - (job.status.succeeded ?? 0),
    failed: failed - (job.status.failed ?? 0),
  };
  for (const [result, count] of Object.entries(ended)) {
    if (count > 0) finishedPods.with(modeOf(job), result).add(count);
  }
}

function reportEnd({ context, owner, job }: Pass, { type, reason, message }: Verdict): void {
  const result = type === "FailureTarget" ? "failed" : "succeeded";
  context.metrics.jobs.finished.with(modeOf(job), result, reason).add();
  if (type === "FailureTarget") {
    context.recorder.record(owner, { type: "Warning", reason, message });
  } else {
    const message = "Job completed";
    context.recorder.record(owner, { type: "Normal", reason: "Completed", message });
  }
}

async function writeStatus(
  { context, sources, signal }: Pass,
  present: Live<Job>,
  status: JobStatus,
): Promise<Live<Job>> {
  const isUnchanged =
    canonicalText(withoutZeros(status)) === canonicalText(withoutZeros(present.status));
  if (isUnchanged) return present;
  try {
    const next = await context.client.of(jobKind).updateStatus({ ...present, status }, {}, signal);
    sources.written.note(next);
    return next;
  } catch (error) {
    // Deleted meanwhile: what is left over is let go by the controller of strays.
    if (hasReason(error, "NotFound")) return present;
    throw error;
  }
}

/** Zero counts are left out on the wire, so that zero and absent are the same here. */
function withoutZeros(status: JobStatus): object {
  return Object.fromEntries(Object.entries(status).filter(([, member]) => member !== 0));
}
