/** Time, chance and a disk for tests: reproducible, not real. */

import type { Clock } from "./clock.ts";
import { SteppedClock } from "./stepped-clock.ts";

export { RecordingMeters } from "./recording-meters.ts";
export { MemoryDisk } from "./memory-disk.ts";
export { seededRandom } from "./seeded-random.ts";

/** The stepped clock of tests, which starts with the year. */
export class VirtualClock implements Clock {
  readonly #clock: SteppedClock;

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#clock = new SteppedClock(promisesSettled, startMs);
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  elapsedMs(): number {
    return this.#clock.elapsedMs();
  }

  /** Timers that have not run; zero after a test that left nothing behind. */
  get timerCount(): number {
    return this.#clock.timerCount;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    return this.#clock.schedule(delayMs, callback);
  }

  /** Runs everything due within the next `durationMs`, letting promises settle in between. */
  advance(durationMs: number): Promise<void> {
    return this.#clock.advance(durationMs);
  }
}

/**
 * Lets every promise job that is ready run, and those that they make ready, however many: the host
 * runs no macrotask before.
 */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
