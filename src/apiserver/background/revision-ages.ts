import { type Clock, sleep } from "#base";
import type { Store } from "#store";

const sampleIntervalMs = 30_000;

/**
 * How old revisions are, roughly: old continue tokens have to expire, although the store could still
 * read what they continue. Clients rely on being told to start again rather than being shown the past.
 */
export class RevisionAges {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #samples: { readonly atMs: number; readonly revision: number }[] = [];
  readonly #ageMaxMs: number;

  constructor(deps: { readonly store: Store; readonly clock: Clock }, ageMaxMs: number) {
    this.#store = deps.store;
    this.#clock = deps.clock;
    this.#ageMaxMs = ageMaxMs;
  }

  /** Takes samples until aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (true) {
      this.#samples.push({ atMs: this.#clock.elapsedMs(), revision: this.#store.revision });
      this.#forget();
      await sleep(this.#clock, sampleIntervalMs, signal);
    }
  }

  /** Whether the revision was succeeded by another longer ago than the maximal age. */
  isExpired(revision: number): boolean {
    this.#forget();
    const [oldest] = this.#samples;
    if (oldest === undefined || !this.#isOld(oldest)) return false;
    return revision < oldest.revision;
  }

  /** Keeps one sample that is old, and all younger ones. */
  #forget(): void {
    while (true) {
      const second = this.#samples[1];
      if (second === undefined || !this.#isOld(second)) return;
      this.#samples.shift();
    }
  }

  #isOld({ atMs }: { readonly atMs: number }): boolean {
    return this.#clock.elapsedMs() - atMs >= this.#ageMaxMs;
  }
}
