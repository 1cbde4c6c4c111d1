/**
 * Slows down replacing pods that fail at once, such as those that their node rejects: otherwise
 * controller and node would fight as fast as they can.
 */

const firstDelayMs = 1_000;
const delayMsMax = 15 * 60_000;

interface Delay {
  readonly delayMs: number;
  readonly sinceMs: number;
}

export class FailureBackOff {
  readonly #delays = new Map<string, Delay>();

  /** Milliseconds until a failed pod at `place` may be replaced; 0 when that is now, and counts. */
  admit(place: string, nowMs: number): number {
    const last = this.#delays.get(place);
    const waitMs = last === undefined ? 0 : Math.max(0, last.sinceMs + last.delayMs - nowMs);
    if (waitMs > 0) return waitMs;
    const isFresh = last === undefined || nowMs - last.sinceMs > 2 * delayMsMax;
    const delayMs = isFresh ? firstDelayMs : Math.min(delayMsMax, last.delayMs * 2);
    this.#delays.set(place, { delayMs, sinceMs: nowMs });
    return 0;
  }

  /** Forgets all places that begin so. */
  forget(prefix: string): void {
    for (const place of this.#delays.keys()) {
      if (place.startsWith(prefix)) this.#delays.delete(place);
    }
  }
}
