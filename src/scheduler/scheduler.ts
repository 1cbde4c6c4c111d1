/**
 * The scheduling loop: takes the next pod, decides purely (`decide`), assumes the pod on the chosen
 * node, and binds it through the API while the next cycle goes on. What the API refuses is undone.
 */

import type { Clock, Logger, Random } from "#base";
import { compileLabelSelector, formatTime, hasReason, type Live } from "#api";
import {
  namespace,
  type Node,
  node,
  persistentVolume,
  type PersistentVolumeClaim,
  persistentVolumeClaim,
  type Pod,
  pod,
} from "#api/core/v1";
import { storageClass } from "#api/storage/v1";
import { type Client, type Informer, type InformerSet, QueueingEventRecorder } from "#client";
import { type PodDisruptionBudget, podDisruptionBudget } from "#api/policy/v1";
import { ClusterState } from "./cluster-state.ts";
import { type Decision, decide, type NodeRefusal } from "./cycle.ts";
import { describePreemption, describeRefusals } from "./explanation.ts";
import type { SchedulerMetrics } from "./metrics.ts";
import type { ClusterChange } from "./plugin.ts";
import { needsOf, type PodNeeds } from "./pod-needs.ts";
import { planPreemption, type Preemption } from "./preemption/plan.ts";
import { defaultProfile, type Profile } from "./profile.ts";
import { type QueuedPod, SchedulingQueue } from "./queue.ts";
import { claimsOf } from "./volumes.ts";

export interface SchedulerDeps {
  readonly client: Client;
  readonly informers: InformerSet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics: SchedulerMetrics;
}

export interface SchedulerOptions {
  /** Pods that name another scheduler are left alone. */
  readonly schedulerName: string;
  readonly profile: Profile;
  /** Bindings under way at the same time. */
  readonly bindingsMax: number;
}

export const schedulerDefaults: SchedulerOptions = {
  schedulerName: "default-scheduler",
  profile: defaultProfile,
  bindingsMax: 64,
};

/** How long claims of a pod may take to be bound before the pod is tried anew. */
const claimBindingMaxMs = 600_000;

/** One attempt to place a pod, and what measures it. */
interface Attempt {
  readonly queued: QueuedPod;
  /** By elapsed time. */
  readonly startMs: number;
  readonly phaseEnded: ReturnType<SchedulerMetrics["follow"]>;
}

/** Cycles run without a pause before others get their turn. */
const cyclesPerTurn = 32;

export class Scheduler {
  readonly name = "scheduler";
  readonly #deps: SchedulerDeps;
  readonly #options: SchedulerOptions;
  readonly #pods: Informer<Pod>;
  readonly #nodes: Informer<Node>;
  readonly #budgets: Informer<PodDisruptionBudget>;
  readonly #cluster: ClusterState;
  readonly #claims: Informer<PersistentVolumeClaim>;
  readonly #queue: SchedulingQueue;
  readonly #recorder: QueueingEventRecorder;
  readonly #bindings = new Set<Promise<void>>();
  /** Uids of pods that wait outside the queue for their gates to be lifted. */
  readonly #gated = new Set<string>();
  readonly #feeds: readonly Disposable[];
  #startIndex = 0;

  constructor(deps: SchedulerDeps, options: SchedulerOptions = schedulerDefaults) {
    this.#deps = deps;
    this.#options = options;
    this.#queue = new SchedulingQueue(deps.clock);
    this.#recorder = new QueueingEventRecorder(deps, { component: options.schedulerName });
    this.#pods = deps.informers.of(pod);
    this.#nodes = deps.informers.of(node);
    this.#budgets = deps.informers.of(podDisruptionBudget);
    this.#claims = deps.informers.of(persistentVolumeClaim);
    const volumes = deps.informers.of(persistentVolume);
    const classes = deps.informers.of(storageClass);
    this.#cluster = new ClusterState({
      findClaim: (home, name) => this.#claims.cache.find({ namespace: home, name }),
      findVolume: (name) => volumes.cache.find({ namespace: "", name }),
      findClass: (name) => classes.cache.find({ namespace: "", name }),
    });
    deps.metrics.show(() => ({
      pending: { ...this.#queue.counts, gated: this.#gated.size },
      cached: this.#cluster.counts,
    }));
    const namespaces = deps.informers.of(namespace);
    this.#feeds = [
      this.#nodes.onChange(({ before, after }) => this.#onNode(before, after)),
      this.#pods.onChange(({ before, after }) => this.#onPod(before, after)),
      this.#claims.onChange(() => this.#queue.noteChange("volume")),
      volumes.onChange(() => this.#queue.noteChange("volume")),
      classes.onChange(() => this.#queue.noteChange("volume")),
      namespaces.onChange(({ before, after }) => {
        if (after === undefined) this.#cluster.removeNamespace(before?.metadata.name ?? "");
        else this.#cluster.putNamespace(after.metadata.name, after.metadata.labels ?? {});
        this.#queue.noteChange("namespace-labels");
      }),
    ];
  }

  /** Schedules until aborted, then waits for bindings under way. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#deps.informers.synced(signal);
      await Promise.all([this.#loop(signal), this.#recorder.run(signal)]);
    } finally {
      this.#queue.close();
      for (const feed of this.#feeds) feed[Symbol.dispose]();
      await Promise.all(this.#bindings);
    }
  }

  async #loop(signal: AbortSignal): Promise<void> {
    let cycleCount = 0;
    while (!signal.aborted) {
      const next = this.#queue.take();
      if (next === undefined) {
        await this.#queue.ready(signal);
        continue;
      }
      this.#attempt(next, signal);
      if (this.#bindings.size >= this.#options.bindingsMax) await Promise.race(this.#bindings);
      else if (++cycleCount % cyclesPerTurn === 0) await this.#yieldTurn();
    }
  }

  /** Lets input and output happen between batches of cycles. */
  #yieldTurn(): Promise<void> {
    return new Promise((resolve) => {
      this.#deps.clock.schedule(0, resolve);
    });
  }

  #attempt(queued: QueuedPod, signal: AbortSignal): void {
    const { needs } = queued;
    const startMs = this.#deps.clock.elapsedMs();
    const phaseEnded = this.#deps.metrics.follow();
    const decision = decide({
      needs,
      cluster: this.#cluster,
      profile: this.#options.profile,
      random: this.#deps.random,
      startIndex: this.#startIndex,
      phaseEnded,
    });
    this.#deps.metrics.decided(startMs);
    const nodeCount = Math.max(1, this.#cluster.nodes.length);
    this.#startIndex = (this.#startIndex + decision.examinedCount) % nodeCount;
    const work =
      decision.kind === "chosen"
        ? this.#bind({ queued, startMs, phaseEnded }, decision.node.name, signal)
        : this.#refuse({ queued, startMs, phaseEnded }, decision, signal);
    const binding = work.finally(() => this.#bindings.delete(binding));
    this.#bindings.add(binding);
  }

  async #bind(attempt: Attempt, nodeName: string, signal: AbortSignal): Promise<void> {
    const { queued, startMs, phaseEnded } = attempt;
    const { needs } = queued;
    this.#cluster.forgetNomination(needs.uid);
    this.#cluster.placePod(needs, nodeName, "assumed");
    const binding = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: needs.key.name, namespace: needs.namespace, uid: needs.uid },
      target: { apiVersion: "v1", kind: "Node", name: nodeName },
    };
    try {
      await this.#bindClaims(needs, nodeName, signal);
      phaseEnded("bind claims");
      await this.#deps.client.of(pod).createSubresource(needs.key, "binding", binding, signal);
    } catch (error) {
      // Undo the assumption; a pod that is gone or bound by somebody else needs nothing more.
      if (this.#cluster.isAssumed(needs.uid)) this.#cluster.removePod(needs.uid);
      if (signal.aborted || hasReason(error, "NotFound") || hasReason(error, "Conflict")) return;
      this.#deps.log.error("binding pod", error, { pod: needs.key.name, node: nodeName });
      phaseEnded("bind", "Error");
      this.#deps.metrics.attempted("error", startMs);
      this.#queue.putFailed(queued);
      return;
    }
    phaseEnded("bind");
    this.#deps.metrics.attempted("scheduled", startMs);
    const waitedMs = this.#deps.clock.nowMs() - queued.queuedAtMs;
    this.#deps.metrics.placed(queued.attemptCount + 1, waitedMs);
    this.#recorder.record(subjectOf(needs), {
      type: "Normal",
      reason: "Scheduled",
      message: `Successfully assigned ${needs.namespace}/${needs.key.name} to ${nodeName}`,
    });
  }

  /** Tells claims that wait for their pod which node it gets, and waits until they are bound. */
  async #bindClaims(needs: PodNeeds, nodeName: string, signal: AbortSignal): Promise<void> {
    const waiting = claimsOf(needs, this.#cluster.volumes).filter(
      ({ state }) => state === "waiting",
    );
    if (waiting.length === 0) return;
    const annotations = { "volume.kubernetes.io/selected-node": nodeName };
    for (const { name } of waiting) {
      const key = { namespace: needs.namespace, name };
      const body = { metadata: { annotations } };
      const claims = this.#deps.client.of(persistentVolumeClaim);
      await claims.patch(key, { type: "merge", body }, {}, signal);
    }
    const names = new Set(waiting.map(({ name }) => name));
    await this.#untilBound(needs.namespace, names, signal);
  }

  #untilBound(home: string, names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const isDone = () =>
      [...names].every((name) => {
        const claim = this.#claims.cache.find({ namespace: home, name });
        return claim === undefined || claim.status.phase === "Bound";
      });
    if (isDone()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const finish = (end: () => void) => {
        following[Symbol.dispose]();
        timer[Symbol.dispose]();
        signal.removeEventListener("abort", onAbort);
        end();
      };
      const onAbort = () => finish(() => reject(signal.reason));
      const following = this.#claims.onChange(() => {
        if (isDone()) finish(resolve);
      });
      const timer = this.#deps.clock.schedule(claimBindingMaxMs, () =>
        finish(() => reject(new Error("timed out waiting for volumes to be bound"))),
      );
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  async #refuse(
    { queued, startMs, phaseEnded }: Attempt,
    { nodeCount, refusals }: Extract<Decision, { kind: "refused" }>,
    signal: AbortSignal,
  ): Promise<void> {
    const wakesOn = new Set<ClusterChange>(["node-added"]);
    for (const { filter } of refusals) {
      const found = this.#options.profile.filters.find(({ name }) => name === filter);
      for (const change of found?.wakesOn ?? []) wakesOn.add(change);
    }
    const preemption = this.#planPreemption(queued.needs, refusals);
    phaseEnded("preempt", preemption === undefined ? "Unschedulable" : "Success");
    this.#deps.metrics.attempted("unschedulable", startMs);
    this.#deps.metrics.triedToPreempt(preemption?.victims.length);
    if (preemption !== undefined) this.#cluster.nominate(queued.needs, preemption.node);
    this.#queue.putUnschedulable(queued, wakesOn);
    const summary = describeRefusals(nodeCount, refusals);
    const explained =
      nodeCount === 0 ? summary : `${summary} ${describePreemption(nodeCount, refusals)}`;
    const message = preemption === undefined ? explained : summary;
    const { needs } = queued;
    this.#recorder.record(subjectOf(needs), {
      type: "Warning",
      reason: "FailedScheduling",
      message,
    });
    await this.#writeCondition(needs, message, preemption?.node, signal);
    if (preemption !== undefined) await this.#evict(needs, preemption, signal);
  }

  #planPreemption(needs: PodNeeds, refusals: readonly NodeRefusal[]): Preemption | undefined {
    return planPreemption({
      needs,
      cluster: this.#cluster,
      filters: this.#options.profile.filters,
      refusals,
      budgets: this.#budgets.cache.list().map(({ metadata, spec, status }) => ({
        namespace: metadata.namespace ?? "",
        selector: compileLabelSelector(spec.selector),
        disruptionsAllowed: status.disruptionsAllowed ?? 0,
      })),
    });
  }

  /** Deletes the victims; each learns why. The pod comes back to the queue when they are gone. */
  async #evict(
    needs: PodNeeds,
    { node: nodeName, victims }: Preemption,
    signal: AbortSignal,
  ): Promise<void> {
    const resource = this.#deps.client.of(pod);
    for (const victim of victims) {
      if (victim.pod.metadata.deletionTimestamp !== undefined) continue;
      const condition = {
        type: "DisruptionTarget",
        status: "True",
        reason: "PreemptionByScheduler",
        message: `${this.#options.schedulerName}: preempting to accommodate a higher priority pod`,
        lastTransitionTime: formatTime(this.#deps.clock.nowMs()),
      };
      const body = { status: { conditions: [condition] } };
      try {
        await resource.patchStatus(victim.key, { type: "strategic", body }, {}, signal);
        await resource.delete(victim.key, { preconditions: { uid: victim.uid } }, signal);
      } catch (error) {
        // A victim that is gone already made room by itself.
        if (signal.aborted || hasReason(error, "NotFound")) continue;
        this.#deps.log.error("evicting pod", error, { pod: victim.key.name });
        continue;
      }
      this.#recorder.record(subjectOf(victim), {
        type: "Normal",
        reason: "Preempted",
        message: `Preempted by pod ${needs.uid} on node ${nodeName}`,
      });
    }
  }

  async #writeCondition(
    needs: PodNeeds,
    message: string,
    nominatedNodeName: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const present = needs.pod.status.conditions?.find(({ type }) => type === "PodScheduled");
    if (present?.status === "False" && present.message === message) return;
    const condition = {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastTransitionTime:
        present?.status === "False"
          ? present.lastTransitionTime
          : formatTime(this.#deps.clock.nowMs()),
    };
    const nomination = nominatedNodeName === undefined ? {} : { nominatedNodeName };
    const body = { status: { conditions: [condition], ...nomination } };
    try {
      const resource = this.#deps.client.of(pod);
      await resource.patchStatus(needs.key, { type: "strategic", body }, {}, signal);
    } catch (error) {
      // The condition informs people; the queue has the pod either way.
      if (signal.aborted || hasReason(error, "NotFound")) return;
      this.#deps.log.error("writing scheduling condition", error, { pod: needs.key.name });
    }
  }

  #onPod(before: Live<Pod> | undefined, after: Live<Pod> | undefined): void {
    if (after === undefined || isEnded(after)) {
      const uid = (after ?? before)?.metadata.uid ?? "";
      this.#queue.remove(uid);
      this.#gated.delete(uid);
      this.#cluster.forgetNomination(uid);
      const wasPlaced = this.#cluster.isPlaced(uid);
      this.#cluster.removePod(uid);
      if (wasPlaced) this.#queue.noteChange("pod-removed");
      return;
    }
    if ((after.spec.nodeName ?? "") !== "") this.#onPlacedPod(before, after);
    else this.#onWaitingPod(after);
  }

  #onPlacedPod(before: Live<Pod> | undefined, after: Live<Pod>): void {
    const { uid, labels } = after.metadata;
    const isNew = !this.#cluster.isPlaced(uid) || this.#cluster.isAssumed(uid);
    const isRelabelled = before !== undefined && !hasEqualLabels(before.metadata.labels, labels);
    const isGoing =
      before?.metadata.deletionTimestamp === undefined &&
      after.metadata.deletionTimestamp !== undefined;
    if (!isNew && !isRelabelled && !isGoing && before?.spec === after.spec) return;
    this.#queue.remove(uid);
    this.#placeAnew(needsOf(after), after.spec.nodeName ?? "");
    if (isNew) this.#queue.noteChange("pod-added");
    if (isRelabelled) this.#queue.noteChange("pod-labels");
  }

  #placeAnew(needs: PodNeeds, nodeName: string): void {
    const counted = this.#cluster.findNode(nodeName)?.pods.get(needs.uid);
    this.#cluster.placePod(needs, nodeName, "observed");
    if (counted !== undefined && isLess(needs, counted)) this.#queue.noteChange("pod-scaled-down");
  }

  #onWaitingPod(after: Live<Pod>): void {
    const { uid } = after.metadata;
    if (after.spec.schedulerName !== this.#options.schedulerName) return;
    if (after.metadata.deletionTimestamp !== undefined) {
      this.#queue.remove(uid);
      this.#gated.delete(uid);
      return;
    }
    // Gated pods wait outside the queue until the last gate is lifted.
    if ((after.spec.schedulingGates ?? []).length > 0) {
      this.#gated.add(uid);
      return;
    }
    this.#gated.delete(uid);
    if (this.#cluster.isAssumed(uid)) return;
    if (this.#queue.has(uid)) this.#queue.refresh(needsOf(after));
    else this.#queue.add(needsOf(after));
  }

  #onNode(before: Live<Node> | undefined, after: Live<Node> | undefined): void {
    if (after === undefined) {
      this.#cluster.removeNode(before?.metadata.name ?? "");
      return;
    }
    this.#cluster.putNode(after);
    for (const change of nodeChanges(before, after)) this.#queue.noteChange(change);
  }
}

/** Whether the pod leaves room on its node that it took before. */
function isLess({ request }: PodNeeds, { request: before }: PodNeeds): boolean {
  return request.cpuMilli < before.cpuMilli || request.memoryBytes < before.memoryBytes;
}

function nodeChanges(before: Live<Node> | undefined, after: Live<Node>): readonly ClusterChange[] {
  if (before === undefined) return ["node-added"];
  const differs = (left: unknown, right: unknown) => JSON.stringify(left) !== JSON.stringify(right);
  return [
    ...(differs(before.status.allocatable, after.status.allocatable)
      ? (["node-allocatable"] as const)
      : []),
    ...(differs(before.metadata.labels, after.metadata.labels) ? (["node-labels"] as const) : []),
    ...(differs(before.spec.taints, after.spec.taints) ? (["node-taints"] as const) : []),
    ...(before.spec.unschedulable === after.spec.unschedulable
      ? []
      : (["node-schedulable"] as const)),
  ];
}

function isEnded({ status }: Live<Pod>): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

function hasEqualLabels(
  left: Readonly<Record<string, string>> = {},
  right: Readonly<Record<string, string>> = {},
): boolean {
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
  );
}

function subjectOf({ pod: { metadata } }: PodNeeds) {
  return { apiVersion: "v1", kind: "Pod", metadata };
}
