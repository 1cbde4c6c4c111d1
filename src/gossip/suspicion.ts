import type { Clock } from "#base";
import { suspicionLeftMs } from "./scaling.ts";

export interface SuspicionOptions {
  /** Who suspects first. */
  readonly from: string;
  /** How many others have to agree for the time to be as short as it gets. */
  readonly wanted: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly onOver: () => void;
}

/** Somebody did not answer. Unless it says otherwise in time, it counts as gone. */
export class Suspicion implements Disposable {
  readonly #clock: Clock;
  readonly #options: SuspicionOptions;
  readonly #startedMs: number;
  readonly #heardFrom: Set<string>;
  #timer: Disposable;

  constructor(clock: Clock, options: SuspicionOptions) {
    const { from, wanted, minMs, maxMs, onOver } = options;
    this.#clock = clock;
    this.#options = options;
    this.#startedMs = clock.elapsedMs();
    this.#heardFrom = new Set([from]);
    this.#timer = clock.schedule(wanted < 1 ? minMs : maxMs, onOver);
  }

  /** Whether it was news that this one suspects too. */
  confirm(from: string): boolean {
    const { wanted, onOver } = this.#options;
    const known = this.#heardFrom.size - 1;
    if (known >= wanted || this.#heardFrom.has(from)) return false;
    this.#heardFrom.add(from);
    const elapsedMs = this.#clock.elapsedMs() - this.#startedMs;
    const leftMs = suspicionLeftMs({ confirmations: known + 1, wanted }, elapsedMs, this.#options);
    this.#timer[Symbol.dispose]();
    this.#timer = this.#clock.schedule(Math.max(0, leftMs), onOver);
    return true;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }
}
