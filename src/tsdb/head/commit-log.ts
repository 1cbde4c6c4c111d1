import type { SeriesRef } from "#series";

/** A reader's claim: what is committed after it was opened is hidden from it. */
export interface OpenRead extends Disposable {
  readonly minMs: number;
  readonly maxMs: number;
  /**
   * The last time of each series that has got samples since, as it was then; −Infinity where it had
   * none. Samples in order after that are not for this reader.
   */
  hidden(): ReadonlyMap<SeriesRef, number>;
}

/**
 * Isolation of readers from commits.
 *
 * A commit is applied in one go, so no reader ever meets half of one. What a reader must not see is
 * commits that come while it reads. Samples of a series only ever come later in time, so for each
 * series one time separates old from new: the last one before the first such commit. Those times are
 * noted only while somebody reads; a series costs nothing for isolation. Samples that come out of
 * order are the exception: a reader sees those at once.
 */
export class CommitLog {
  #sequence = 0;
  readonly #reads = new Set<Read>();
  #commits: Commit[] = [];
  #onClose: (() => void)[] = [];

  get isWatched(): boolean {
    return this.#reads.size > 0;
  }

  /** How many commits there were: what a reader that is opened now would see. */
  get newest(): number {
    return this.#sequence;
  }

  /** How many of them the reader sees that has been open longest. */
  get oldestRead(): number {
    let oldest = this.#sequence;
    for (const read of this.#reads) oldest = Math.min(oldest, read.sequence);
    return oldest;
  }

  /** Notes a commit: the time before it of each series that it added to, by reference. */
  note(lastTimesMs: ReadonlyMap<SeriesRef, number>): void {
    this.#sequence++;
    if (this.#reads.size > 0) this.#commits.push({ sequence: this.#sequence, lastTimesMs });
  }

  open(minMs: number, maxMs: number): OpenRead {
    const read: Read = { minMs, maxMs, sequence: this.#sequence };
    this.#reads.add(read);
    return {
      minMs,
      maxMs,
      hidden: () => this.#hiddenSince(read.sequence),
      [Symbol.dispose]: () => this.#close(read),
    };
  }

  /** Resolves when no reader that is open now overlaps `[minMs, maxMs]`. */
  async readersGone(minMs: number, maxMs: number): Promise<void> {
    const waiting = [...this.#reads].filter((read) => read.minMs <= maxMs && read.maxMs >= minMs);
    while (waiting.some((read) => this.#reads.has(read))) {
      await new Promise<void>((resolve) => this.#onClose.push(resolve));
    }
  }

  #hiddenSince(sequence: number): ReadonlyMap<SeriesRef, number> {
    const hidden = new Map<SeriesRef, number>();
    for (const commit of this.#commits) {
      if (commit.sequence <= sequence) continue;
      for (const [ref, lastMs] of commit.lastTimesMs) {
        if (!hidden.has(ref)) hidden.set(ref, lastMs);
      }
    }
    return hidden;
  }

  #close(read: Read): void {
    if (!this.#reads.delete(read)) return;
    const oldest = this.oldestRead;
    this.#commits = this.#commits.filter((commit) => commit.sequence > oldest);
    const waiting = this.#onClose;
    this.#onClose = [];
    for (const resolve of waiting) resolve();
  }
}

interface Read {
  readonly minMs: number;
  readonly maxMs: number;
  readonly sequence: number;
}

interface Commit {
  readonly sequence: number;
  readonly lastTimesMs: ReadonlyMap<SeriesRef, number>;
}
