/**
 * Pods that wait for a node.
 *
 * A pod is in exactly one place: `active` (next in line), `backoff` (was tried lately), or
 * `unschedulable` (nothing fits until something changes). A change of the cluster moves those whose
 * refusal it might lift; a pod refused while such a change happened goes straight to backoff, so that
 * no change is ever missed. Source of the rules: upstream's scheduling queue.
 */

import type { Clock } from "#base";
import type { ClusterChange } from "./plugin.ts";
import type { PodNeeds } from "./pod-needs.ts";

const backoffFirstMs = 1_000;
const backoffMaxMs = 10_000;
/** After this time an unschedulable pod is tried again, whatever happened. */
const unschedulableMaxMs = 5 * 60_000;

export interface QueuedPod {
  readonly needs: PodNeeds;
  readonly attemptCount: number;
  /** When it first came; the tie-break among equal priorities. */
  readonly queuedAtMs: number;
}

interface Waiting extends QueuedPod {
  readonly sinceMs: number;
  readonly wakesOn: ReadonlySet<ClusterChange>;
}

export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #active = new PriorityHeap();
  readonly #backoff = new Map<string, QueuedPod & { readonly dueMs: number }>();
  readonly #unschedulable = new Map<string, Waiting>();
  /** Changes since the attempt under way began. */
  #changesDuringAttempt = new Set<ClusterChange>();
  #timer: Disposable | undefined;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#active.size + this.#backoff.size + this.#unschedulable.size;
  }

  get counts(): {
    readonly active: number;
    readonly backoff: number;
    readonly unschedulable: number;
  } {
    return {
      active: this.#active.size,
      backoff: this.#backoff.size,
      unschedulable: this.#unschedulable.size,
    };
  }

  /** A new pod, or one whose spec changed: goes in line at once. */
  add(needs: PodNeeds): void {
    this.remove(needs.uid);
    this.#active.push({ needs, attemptCount: 0, queuedAtMs: this.#clock.nowMs() });
    this.#wake?.();
  }

  /** Takes over a newer state of a waiting pod without changing its place. */
  refresh(needs: PodNeeds): void {
    if (this.#active.replace(needs)) return;
    const backedOff = this.#backoff.get(needs.uid);
    if (backedOff !== undefined) this.#backoff.set(needs.uid, { ...backedOff, needs });
    const waiting = this.#unschedulable.get(needs.uid);
    if (waiting !== undefined) this.#unschedulable.set(needs.uid, { ...waiting, needs });
  }

  has(uid: string): boolean {
    return this.#active.has(uid) || this.#backoff.has(uid) || this.#unschedulable.has(uid);
  }

  remove(uid: string): void {
    this.#active.remove(uid);
    this.#backoff.delete(uid);
    this.#unschedulable.delete(uid);
  }

  /** The next pod to try, or undefined when none is in line. */
  take(): QueuedPod | undefined {
    this.#moveDue();
    const next = this.#active.pop();
    if (next !== undefined) this.#changesDuringAttempt = new Set();
    return next;
  }

  /** Nothing fitted: the pod waits for one of these changes. */
  putUnschedulable(pod: QueuedPod, wakesOn: ReadonlySet<ClusterChange>): void {
    const tried = { ...pod, attemptCount: pod.attemptCount + 1 };
    for (const change of this.#changesDuringAttempt) {
      if (wakesOn.has(change)) {
        this.#backOff(tried);
        return;
      }
    }
    const sinceMs = this.#clock.nowMs();
    this.#unschedulable.set(pod.needs.uid, { ...tried, sinceMs, wakesOn });
    this.#arm();
  }

  /** Something failed on the way: the pod is tried again after a delay. */
  putFailed(pod: QueuedPod): void {
    this.#backOff({ ...pod, attemptCount: pod.attemptCount + 1 });
  }

  /** Something changed that may let waiting pods in. */
  noteChange(change: ClusterChange): void {
    this.#changesDuringAttempt.add(change);
    for (const [uid, waiting] of this.#unschedulable) {
      if (!waiting.wakesOn.has(change)) continue;
      this.#unschedulable.delete(uid);
      this.#backOff(waiting);
    }
  }

  /** Resolves when a pod may be in line, or when aborted. */
  async ready(signal: AbortSignal): Promise<void> {
    if (this.#active.size > 0 || signal.aborted) return;
    const onAbort = () => this.#wake?.();
    signal.addEventListener("abort", onAbort, { once: true });
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
    signal.removeEventListener("abort", onAbort);
  }

  /** Cancels what is pending on the clock. */
  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #backOff(pod: QueuedPod): void {
    const delayMs = Math.min(
      backoffFirstMs * 2 ** Math.max(0, Math.min(pod.attemptCount - 1, 10)),
      backoffMaxMs,
    );
    const lastTriedMs = "sinceMs" in pod ? Number(pod.sinceMs) : this.#clock.nowMs();
    const { needs, attemptCount, queuedAtMs } = pod;
    const dueMs = lastTriedMs + delayMs;
    this.#backoff.set(needs.uid, { needs, attemptCount, queuedAtMs, dueMs });
    this.#moveDue();
    this.#arm();
  }

  #moveDue(): void {
    const nowMs = this.#clock.nowMs();
    for (const [uid, pod] of this.#backoff) {
      if (pod.dueMs > nowMs) continue;
      this.#backoff.delete(uid);
      this.#active.push(pod);
    }
    for (const [uid, pod] of this.#unschedulable) {
      if (nowMs - pod.sinceMs < unschedulableMaxMs) continue;
      this.#unschedulable.delete(uid);
      this.#active.push(pod);
    }
    if (this.#active.size > 0) this.#wake?.();
  }

  /** Looks again when the next pod is due. */
  #arm(): void {
    let dueMs = Number.POSITIVE_INFINITY;
    for (const pod of this.#backoff.values()) dueMs = Math.min(dueMs, pod.dueMs);
    for (const pod of this.#unschedulable.values()) {
      dueMs = Math.min(dueMs, pod.sinceMs + unschedulableMaxMs);
    }
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.schedule(Math.max(1, dueMs - this.#clock.nowMs()), () => {
      this.#moveDue();
      this.#arm();
    });
  }
}

/** A binary heap by priority, then by age, from which pods can also be removed by uid. */
class PriorityHeap {
  readonly #heap: QueuedPod[] = [];
  readonly #present = new Map<string, QueuedPod>();

  get size(): number {
    return this.#present.size;
  }

  has(uid: string): boolean {
    return this.#present.has(uid);
  }

  push(pod: QueuedPod): void {
    this.#present.set(pod.needs.uid, pod);
    this.#heap.push(pod);
    this.#rise(this.#heap.length - 1);
  }

  /** Entries removed or replaced meanwhile are skipped here, which is cheaper than finding them. */
  pop(): QueuedPod | undefined {
    while (this.#heap.length > 0) {
      const top = this.#popAny();
      if (top !== undefined && this.#present.get(top.needs.uid) === top) {
        this.#present.delete(top.needs.uid);
        return top;
      }
    }
    return undefined;
  }

  remove(uid: string): void {
    this.#present.delete(uid);
  }

  replace(needs: PodNeeds): boolean {
    const present = this.#present.get(needs.uid);
    if (present === undefined) return false;
    this.push({ ...present, needs });
    return true;
  }

  #popAny(): QueuedPod | undefined {
    const top = this.#heap[0];
    const last = this.#heap.pop();
    if (this.#heap.length > 0 && last !== undefined) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return top;
  }

  #rise(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(start: number): void {
    let index = start;
    while (true) {
      const left = 2 * index + 1;
      let first = index;
      if (left < this.#heap.length && this.#isBefore(left, first)) first = left;
      if (left + 1 < this.#heap.length && this.#isBefore(left + 1, first)) first = left + 1;
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #isBefore(left: number, right: number): boolean {
    const a = this.#heap[left];
    const b = this.#heap[right];
    if (a === undefined || b === undefined) return false;
    if (a.needs.priority !== b.needs.priority) return a.needs.priority > b.needs.priority;
    return a.queuedAtMs < b.queuedAtMs;
  }

  #swap(left: number, right: number): void {
    const a = this.#heap[left];
    const b = this.#heap[right];
    if (a === undefined || b === undefined) return;
    this.#heap[left] = b;
    this.#heap[right] = a;
  }
}
