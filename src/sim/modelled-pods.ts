/**
 * What agents would do, as far as it decides about scaling: a pod that was given a node runs, is ready when
 * its start is over, and is gone when its end is.
 */

import { formatTime, hasReason, type Live } from "#api";
import { type Pod, type PodStatus, pod as podKind } from "#api/core/v1";
import type { Clock } from "#base";
import { type Client, type Informer, keyOfObject } from "#client";

export interface PodDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly pods: Informer<Pod>;
  readonly signal: AbortSignal;
}

export interface PodTiming {
  readonly startupMs: number;
  readonly shutdownMs: number;
}

export class ModelledPods implements Disposable {
  readonly #deps: PodDeps;
  readonly #timing: PodTiming;
  readonly #feed: Disposable;
  /** By uid: the step that a pod takes next. */
  readonly #timers = new Map<string, Disposable>();
  /** Uids of those on their way out. */
  readonly #ending = new Set<string>();
  readonly #writes = new Set<Promise<void>>();

  /** Follows the pods from now on, until disposed of. */
  constructor(deps: PodDeps, timing: PodTiming) {
    this.#deps = deps;
    this.#timing = timing;
    this.#feed = deps.pods.onChange(({ before, after }) => {
      if (after !== undefined) this.#follow(after);
      else if (before !== undefined) this.#forget(before.metadata.uid);
    });
  }

  [Symbol.dispose](): void {
    this.#feed[Symbol.dispose]();
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  /** Resolves once nothing is being written any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#writes);
  }

  #forget(uid: string): void {
    this.#timers.get(uid)?.[Symbol.dispose]();
    this.#timers.delete(uid);
    this.#ending.delete(uid);
  }

  #follow(pod: Live<Pod>): void {
    const { uid, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined) {
      if (this.#ending.has(uid)) return;
      this.#ending.add(uid);
      this.#next(uid, this.#timing.shutdownMs, () => this.#remove(pod));
    } else if (pod.spec.nodeName !== undefined && !this.#timers.has(uid)) {
      if (pod.status.phase !== "Pending") return;
      const startedAtMs = this.#deps.clock.nowMs();
      this.#next(uid, 0, async () => {
        await this.#report(pod, startedAtMs, "False");
        if (this.#ending.has(uid)) return;
        this.#next(uid, this.#timing.startupMs, () => this.#report(pod, startedAtMs, "True"));
      });
    }
  }

  #next(uid: string, delayMs: number, step: () => Promise<void>): void {
    this.#timers.get(uid)?.[Symbol.dispose]();
    const timer = this.#deps.clock.schedule(delayMs, () => {
      const write = step().finally(() => this.#writes.delete(write));
      this.#writes.add(write);
    });
    this.#timers.set(uid, timer);
  }

  async #report(pod: Live<Pod>, startedAtMs: number, ready: "True" | "False"): Promise<void> {
    const { client, clock, signal } = this.#deps;
    const lastTransitionTime = formatTime(clock.nowMs());
    const status: PodStatus = {
      phase: "Running",
      startTime: formatTime(startedAtMs),
      conditions: [{ type: "Ready", status: ready, lastTransitionTime }],
    };
    const body = { status: structuredClone(status) };
    await this.#unlessGone(
      client.of(podKind).patchStatus(keyOfObject(pod), { type: "strategic", body }, {}, signal),
    );
  }

  async #remove(pod: Live<Pod>): Promise<void> {
    const { client, signal } = this.#deps;
    const options = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
    await this.#unlessGone(client.of(podKind).delete(keyOfObject(pod), options, signal));
  }

  async #unlessGone(write: Promise<unknown>): Promise<void> {
    try {
      await write;
    } catch (error) {
      // Whoever scaled down was faster; and at the end of a run nothing needs to be written.
      if (this.#deps.signal.aborted || hasReason(error, "NotFound")) return;
      throw error;
    }
  }
}
