/**
 * Runs the pods of one node: one worker a pod, one step at a time.
 *
 * A pass looks at what the API wants and what the runtime has, lets the pure `planPod` decide, acts,
 * looks again until there is nothing to do, and reports the status. It keeps nothing that a restart
 * would lose but back-offs and probe results: the runtime and the API server know the rest.
 */

import type { Clock, Disk, Logger, Random } from "#base";
import { hasReason, type Live } from "#api";
import { type Container, type Pod, type PodStatus, pod as podKind } from "#api/core/v1";
import {
  type Client,
  type EventRecorder,
  keyOfObject,
  type Outcome,
  revisitAfter,
  settled,
  unobservedQueue,
  WorkQueue,
  workQueueDefaults,
} from "#client";
import type { ContainerType, PodMetrics } from "../metrics/pod-metrics.ts";
import type { PodResizer } from "../resize/pod-resizer.ts";
import { pendingRetryMs, type PodResizes } from "../resize/pod-resizes.ts";
import type { Runtime } from "../runtime.ts";
import { containerHash } from "./container-config.ts";
import { type ContainerStarter, isStartRefusal } from "./container-starter.ts";
import {
  type EndedContainers,
  latestOf,
  liveContainers,
  type ObservedPod,
  observePod,
} from "./observed.ts";
import { type Action, type PodPlan, planPod, type Waiting } from "./plan.ts";
import type { PodProbes } from "./probes.ts";
import { RestartBackoff } from "./restart-backoff.ts";
import { fallsBackToLogs, isFinal, statusOfPod, statusPatch } from "./status.ts";
import { readTerminationMessage } from "./termination-message.ts";
import type { PodVolumes } from "./volumes.ts";

export interface PodWorkersDeps {
  readonly client: Client;
  readonly runtime: Runtime;
  readonly volumes: PodVolumes;
  readonly probes: PodProbes;
  readonly starter: ContainerStarter;
  readonly resizes: PodResizes;
  readonly resizer: PodResizer;
  readonly recorder: EventRecorder;
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: PodMetrics;
}

export interface PodWorkersOptions {
  /** The node's addresses, the main one first. */
  readonly addresses: readonly string[];
  readonly runtimeName: string;
  /** Pods worked on at the same time. */
  readonly workerCount: number;
}

/** Steps in one pass at most: enough for the longest ordinary way from nothing to running. */
const stepsMax = 50;

/** Evicted pods get no more time than it takes to hear of it, as upstream's. */
const evictionGraceSeconds = 1;

interface Ending {
  readonly reason: string;
  readonly message: string;
}

/** When a step that failed is tried again. */
const stepRetryMs = 2_000;

export class PodWorkers {
  readonly #deps: PodWorkersDeps;
  readonly #options: PodWorkersOptions;
  readonly #queue: WorkQueue;
  /** Uid → newest state known from the API. */
  readonly #pods = new Map<string, Live<Pod>>();
  /** Uid → interrupts the pass under way. */
  readonly #passes = new Map<string, AbortController>();
  readonly #refusals = new Map<string, Map<string, Waiting>>();
  readonly #backoff = new RestartBackoff();
  readonly #ended: EndedContainers = new Map();
  readonly #statuses = new Map<string, string>();
  /** Uid → why the node ends the pod for good. */
  readonly #evictions = new Map<string, Ending>();
  /** Ids of containers that were ended only to start anew. */
  readonly #restarting = new Set<string>();

  constructor(deps: PodWorkersDeps, options: PodWorkersOptions) {
    this.#deps = deps;
    this.#options = options;
    const queueOptions = {
      ...workQueueDefaults,
      workerCount: options.workerCount,
      backoff: { firstMs: 500, maxMs: 20_000 },
    };
    const queueDeps = { ...deps, observer: unobservedQueue };
    this.#queue = new WorkQueue(queueDeps, queueOptions, (uid, signal) => this.#pass(uid, signal));
  }

  run(signal: AbortSignal): Promise<void> {
    return this.#queue.run(signal);
  }

  /** Takes over a new state of a pod; one that wants to end sooner interrupts what is under way. */
  update(pod: Live<Pod>): void {
    const { uid } = pod.metadata;
    const before = this.#pods.get(uid);
    this.#pods.set(uid, pod);
    this.#deps.resizes.note(pod);
    this.#wakePending();
    this.#deps.metrics.seen(pod);
    if (before !== undefined && mustEndSooner(before, pod)) this.#passes.get(uid)?.abort();
    this.#queue.add(uid);
  }

  /** The pod is gone from the API: whatever is left of it ends at once. */
  forget(uid: string): void {
    this.#pods.delete(uid);
    this.#deps.resizes.forget(uid);
    this.#wakePending();
    this.#deps.metrics.forgotten(uid);
    this.#passes.get(uid)?.abort();
    this.#queue.add(uid);
  }

  /** Something happened to the pod on the node: a container ended, a probe changed its mind. */
  wake(uid: string): void {
    if (uid !== "") this.#queue.add(uid);
  }

  /** Whatever changes may leave room for pods that wait to grow. */
  #wakePending(): void {
    for (const uid of this.#deps.resizes.listPending()) this.#queue.add(uid);
  }

  /** Ends a pod for good, in an instant, and lets its user know why. */
  evict(pod: Live<Pod>, message: string): void {
    const { uid } = pod.metadata;
    if (this.#evictions.has(uid)) return;
    this.#evictions.set(uid, { reason: "Evicted", message });
    this.#deps.metrics.evicted();
    this.#deps.log.info("evicting pod", { pod: pod.metadata.name, message });
    const subject = { apiVersion: "v1", kind: "Pod", metadata: pod.metadata };
    this.#deps.recorder.record(subject, { type: "Warning", reason: "Evicted", message });
    this.#passes.get(uid)?.abort();
    this.#queue.add(uid);
  }

  list(): readonly Live<Pod>[] {
    return [...this.#pods.values()];
  }

  async #pass(uid: string, signal: AbortSignal): Promise<Outcome> {
    const pass = new AbortController();
    this.#passes.set(uid, pass);
    const either = AbortSignal.any([signal, pass.signal]);
    for (const changed of this.#deps.resizes.settlePending()) {
      if (changed !== uid) this.#queue.add(changed);
    }
    const known = this.#pods.get(uid);
    const pod = known === undefined ? undefined : this.#deps.resizes.allocated(known);
    const ended = this.#deps.metrics.passBegan(pod);
    try {
      return pod === undefined ? await this.#sweep(uid, either) : await this.#converge(pod, either);
    } catch (error) {
      // A pass that was interrupted for newer orders is not a failure: they are in the queue.
      if (pass.signal.aborted && !signal.aborted) return revisitAfter(1);
      throw error;
    } finally {
      ended();
      this.#passes.delete(uid);
    }
  }

  /** Acts until there is nothing more to do now. */
  async #converge(pod: Live<Pod>, signal: AbortSignal): Promise<Outcome> {
    let revisitMs: number | undefined;
    for (let step = 0; step < stepsMax; step++) {
      const observed = await this.#observe(pod, signal);
      const plan = this.#plan(pod, observed);
      const status = await this.#report(pod, observed, plan, signal);
      const next = plan.actions;
      revisitMs = earliest(plan.revisitAfterMs, untilDeadlineMs(pod, this.#deps.clock.nowMs()));
      if (next.length === 0) return this.#conclude(pod, observed, { status, revisitMs }, signal);
      const retryMs = await this.#act(pod, observed, next, signal);
      revisitMs = earliest(revisitMs, retryMs);
      if (retryMs !== undefined) break;
    }
    const observed = await this.#observe(pod, signal);
    await this.#report(pod, observed, this.#plan(pod, observed), signal);
    return revisitMs === undefined ? settled : revisitAfter(revisitMs);
  }

  /** Whatever is seen running is probed from then on, before its state is reported. */
  async #observe(pod: Live<Pod>, signal: AbortSignal): Promise<ObservedPod> {
    const observed = await observePod(this.#deps.runtime, pod.metadata.uid, this.#ended, signal);
    this.#deps.probes.track(pod, observed);
    return observed;
  }

  /** @param pod with what is set aside for it, as in all of a pass */
  #plan(pod: Live<Pod>, observed: ObservedPod): PodPlan {
    const nowMs = this.#deps.clock.nowMs();
    return planPod({
      pod,
      observed,
      probes: this.#deps.probes,
      backoffOf: (container, ended) =>
        this.#backoff.delayOf(pod.metadata.uid, container, ended, nowMs),
      isEnding: pod.metadata.deletionTimestamp !== undefined || this.#endingOf(pod) !== undefined,
      endGraceSeconds: this.#evictions.has(pod.metadata.uid) ? evictionGraceSeconds : undefined,
      hashOf: containerHash,
      resize: this.#deps.resizes.follow(pod, observed),
      isRestarting: (containerId) => this.#restarting.has(containerId),
    });
  }

  /** Why the node itself ends the pod, if it does. */
  #endingOf(pod: Live<Pod>): Ending | undefined {
    return this.#evictions.get(pod.metadata.uid) ?? endingOf(pod, this.#deps.clock.nowMs());
  }

  /** Carries out actions; resolves with when to try again what was refused. */
  async #act(
    pod: Live<Pod>,
    observed: ObservedPod,
    actions: readonly Action[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const kills = actions.filter((action) => action.kind === "kill");
    for (const { id, why } of kills) if (why.restarts === true) this.#restarting.add(id);
    await Promise.all(kills.map((action) => this.#deps.starter.kill(pod, action, signal)));
    let retryMs: number | undefined;
    for (const action of actions) {
      if (action.kind === "stopSandbox") {
        await this.#deps.runtime.sandboxes.stop(action.id, signal);
      } else if (action.kind === "createSandbox") {
        retryMs = earliest(retryMs, await this.#createSandbox(pod, action.attempt, signal));
      } else if (action.kind === "start") {
        retryMs = earliest(retryMs, await this.#start(pod, observed, action, signal));
      } else if (action.kind === "resize") {
        retryMs = earliest(retryMs, await this.#deps.resizer.resize(pod, action.updates, signal));
      }
    }
    return retryMs;
  }

  async #createSandbox(
    pod: Live<Pod>,
    attempt: number,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    if (!(await this.#prepareVolumes(pod, signal))) return stepRetryMs;
    try {
      await this.#deps.starter.createSandbox(pod, attempt, signal);
      this.#deps.metrics.startedPod("done");
      return undefined;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#deps.metrics.startedPod("failed");
      this.#warn(pod, "FailedCreatePodSandBox", error, "Failed to create pod sandbox: ");
      return stepRetryMs;
    }
  }

  async #prepareVolumes(pod: Live<Pod>, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#deps.volumes.prepare(pod, signal);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      this.#warn(pod, "FailedMount", error);
      return false;
    }
  }

  #warn(pod: Live<Pod>, reason: string, error: unknown, prefix = ""): void {
    const message = `${prefix}${error instanceof Error ? error.message : String(error)}`;
    this.#deps.log.warn("pod step failed", { pod: pod.metadata.name, reason, message });
    const subject = { apiVersion: "v1", kind: "Pod", metadata: pod.metadata };
    this.#deps.recorder.record(subject, { type: "Warning", reason, message });
  }

  async #start(
    pod: Live<Pod>,
    observed: ObservedPod,
    action: Extract<Action, { kind: "start" }>,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { uid } = pod.metadata;
    const { container, attempt, targetId } = action;
    const [sandbox] = observed.sandboxes;
    if (sandbox === undefined) return 1_000;
    // What came into the pod later may mount what nothing mounted before.
    const isLate = isEphemeral(pod, container);
    if (isLate && !(await this.#prepareVolumes(pod, signal))) return stepRetryMs;
    const refusals = this.#refusals.get(uid) ?? new Map<string, Waiting>();
    this.#refusals.set(uid, refusals);
    try {
      const before = latestOf(observed, container.name)?.id ?? "";
      if (attempt > 0 && !this.#restarting.has(before)) this.#backoff.noteRestart(uid, container);
      const request = { sandbox, container, attempt, targetId };
      await this.#deps.starter.start(pod, request, signal);
      refusals.delete(container.name);
      this.#deps.metrics.startedContainer(typeOf(pod, container));
      return undefined;
    } catch (error) {
      if (signal.aborted || !isStartRefusal(error)) throw error;
      this.#deps.metrics.failedContainer(typeOf(pod, container), error.waiting.reason);
      refusals.set(container.name, error.waiting);
      return error.retryAfterMs;
    }
  }

  async #report(
    pod: Live<Pod>,
    observed: ObservedPod,
    plan: PodPlan,
    signal: AbortSignal,
  ): Promise<PodStatus> {
    const { uid } = pod.metadata;
    const { resizes } = this.#deps;
    const latest = resizes.allocated(this.#pods.get(uid) ?? pod);
    const waiting = new Map([...plan.waiting, ...(this.#refusals.get(uid) ?? [])]);
    for (const name of waiting.keys()) {
      if (latestOf(observed, name)?.state === "running") waiting.delete(name);
    }
    const status = statusOfPod({
      pod: latest,
      observed,
      waiting,
      probes: this.#deps.probes,
      node: { addresses: this.#options.addresses, runtimeName: this.#options.runtimeName },
      terminationMessages: await this.#messages(pod, observed, signal),
      ending: this.#endingOf(pod),
      resizeConditions: resizes.conditionsOf(uid),
      inEffect: resizes.inEffect(latest),
      nowMs: this.#deps.clock.nowMs(),
    });
    this.#deps.metrics.reported(pod, status);
    await this.#write(pod, status, signal);
    return status;
  }

  async #messages(
    pod: Live<Pod>,
    observed: ObservedPod,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, string>> {
    const messages = new Map<string, string>();
    const ended = [...observed.containers.values()]
      .flatMap((attempts) => attempts.slice(0, 2))
      .filter(({ state }) => state === "exited");
    for (const status of ended) {
      const text = await readTerminationMessage(this.#deps, pod, status, {
        fallsBackToLogs: fallsBackToLogs(status),
        signal,
      });
      if (text !== "") messages.set(status.id, text);
    }
    return messages;
  }

  /** Writes the status unless it is what was written last. */
  async #write(pod: Live<Pod>, status: PodStatus, signal: AbortSignal): Promise<void> {
    const { uid } = pod.metadata;
    const text = JSON.stringify(status);
    if (this.#statuses.get(uid) === text) return;
    const key = keyOfObject(pod);
    const before = this.#pods.get(uid) ?? pod;
    const body = { metadata: { uid }, status: statusPatch(status, before.status) };
    try {
      const resource = this.#deps.client.of(podKind);
      const written = await resource.patchStatus(key, { type: "strategic", body }, {}, signal);
      this.#statuses.set(uid, text);
      const known = this.#pods.get(uid);
      if (known !== undefined) this.#pods.set(uid, { ...known, status: written.status });
    } catch (error) {
      // Deleted meanwhile, or replaced by a namesake: there is nobody to report to.
      if (!hasReason(error, "NotFound") && !hasReason(error, "Conflict")) throw error;
    }
  }

  /** Nothing is left to do now: clean up and let go of a pod that has ended for good. */
  async #conclude(
    pod: Live<Pod>,
    observed: ObservedPod,
    { status, revisitMs }: { readonly status: PodStatus; readonly revisitMs: number | undefined },
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (pod.metadata.deletionTimestamp !== undefined && isStill(observed)) {
      await this.#removeAll(pod.metadata.uid, observed, signal);
      await this.#release(pod, signal);
      return settled;
    }
    if (isFinal(status.phase) && isStill(observed)) await this.#deps.volumes.discard(pod, signal);
    await this.#removeOldAttempts(observed, signal);
    const isWaiting = this.#deps.resizes.listPending().includes(pod.metadata.uid);
    const soonestMs = earliest(revisitMs, isWaiting ? pendingRetryMs : undefined);
    return soonestMs === undefined ? settled : revisitAfter(soonestMs);
  }

  /** Tells the API server that nothing of the pod is left on this node. */
  async #release(pod: Live<Pod>, signal: AbortSignal): Promise<void> {
    const { uid } = pod.metadata;
    try {
      const options = { gracePeriodSeconds: 0, preconditions: { uid } };
      await this.#deps.client.of(podKind).delete(keyOfObject(pod), options, signal);
    } catch (error) {
      // Somebody else removed it first, which is what was wanted.
      if (!hasReason(error, "NotFound") && !hasReason(error, "Conflict")) throw error;
    }
  }

  /** Of each container the last run is kept beside the present one, for `logs --previous`. */
  async #removeOldAttempts(observed: ObservedPod, signal: AbortSignal): Promise<void> {
    for (const attempts of observed.containers.values()) {
      for (const old of attempts.slice(2)) {
        await this.#deps.runtime.containers.remove(old.id, signal);
        this.#forgetContainer(old.id);
      }
    }
    for (const { id, state } of observed.sandboxes.slice(1)) {
      if (state !== "ready") await this.#deps.runtime.sandboxes.remove(id, signal);
    }
  }

  #forgetContainer(id: string): void {
    this.#ended.delete(id);
    this.#restarting.delete(id);
    this.#deps.resizes.forgetContainer(id);
  }

  async #sweep(uid: string, signal: AbortSignal): Promise<Outcome> {
    const observed = await observePod(this.#deps.runtime, uid, this.#ended, signal);
    for (const { id } of liveContainers(observed)) {
      await this.#deps.runtime.containers.stop(id, 0, signal);
    }
    await this.#removeAll(uid, observed, signal);
    return settled;
  }

  async #removeAll(uid: string, observed: ObservedPod, signal: AbortSignal): Promise<void> {
    this.#deps.probes.forget(uid);
    for (const { id } of observed.sandboxes) {
      await this.#deps.runtime.sandboxes.stop(id, signal);
      await this.#deps.runtime.sandboxes.remove(id, signal);
    }
    for (const { id } of [...observed.containers.values()].flat()) this.#forgetContainer(id);
    await this.#deps.volumes.remove(uid, signal);
    await this.#deps.starter.removeTraces(uid, signal);
    this.#refusals.delete(uid);
    this.#evictions.delete(uid);
    this.#backoff.forget(uid);
    this.#statuses.delete(uid);
  }
}

function isEphemeral({ spec }: Live<Pod>, { name }: Container): boolean {
  return (spec.ephemeralContainers ?? []).some((container) => container.name === name);
}

function typeOf(pod: Live<Pod>, container: Container): ContainerType {
  if (isEphemeral(pod, container)) return "ephemeral_container";
  const isInit = (pod.spec.initContainers ?? []).some(({ name }) => name === container.name);
  return isInit ? "init_container" : "container";
}

/** Nothing runs any more. */
function isStill(observed: ObservedPod): boolean {
  const isIdle = observed.sandboxes.every(({ state }) => state !== "ready");
  return isIdle && liveContainers(observed).every(({ state }) => state !== "running");
}

/** Why the node itself ends the pod: it ran longer than it may, or was evicted before a restart. */
function endingOf(pod: Live<Pod>, nowMs: number): Ending | undefined {
  const { phase, reason, message: said = "" } = pod.status;
  if (phase === "Failed" && reason === "Evicted") return { reason, message: said };
  const leftMs = untilDeadlineMs(pod, nowMs);
  if (leftMs === undefined || leftMs > 0) return undefined;
  const message = "Pod was active on the node longer than the specified deadline";
  return { reason: "DeadlineExceeded", message };
}

function untilDeadlineMs({ spec, status }: Live<Pod>, nowMs: number): number | undefined {
  const { activeDeadlineSeconds } = spec;
  if (activeDeadlineSeconds === undefined || status.startTime === undefined) return undefined;
  return Math.max(0, Date.parse(status.startTime) + activeDeadlineSeconds * 1000 - nowMs);
}

/** The new state asks for an end that the old one did not ask for, or for a faster one. */
function mustEndSooner(before: Live<Pod>, after: Live<Pod>): boolean {
  if (after.metadata.deletionTimestamp === undefined) return false;
  if (before.metadata.deletionTimestamp === undefined) return true;
  const graceOf = ({ metadata }: Live<Pod>) => metadata.deletionGracePeriodSeconds ?? 0;
  return graceOf(after) < graceOf(before);
}

function earliest(left: number | undefined, right: number | undefined): number | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return Math.min(left, right);
}
