import type { Clock } from "#base";

/** The longest time that timers of every host can wait; whoever waits longer looks in between. */
const timerMaxMs = 2 ** 31 - 1;

/** Lets one waiter sleep until its time has come or somebody rings. */
export class Alarm {
  readonly #clock: Clock;
  #isRinging = false;
  #wake: (() => void) | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wakes who waits, or keeps the next one from falling asleep. */
  ring(): void {
    this.#isRinging = true;
    this.#wake?.();
  }

  /** Resolves after the time, when it rings, or when the signal aborts. */
  async wait(delayMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isRinging && !signal.aborted) await this.#sleep(delayMs, signal);
    this.#isRinging = false;
  }

  async #sleep(delayMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#wake = wake;
    signal.addEventListener("abort", wake, { once: true });
    using _timer = this.#clock.schedule(Math.min(delayMs, timerMaxMs), wake);
    await promise;
    signal.removeEventListener("abort", wake);
    this.#wake = undefined;
  }
}
