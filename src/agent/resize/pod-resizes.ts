/**
 * The resizes of a node's pods: what is set aside for each, what is in effect, and what waits. Whoever
 * runs pods runs them as `allocated` says. Source: upstream's allocation manager.
 *
 * A new size is granted when the node has room for it beside the other pods; until then it is pending,
 * and looked at again whenever something becomes free, and every few minutes. A restart loses nothing:
 * what was set aside and in effect stands in the pods' statuses, and at the containers.
 */

import { type Clock, compareText } from "#base";
import { type Live, qosClassOf } from "#api";
import type { Pod, PodCondition, ResourceRequirements } from "#api/core/v1";
import type { EventFacts, EventRecorder } from "#client";
import { containerResourcesAnnotation } from "../pod/labels.ts";
import type { ObservedPod } from "../pod/observed.ts";
import type { ContainerStatus } from "../runtime-state.ts";
import {
  type Allocation,
  isWhole,
  knownAllocation,
  wholeAllocation,
  withAllocation,
} from "./allocation.ts";
import { findShortage, isGrowing, type ResourceList } from "./find-shortage.ts";
import {
  type ContainerResize,
  isDue,
  planResize,
  type ResizePlan,
  type ResourcesInEffect,
} from "./plan-resize.ts";
import {
  conditionOf,
  conditionsIn,
  listConditions,
  noResize,
  pendingType,
  progressType,
  type ResizeConditions,
} from "./resize-conditions.ts";
import { resizeCompleted, resizeDeferred, resizeFailed, resizeStarted } from "./resize-events.ts";
import { parseResources } from "./resources-text.ts";

export interface PodResizesDeps {
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  /** What the node has for pods. */
  readonly allocatable: () => ResourceList;
}

interface Entry {
  /** As the API has it. */
  pod: Live<Pod>;
  allocation: Allocation;
  conditions: ResizeConditions;
  /** What the pod has as a whole, where it has any. */
  podInEffect: ResourceRequirements | undefined;
}

/** How often pending resizes are looked at although nothing has become free. */
export const pendingRetryMs = 3 * 60_000;

export class PodResizes {
  readonly #deps: PodResizesDeps;
  readonly #entries = new Map<string, Entry>();
  /** Uids of pods that ask for other resources than are set aside for them. */
  readonly #pending = new Set<string>();
  /** By the runtime's id of the container. */
  readonly #inEffect = new Map<string, ResourceRequirements>();

  constructor(deps: PodResizesDeps) {
    this.#deps = deps;
  }

  /** Takes over a new state of a pod. Nothing is granted before `settlePending`. */
  note(pod: Live<Pod>): void {
    const { uid } = pod.metadata;
    const entry = this.#entries.get(uid) ?? newEntry(pod);
    this.#entries.set(uid, entry);
    entry.pod = pod;
    const isGoing = pod.metadata.deletionTimestamp !== undefined || hasEnded(pod);
    if (!isGoing && !isWhole(pod, entry.allocation)) {
      this.#pending.add(uid);
      return;
    }
    this.#pending.delete(uid);
    // Who takes a wish back has what is set aside.
    entry.conditions = { ...entry.conditions, pending: undefined };
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
    this.#pending.delete(uid);
  }

  forgetContainer(id: string): void {
    this.#inEffect.delete(id);
  }

  /** Pods that wait for room. */
  listPending(): readonly string[] {
    return [...this.#pending];
  }

  /** The pod as it runs: with what is set aside for it. */
  allocated(pod: Live<Pod>): Live<Pod> {
    const entry = this.#entries.get(pod.metadata.uid);
    return entry === undefined ? pod : withAllocation(pod, entry.allocation);
  }

  /** The pod with what is in effect, of containers that are about to get other resources. */
  beforeResize(pod: Live<Pod>, updates: readonly ContainerResize[]): Live<Pod> {
    const inEffect = updates.map(({ container, inEffect: now }) => [container.name, now] as const);
    const entry = this.#entries.get(pod.metadata.uid);
    const containers = new Map([...wholeAllocation(pod).containers, ...inEffect]);
    return withAllocation(pod, { pod: entry?.podInEffect, containers });
  }

  conditionsOf(uid: string): readonly PodCondition[] {
    const { pod, conditions } = this.#entries.get(uid) ?? {};
    if (conditions === undefined || (pod !== undefined && hasEnded(pod))) return [];
    return listConditions(conditions);
  }

  /** Grants what there is room for, the least demanding first; the pods of which something changed. */
  settlePending(): readonly string[] {
    const waiting = this.listPending().flatMap((uid) => this.#entries.get(uid) ?? []);
    return waiting
      .sort(byUrgency)
      .filter((entry) => this.#settle(entry))
      .map(({ pod }) => pod.metadata.uid);
  }

  /** What is in effect, as far as it is known: as brought about, as told before, or as started with. */
  inEffect(pod: Live<Pod>): ResourcesInEffect {
    return {
      ofContainer: (status) => this.#inEffectOf(pod, status),
      ofPod: () => this.#entries.get(pod.metadata.uid)?.podInEffect,
    };
  }

  noteInEffect(id: string, resources: ResourceRequirements): void {
    this.#inEffect.set(id, resources);
  }

  notePodInEffect({ metadata, spec }: Live<Pod>): void {
    const entry = this.#entries.get(metadata.uid);
    if (entry !== undefined) entry.podInEffect = spec.resources;
  }

  /**
   * What is to be done for the pod as it is seen, and tells how far it has come.
   *
   * @param pod with what is set aside for it
   */
  follow(pod: Live<Pod>, observed: ObservedPod): ResizePlan {
    const plan = planResize(pod, observed, this.inEffect(pod));
    const entry = this.#entries.get(pod.metadata.uid);
    if (entry === undefined) return plan;
    const { progress } = entry.conditions;
    if (isDue(plan) && progress === undefined) this.#setProgress(entry, {});
    if (!isDue(plan) && progress !== undefined) {
      entry.conditions = { ...entry.conditions, progress: undefined };
      this.#tell(pod, resizeCompleted(pod, progress.observedGeneration ?? 0));
    }
    return plan;
  }

  /** A step of the resize failed, and will be tried again. */
  noteFailure(pod: Live<Pod>, message: string): void {
    const entry = this.#entries.get(pod.metadata.uid);
    if (entry === undefined) return;
    const { progress: before } = entry.conditions;
    this.#setProgress(entry, { reason: "Error", message });
    if (before?.reason === "Error" && before.message === message) return;
    const generation = entry.conditions.progress?.observedGeneration ?? 0;
    this.#tell(pod, resizeFailed(pod, generation, message));
  }

  /** Grants or defers what one pod asks for; false when all is as before. */
  #settle(entry: Entry): boolean {
    const { pod } = entry;
    const shortage = findShortage(pod.spec, this.#listOthers(pod), this.#deps.allocatable());
    if (shortage !== undefined) return this.#defer(entry, shortage);
    entry.allocation = wholeAllocation(pod);
    entry.conditions = noResize;
    this.#pending.delete(pod.metadata.uid);
    this.#setProgress(entry, {});
    this.#tell(pod, resizeStarted(pod, pod.metadata.generation ?? 0));
    return true;
  }

  #defer(entry: Entry, message: string): boolean {
    const { pod, conditions } = entry;
    const { generation = 0 } = pod.metadata;
    const { pending: before } = conditions;
    const told = { type: pendingType, generation, reason: "Deferred", message };
    entry.conditions = {
      ...conditions,
      pending: conditionOf(before, told, this.#deps.clock.nowMs()),
    };
    const isNew = before?.reason !== "Deferred" || before.observedGeneration !== generation;
    const [, resource = ""] = /resource: (\w+)/.exec(message) ?? [];
    if (isNew) {
      const why = { shortage: `OutOf${resource}`, error: message };
      this.#tell(pod, resizeDeferred(pod, generation, why));
    }
    return isNew || before?.message !== message;
  }

  /** The generation that a resize began with stays, until the next one is granted. */
  #setProgress(entry: Entry, why: { readonly reason?: string; readonly message?: string }): void {
    const { progress: before } = entry.conditions;
    const generation = before?.observedGeneration ?? entry.pod.metadata.generation;
    const told = { type: progressType, generation, ...why };
    const progress = conditionOf(before, told, this.#deps.clock.nowMs());
    entry.conditions = { ...entry.conditions, progress };
  }

  #listOthers({ metadata }: Live<Pod>): readonly Live<Pod>[] {
    return [...this.#entries.values()]
      .filter(({ pod }) => pod.metadata.uid !== metadata.uid && !hasEnded(pod))
      .map(({ pod, allocation }) => withAllocation(pod, allocation));
  }

  #inEffectOf(pod: Live<Pod>, status: ContainerStatus): ResourceRequirements {
    const known = this.#inEffect.get(status.id);
    if (known !== undefined) return known;
    const resources = toldInEffect(pod, status) ?? startedWith(pod, status);
    this.#inEffect.set(status.id, resources);
    return resources;
  }

  #tell({ metadata }: Live<Pod>, facts: EventFacts): void {
    this.#deps.recorder.record({ apiVersion: "v1", kind: "Pod", metadata }, facts);
  }
}

function toldInEffect(
  { status }: Live<Pod>,
  { id }: ContainerStatus,
): ResourceRequirements | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = status;
  return [...initContainerStatuses, ...containerStatuses].find(({ containerID = "" }) =>
    containerID.endsWith(`://${id}`),
  )?.resources;
}

/** Containers of agents that did not note it down were started with what was asked for. */
function startedWith(
  { spec }: Live<Pod>,
  { annotations, metadata }: ContainerStatus,
): ResourceRequirements {
  const noted = annotations[containerResourcesAnnotation];
  if (noted !== undefined) return parseResources(noted);
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  return all.find(({ name }) => name === metadata.name)?.resources ?? {};
}

function newEntry(pod: Live<Pod>): Entry {
  const allocation = knownAllocation(pod);
  return { pod, allocation, conditions: conditionsIn(pod.status), podInEffect: allocation.pod };
}

function hasEnded({ status }: Live<Pod>): boolean {
  return status.phase === "Succeeded" || status.phase === "Failed";
}

/** Who asks for no more than before; then by priority, by class, and by how long they wait. */
function byUrgency(left: Entry, right: Entry): number {
  const [first, second] = [left, right].map(({ pod, allocation, conditions }) => ({
    growth: Number(isGrowing(pod.spec, withAllocation(pod, allocation).spec)),
    priority: pod.spec.priority ?? 0,
    isGuaranteed: Number(qosClassOf(pod) === "Guaranteed"),
    since: conditions.pending?.lastTransitionTime ?? "9999",
  }));
  if (first === undefined || second === undefined) return 0;
  return (
    first.growth - second.growth ||
    second.priority - first.priority ||
    second.isGuaranteed - first.isGuaranteed ||
    compareText(first.since, second.since)
  );
}
