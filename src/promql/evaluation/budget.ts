import { tooManySamples } from "../query-error.ts";

/**
 * How many samples a query holds, counted as upstream counts them: as if every part of the
 * expression were computed whole before the next. Parts are streamed here, so less is really held;
 * but the same queries are refused.
 */
export class SampleBudget {
  readonly #samplesMax: number;
  #held = 0;
  #peak = 0;

  constructor(samplesMax: number) {
    this.#samplesMax = samplesMax;
  }

  get held(): number {
    return this.#held;
  }

  get peak(): number {
    return this.#peak;
  }

  hold(count: number): void {
    this.#held += count;
    this.#note(this.#held);
  }

  /** Sets what is held when a part is done: what was before it, and its result. */
  settle(held: number): void {
    this.#held = held;
    this.#note(held);
  }

  /** Counts samples that are held besides for a moment. */
  touch(count: number): void {
    this.#note(this.#held + count);
  }

  #note(held: number): void {
    if (held <= this.#peak) return;
    this.#peak = held;
    if (held > this.#samplesMax) throw tooManySamples();
  }
}
