import { type Clock, sleep } from "#base";
import { queryCanceled, queryTimedOut } from "../query-error.ts";

/** How long an evaluation may keep the thread before others get a turn. */
const turnMs = 15;

/** How many cheap questions are answered without looking at the clock. */
const asksPerLook = 16;

/**
 * Ends an evaluation that was canceled or is out of time, and lets other work of the process in
 * between. Loops over series ask `isDue()` for each and await `pause()` when it says so.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #deadlineMs: number;
  #turnEndMs: number;
  #asks = 0;

  /** `deadlineMs` is on the clock's elapsed time. */
  constructor(clock: Clock, signal: AbortSignal, deadlineMs: number) {
    this.#clock = clock;
    this.#signal = signal;
    this.#deadlineMs = deadlineMs;
    this.#turnEndMs = clock.elapsedMs() + turnMs;
  }

  isDue(): boolean {
    this.#asks++;
    if (this.#asks < asksPerLook) return false;
    this.#asks = 0;
    return this.#clock.elapsedMs() >= this.#turnEndMs;
  }

  /** Whether so much time has passed since `sinceMs` of `elapsedMs()`. Throws when the query is to end. */
  hasPassed(sinceMs: number, ms: number): boolean {
    this.check();
    return this.#clock.elapsedMs() - sinceMs >= ms;
  }

  elapsedMs(): number {
    return this.#clock.elapsedMs();
  }

  async pause(): Promise<void> {
    this.check();
    await sleep(this.#clock, 0, this.#signal).catch((error: unknown) => {
      // The next line says in the engine's words why it ended.
      if (!this.#signal.aborted) throw error;
    });
    this.check();
    this.#turnEndMs = this.#clock.elapsedMs() + turnMs;
  }

  /** Throws when the query is to end. */
  check(): void {
    if (this.#clock.elapsedMs() >= this.#deadlineMs) throw queryTimedOut("expression evaluation");
    if (this.#signal.aborted) throw queryCanceled("expression evaluation");
  }
}
