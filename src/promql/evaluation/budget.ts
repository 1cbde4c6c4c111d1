import { tooManySamples } from "../query-error.ts";

const bytesPerSample = 16;
const bytesPerStep = 9;
const spareSteps = 100_000;
/** Kept columns of queries with few samples need not be counted. */
const spareBytes = 64 * 2 ** 20;
/** Labels of this length are not counted; none may be longer than the other. */
const spareTextLength = 1024;
const textLengthMax = 2 ** 20;

/**
 * How many samples a query holds, counted as upstream counts them: as if every part of the
 * expression were computed whole before the next. Parts are streamed here, so less is really held;
 * but the same queries are refused.
 */
export class SampleBudget {
  readonly #samplesMax: number;
  #held = 0;
  #peak = 0;
  #keptBytes = 0;

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

  /**
   * Refuses a grid whose steps alone would be too many: `up[10y:1s]` has 315 million, and each column
   * has room for all of them.
   */
  refuseSteps(count: number): void {
    if (count > this.#samplesMax / 4 + spareSteps) throw tooManySamples();
  }

  /**
   * Counts a column that is kept whole. It takes the room of all steps even where it has few samples,
   * so that the samples alone would not protect the process.
   */
  keepColumn(stepCount: number): void {
    this.#keptBytes += stepCount * bytesPerStep;
    if (this.#keptBytes > this.#keptBytesMax) throw tooManySamples();
  }

  /**
   * Counts text that a function made for a label. Each of a few nested ones may double it, so that a
   * short query could fill the memory without any sample.
   */
  keepText(text: string): void {
    if (text.length <= spareTextLength) return;
    this.#keptBytes += 2 * text.length;
    if (text.length > textLengthMax || this.#keptBytes > this.#keptBytesMax) throw tooManySamples();
  }

  get #keptBytesMax(): number {
    return this.#samplesMax * bytesPerSample + spareBytes;
  }

  #note(held: number): void {
    if (held <= this.#peak) return;
    this.#peak = held;
    if (held > this.#samplesMax) throw tooManySamples();
  }
}
