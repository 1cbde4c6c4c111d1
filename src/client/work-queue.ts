/**
 * A queue of keys to reconcile.
 *
 * Invariants: (1) a key is never worked on twice at once; (2) a key added while it is worked on is
 * worked on again afterwards; (3) however often a waiting key is added, it waits once. Source of the
 * behaviour: client-go `util/workqueue`.
 */

import type { Clock, Logger, Random } from "#base";
import { hasReason } from "#api";
import { type BackoffOptions, backoffMs } from "./backoff.ts";
import type { QueueObserver } from "./work-queue-metrics.ts";

/** What a pass says about its key: nothing left to do now, or look again later. */
export type Outcome =
  | { readonly kind: "settled" }
  | { readonly kind: "revisit"; readonly afterMs: number };

export const settled: Outcome = { kind: "settled" };

export function revisitAfter(afterMs: number): Outcome {
  return { kind: "revisit", afterMs };
}

export interface WorkQueueDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly observer: QueueObserver;
}

export interface WorkQueueOptions {
  /** Keys worked on at the same time. */
  readonly workerCount: number;
  /** Delay before a failed key is tried again. */
  readonly backoff: BackoffOptions;
}

export const workQueueDefaults: WorkQueueOptions = {
  workerCount: 5,
  backoff: { firstMs: 5, maxMs: 1_000_000 },
};

export class WorkQueue {
  readonly #deps: WorkQueueDeps;
  readonly #options: WorkQueueOptions;
  readonly #reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  readonly #waiting = new Set<string>();
  readonly #working = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failureCounts = new Map<string, number>();
  readonly #timers = new Map<string, { readonly timer: Disposable; readonly dueMs: number }>();
  #wake: (() => void) | undefined;

  constructor(
    deps: WorkQueueDeps,
    options: WorkQueueOptions,
    reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#reconcile = reconcile;
  }

  /** Keys waiting, worked on, or due later. */
  get size(): number {
    return this.#waiting.size + this.#working.size + this.#timers.size;
  }

  /** Nothing waits and nothing is worked on; keys may still be due later. */
  get isIdle(): boolean {
    return this.#waiting.size === 0 && this.#working.size === 0;
  }

  add(key: string): void {
    const line = this.#working.has(key) ? this.#again : this.#waiting;
    if (!line.has(key)) this.#deps.observer.added(key);
    line.add(key);
    if (line === this.#waiting) this.#wake?.();
  }

  /** Adds `key` after a delay; of several delays the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    this.#deps.observer.delayed();
    if (delayMs <= 0) {
      this.add(key);
      return;
    }
    const dueMs = this.#deps.clock.elapsedMs() + delayMs;
    const earlier = this.#timers.get(key);
    if (earlier !== undefined && earlier.dueMs <= dueMs) return;
    earlier?.timer[Symbol.dispose]();
    const timer = this.#deps.clock.schedule(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { timer, dueMs });
  }

  /** Works until aborted, then waits for the passes under way. */
  async run(signal: AbortSignal): Promise<void> {
    const passes = new Set<Promise<void>>();
    const onAbort = () => this.#wake?.();
    signal.addEventListener("abort", onAbort);
    while (!signal.aborted) {
      const key = passes.size < this.#options.workerCount ? this.#take() : undefined;
      if (key === undefined) {
        await this.#woken(passes);
        continue;
      }
      const pass = this.#pass(key, signal).then(() => {
        passes.delete(pass);
        this.#wake?.();
      });
      passes.add(pass);
    }
    signal.removeEventListener("abort", onAbort);
    for (const { timer } of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
    await Promise.all(passes);
  }

  #take(): string | undefined {
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      this.#working.add(key);
      this.#deps.observer.taken(key);
      return key;
    }
    return undefined;
  }

  async #woken(passes: ReadonlySet<Promise<void>>): Promise<void> {
    if (this.#waiting.size > 0 && passes.size < this.#options.workerCount) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  /** The catch site of all reconcilers: a failed key is logged once and tried again later. */
  async #pass(key: string, signal: AbortSignal): Promise<void> {
    try {
      const outcome = await this.#reconcile(key, signal);
      this.#failureCounts.delete(key);
      if (outcome.kind === "revisit") this.addAfter(key, outcome.afterMs);
    } catch (error) {
      if (!signal.aborted) this.#retryLater(key, error);
    } finally {
      this.#working.delete(key);
      this.#deps.observer.done(key);
      if (this.#again.delete(key)) this.#waiting.add(key);
    }
  }

  #retryLater(key: string, error: unknown): void {
    const failureCount = this.#failureCounts.get(key) ?? 0;
    this.#failureCounts.set(key, failureCount + 1);
    const delayMs = backoffMs(this.#options.backoff, failureCount, this.#deps.random);
    // Somebody else was faster: ordinary, and mended by the retry with fresh state.
    if (hasReason(error, "Conflict")) this.#deps.log.debug("pass was overtaken", { key });
    else this.#deps.log.error("pass failed", error, { key, retryInMs: Math.round(delayMs) });
    this.addAfter(key, delayMs);
  }
}
