/**
 * Remembers what a controller did until its caches show it.
 *
 * A cache lags behind our own writes. A pass that counted it now would create the same pods twice,
 * so it waits until everything done by the last pass is visible, or until that has taken so long
 * that waiting is the greater danger. Source of the idea: `ControllerExpectations` upstream.
 */

/** After this time a write is considered seen, whatever the cache shows. */
const patienceMs = 5 * 60_000;

interface Expected {
  readonly key: string;
  readonly sinceMs: number;
}

export class Expectations {
  /** Uid → the key that waits for it to appear. */
  readonly #creations = new Map<string, Expected>();
  /** Uid → the key that waits for it to be gone or marked as deleted. */
  readonly #deletions = new Map<string, Expected>();
  /** Key → number of entries above. */
  readonly #counts = new Map<string, number>();

  /** `isVisible` says whether the cache shows the object already, which it may before the answer. */
  expectCreation(key: string, uid: string, isVisible: boolean, nowMs: number): void {
    if (!isVisible) this.#expect(this.#creations, key, uid, nowMs);
  }

  expectDeletion(key: string, uid: string, nowMs: number): void {
    this.#expect(this.#deletions, key, uid, nowMs);
  }

  /** To be told of every change: `isGoing` when the object is deleted or marked so. */
  observe(uid: string, isGoing: boolean): void {
    this.#fulfil(this.#creations, uid);
    if (isGoing) this.#fulfil(this.#deletions, uid);
  }

  /** Whether the caches show all that was done for `key`. */
  areMet(key: string, nowMs: number): boolean {
    if (!this.#counts.has(key)) return true;
    this.#expire(this.#creations, key, nowMs);
    this.#expire(this.#deletions, key, nowMs);
    return !this.#counts.has(key);
  }

  #expect(expected: Map<string, Expected>, key: string, uid: string, sinceMs: number): void {
    if (expected.has(uid)) return;
    expected.set(uid, { key, sinceMs });
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  #fulfil(expected: Map<string, Expected>, uid: string): void {
    const entry = expected.get(uid);
    if (entry === undefined) return;
    expected.delete(uid);
    const count = (this.#counts.get(entry.key) ?? 1) - 1;
    if (count === 0) this.#counts.delete(entry.key);
    else this.#counts.set(entry.key, count);
  }

  #expire(expected: Map<string, Expected>, key: string, nowMs: number): void {
    for (const [uid, entry] of expected) {
      if (entry.key === key && nowMs - entry.sinceMs > patienceMs) this.#fulfil(expected, uid);
    }
  }
}
