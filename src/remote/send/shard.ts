import type { Clock } from "#base";
import type { OutgoingSeries } from "../wire/write-series.ts";

/** One series' worth of an outgoing batch: a single sample, histogram or exemplar. */
export interface Outgoing {
  readonly series: OutgoingSeries;
  /** Of its sample. */
  readonly timestampMs: number;
}

/**
 * Waiting samples of some of the series, in order. Who fills it waits while it is full; who empties
 * it gets whole batches, or what there is when the deadline comes.
 */
export class Shard {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #waiting: Outgoing[] = [];
  #isClosed = false;
  #onChange = Promise.withResolvers<void>();

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  /** Whether who adds something now has to wait. */
  get isFull(): boolean {
    return this.#waiting.length >= this.#capacity;
  }

  /** Resolves when there was room. */
  async add(outgoing: Outgoing): Promise<void> {
    while (this.isFull && !this.#isClosed) {
      await this.#onChange.promise;
    }
    this.#waiting.push(outgoing);
    this.#changed();
  }

  /** Nothing more will come; what waits is still taken. */
  close(): void {
    this.#isClosed = true;
    this.#changed();
  }

  /**
   * Up to `countMax` in order: at once when so many wait, else when `deadlineMs` have passed since the
   * first of them was seen. Undefined when the shard is closed and empty.
   */
  async take(countMax: number, deadlineMs: number): Promise<readonly Outgoing[] | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#isClosed) return undefined;
      await this.#onChange.promise;
    }
    let isDue = false;
    using _timer = this.#clock.schedule(deadlineMs, () => {
      isDue = true;
      this.#changed();
    });
    while (this.#waiting.length < countMax && !isDue && !this.#isClosed) {
      await this.#onChange.promise;
    }
    const taken = this.#waiting.splice(0, countMax);
    this.#changed();
    return taken;
  }

  #changed(): void {
    const before = this.#onChange;
    this.#onChange = Promise.withResolvers();
    before.resolve();
  }
}
