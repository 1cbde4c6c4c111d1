import type { Clock } from "./clock.ts";

interface Timer extends Disposable {
  readonly dueMs: number;
  readonly sequence: number;
  readonly callback: () => void;
}

/**
 * Resolves once every promise job that is ready has run, and those that they make ready, however many.
 * Only the host knows when that is.
 */
export type PromisesSettled = () => Promise<void>;

/** A clock that moves only when told to. Timers run in due order, first come first on ties. */
export class SteppedClock implements Clock {
  readonly #startMs: number;
  readonly #settled: PromisesSettled;
  readonly #timers = new Set<Timer>();
  #elapsedMs = 0;
  #sequence = 0;

  constructor(settled: PromisesSettled, startMs: number) {
    this.#settled = settled;
    this.#startMs = startMs;
  }

  nowMs(): number {
    return this.#startMs + this.#elapsedMs;
  }

  elapsedMs(): number {
    return this.#elapsedMs;
  }

  /** Timers that have not run. */
  get timerCount(): number {
    return this.#timers.size;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    const timer: Timer = {
      dueMs: this.#elapsedMs + Math.max(0, delayMs),
      sequence: this.#sequence++,
      callback,
      [Symbol.dispose]: () => this.#timers.delete(timer),
    };
    this.#timers.add(timer);
    return timer;
  }

  /** Runs everything due within the next `durationMs`, letting promises settle in between. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#elapsedMs + durationMs;
    while (true) {
      await this.#settled();
      const next = this.#earliest();
      if (next === undefined || next.dueMs > endMs) break;
      this.#timers.delete(next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs);
      next.callback();
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, endMs);
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (earliest === undefined || isBefore(timer, earliest)) earliest = timer;
    }
    return earliest;
  }
}

function isBefore(left: Timer, right: Timer): boolean {
  if (left.dueMs !== right.dueMs) return left.dueMs < right.dueMs;
  return left.sequence < right.sequence;
}
