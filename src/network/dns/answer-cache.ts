import type { UpstreamMessage } from "./upstream-message.ts";

export interface CacheOptions {
  readonly entriesMax: number;
  /** Larger messages are not kept, so that the cache has a bound in bytes too. */
  readonly messageBytesMax: number;
  readonly positiveSecondsMax: number;
  readonly negativeSecondsMax: number;
}

export const cacheDefaults: CacheOptions = {
  entriesMax: 10_000,
  messageBytesMax: 2_048,
  positiveSecondsMax: 3_600,
  negativeSecondsMax: 30,
};

interface Entry {
  readonly message: UpstreamMessage;
  readonly storedAtMs: number;
  readonly expiresAtMs: number;
}

/** Upstream answers for as long as they may be kept; the least recently used goes first. */
export class AnswerCache {
  readonly #options: CacheOptions;
  readonly #entries = new Map<string, Entry>();

  constructor(options: CacheOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The message and its age, or undefined when there is none that is still good. */
  find(
    key: string,
    nowMs: number,
  ): { readonly message: UpstreamMessage; readonly ageSeconds: number } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    if (entry.expiresAtMs <= nowMs) return undefined;
    this.#entries.set(key, entry);
    return { message: entry.message, ageSeconds: Math.floor((nowMs - entry.storedAtMs) / 1_000) };
  }

  put(key: string, message: UpstreamMessage, nowMs: number): void {
    const keepMs = this.#keepSeconds(message) * 1_000;
    if (keepMs === 0 || message.bytes.length > this.#options.messageBytesMax) return;
    this.#entries.delete(key);
    this.#entries.set(key, { message, storedAtMs: nowMs, expiresAtMs: nowMs + keepMs });
    if (this.#entries.size <= this.#options.entriesMax) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  #keepSeconds(message: UpstreamMessage): number {
    const { responseCode, truncated, answers, keepSeconds } = message;
    const isNegative = responseCode === 3 || (responseCode === 0 && answers.length === 0);
    if (truncated || (responseCode !== 0 && !isNegative)) return 0;
    const max = isNegative ? this.#options.negativeSecondsMax : this.#options.positiveSecondsMax;
    return Math.min(keepSeconds, max);
  }
}
