import type { Clock } from "#base";

/** Lets one loop sleep until somebody has work for it. Wakes that come while it is busy are kept. */
export class WakeUp {
  readonly #clock: Clock;
  #isWanted = false;
  #wake: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wake(): void {
    this.#isWanted = true;
    this.#wake?.();
  }

  /** Resolves when woken, after `timeoutMs`, or when the signal aborts; tells which of the first two. */
  async next(timeoutMs: number, signal: AbortSignal): Promise<"woken" | "timeout"> {
    if (!this.#isWanted && !signal.aborted) await this.#sleep(timeoutMs, signal);
    const woken = this.#isWanted;
    this.#isWanted = false;
    return woken ? "woken" : "timeout";
  }

  #sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        timer[Symbol.dispose]();
        signal.removeEventListener("abort", finish);
        this.#wake = undefined;
        resolve();
      };
      const timer = this.#clock.schedule(timeoutMs, finish);
      signal.addEventListener("abort", finish, { once: true });
      this.#wake = finish;
    });
  }
}
