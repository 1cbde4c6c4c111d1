import { assert } from "#base";
import type { KeyHistory } from "./key-history.ts";
import { revisionOf } from "./position.ts";

/** One write that has not been compacted, in the order of all writes. */
export interface JournalEntry {
  readonly position: number;
  readonly history: KeyHistory;
}

/**
 * The writes after the compacted revision, in order: what watchers that start in the past have to
 * catch up with, and which keys the next compaction has to look at.
 */
export class Journal {
  // Two flat arrays: an object per entry would triple the memory of a long history.
  #positions: number[] = [];
  #histories: KeyHistory[] = [];
  /** Entries before this index have been dropped. */
  #start = 0;

  add(position: number, history: KeyHistory): void {
    this.#positions.push(position);
    this.#histories.push(history);
  }

  /**
   * The entries after `position`: up to `countMax`, or some more to complete the last revision, so
   * that the writes of one commit stay together.
   */
  entriesAfter(position: number, countMax: number): readonly JournalEntry[] {
    const entries: JournalEntry[] = [];
    let lastRevision = 0;
    for (let index = this.#indexAfter(position); index < this.#positions.length; index++) {
      const entry = this.#entryAt(index);
      const revision = revisionOf(entry.position);
      if (entries.length >= countMax && revision !== lastRevision) break;
      lastRevision = revision;
      entries.push(entry);
    }
    return entries;
  }

  /** Removes and returns the oldest entries whose revision is not after `revision`. */
  dropThrough(revision: number, countMax: number): readonly JournalEntry[] {
    const dropped: JournalEntry[] = [];
    while (this.#start < this.#positions.length && dropped.length < countMax) {
      const entry = this.#entryAt(this.#start);
      if (revisionOf(entry.position) > revision) break;
      dropped.push(entry);
      this.#start++;
    }
    if (this.#start * 2 > this.#positions.length) {
      this.#positions = this.#positions.slice(this.#start);
      this.#histories = this.#histories.slice(this.#start);
      this.#start = 0;
    }
    return dropped;
  }

  #entryAt(index: number): JournalEntry {
    const position = this.#positions[index];
    const history = this.#histories[index];
    assert(position !== undefined && history !== undefined, "the index lies in the journal");
    return { position, history };
  }

  #indexAfter(position: number): number {
    let low = this.#start;
    let high = this.#positions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#positions[middle] ?? 0) <= position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
