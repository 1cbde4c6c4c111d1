import type { Clock } from "#base";

/**
 * Time that never goes back. It follows the wall clock, and when that goes back, it goes on by the
 * time that really passes: an escalation neither waits for the wall clock to catch up, nor begins
 * again.
 */
export class SteadyTime {
  readonly #clock: Clock;
  #lastMs: number;
  #lastElapsedMs: number;

  /** Starts no earlier than `floorMs`, which is when the last thing happened that is known. */
  constructor(clock: Clock, floorMs: number) {
    this.#clock = clock;
    this.#lastMs = Math.max(clock.nowMs(), floorMs);
    this.#lastElapsedMs = clock.elapsedMs();
  }

  nowMs(): number {
    const elapsedMs = this.#clock.elapsedMs();
    const goneOnMs = this.#lastMs + Math.floor(elapsedMs - this.#lastElapsedMs);
    // The fraction that was cut off counts the next time.
    if (goneOnMs > this.#lastMs) this.#lastElapsedMs += goneOnMs - this.#lastMs;
    this.#lastMs = Math.max(this.#clock.nowMs(), goneOnMs);
    return this.#lastMs;
  }

  /** Something happened then that others noted. */
  atLeast(floorMs: number): void {
    // What has passed until now must not be counted again on top.
    this.#lastMs = Math.max(this.nowMs(), floorMs);
  }
}
