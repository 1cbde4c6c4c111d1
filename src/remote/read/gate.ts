/** Lets a limited number of callers work at a time; others wait in the order in which they came. */
export class Gate {
  readonly #workingMax: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  /** `workingMax` 0 is no limit. */
  constructor(workingMax: number) {
    this.#workingMax = workingMax === 0 ? Number.POSITIVE_INFINITY : workingMax;
  }

  /** How many work or wait. */
  get count(): number {
    return this.#working + this.#waiting.length;
  }

  /** Waits for a place; disposing what it gives, once or more often, frees it. */
  async enter(signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#working < this.#workingMax) this.#working++;
    else await this.#turn(signal);
    let isInside = true;
    return {
      [Symbol.dispose]: () => {
        if (isInside) this.#leave();
        isInside = false;
      },
    };
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      this.#waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** The place goes to the first that waits. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#working--;
    else next();
  }
}
