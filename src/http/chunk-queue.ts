import { concat } from "./body.ts";

/** Waiting chunks are handed over together up to about this size: fewer frames, fewer calls. */
const batchBytesMax = 64 * 1024;

const ended: IteratorResult<Uint8Array> = { done: true, value: undefined };

/**
 * A streamed body that somebody pushes: a watch, a log. It has one reader. What is pushed waits, up to
 * `bytesMax`, until the reader takes it; whoever pushes learns when the reader is too slow and decides
 * what to do: drop the reader, or wait for `drained`.
 */
export class ChunkQueue implements AsyncIterable<Uint8Array> {
  readonly #bytesMax: number;
  #chunks: Uint8Array[] = [];
  #waitingBytes = 0;
  #state: "open" | "ended" | "left" = "open";
  #error: { readonly error: unknown } | undefined;
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Bytes pushed and not yet taken by the reader. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /**
   * Adds a chunk. False, and nothing is added, when the queue was ended, the reader has left, or what
   * waits already would exceed the limit. A chunk always fits into an empty queue.
   */
  push(chunk: Uint8Array): boolean {
    if (this.#state !== "open") return false;
    if (this.#reader !== undefined) {
      const reader = this.#reader;
      this.#reader = undefined;
      reader.resolve({ done: false, value: chunk });
      return true;
    }
    const waitingBytes = this.#waitingBytes + chunk.byteLength;
    if (waitingBytes > this.#bytesMax && this.#chunks.length > 0) return false;
    this.#chunks.push(chunk);
    this.#waitingBytes = waitingBytes;
    return true;
  }

  /** Ends the body after what waits. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#reader?.resolve(ended);
    this.#reader = undefined;
  }

  /** Breaks the body off: the reader gets the error after what waits. */
  fail(error: unknown): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    if (this.#reader === undefined) this.#error = { error };
    else this.#reader.reject(error);
    this.#reader = undefined;
  }

  /** Resolves when nothing waits any more, or nobody reads any more. */
  drained(): Promise<void> {
    if (this.#waitingBytes === 0 || this.#state === "left") return Promise.resolve();
    this.#drained ??= Promise.withResolvers();
    return this.#drained.promise;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return {
      next: () => this.#take(),
      return: () => {
        this.#leave();
        return Promise.resolve(ended);
      },
    };
  }

  #take(): Promise<IteratorResult<Uint8Array>> {
    if (this.#chunks.length > 0) {
      const value = this.#takeBatch();
      if (this.#waitingBytes === 0) this.#tellDrained();
      return Promise.resolve({ done: false, value });
    }
    if (this.#error !== undefined) {
      const { error } = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#state !== "open") return Promise.resolve(ended);
    this.#reader ??= Promise.withResolvers();
    return this.#reader.promise;
  }

  #takeBatch(): Uint8Array {
    let count = 0;
    let byteCount = 0;
    for (const chunk of this.#chunks) {
      if (count > 0 && byteCount + chunk.byteLength > batchBytesMax) break;
      count++;
      byteCount += chunk.byteLength;
    }
    const batch = this.#chunks.splice(0, count);
    this.#waitingBytes -= byteCount;
    return concat(batch);
  }

  #leave(): void {
    this.#state = "left";
    this.#chunks = [];
    this.#waitingBytes = 0;
    this.#tellDrained();
    this.#reader?.resolve(ended);
    this.#reader = undefined;
  }

  #tellDrained(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }
}
