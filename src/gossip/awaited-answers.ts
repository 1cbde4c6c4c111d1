import type { Clock } from "#base";
import type { Ack } from "./message.ts";

/** What becomes of a ping. Exactly one of `onAck` and `onTimeout` is called, unless it is disposed. */
export interface AnswerTaker {
  readonly onAck: () => void;
  /** Somebody else asked in our place and heard nothing. */
  readonly onNack: () => void;
  readonly onTimeout: () => void;
}

/** The answers that we wait for, by the number of the question. */
export class AwaitedAnswers implements Disposable {
  readonly #clock: Clock;
  readonly #awaited = new Map<
    number,
    { readonly taker: AnswerTaker; readonly timer: Disposable }
  >();
  #lastSequence = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The number to ask with. */
  expect(timeoutMs: number, taker: AnswerTaker): number {
    this.#lastSequence = (this.#lastSequence + 1) % 2 ** 32;
    const sequence = this.#lastSequence;
    const timer = this.#clock.schedule(timeoutMs, () => {
      this.#awaited.delete(sequence);
      taker.onTimeout();
    });
    this.#awaited.set(sequence, { taker, timer });
    return sequence;
  }

  take({ kind, sequence }: Ack): void {
    const found = this.#awaited.get(sequence);
    if (found === undefined) return;
    if (kind === "nack") {
      found.taker.onNack();
      return;
    }
    this.#awaited.delete(sequence);
    found.timer[Symbol.dispose]();
    found.taker.onAck();
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.#awaited.values()) timer[Symbol.dispose]();
    this.#awaited.clear();
  }
}
