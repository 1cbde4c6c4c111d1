import { assert, compareText } from "#base";
import { KeyHistory, type Version } from "./key-history.ts";
import { revisionOf } from "./position.ts";

/** A chunk that grows beyond this is split. Small enough to shift, large enough to keep chunks few. */
const chunkKeysMax = 512;
/** Neighbours that together hold no more than this are joined, so that deletions leave no dust. */
const joinedKeysMax = 128;

/** A run of neighbouring keys, with what counting needs to know of them as a whole. */
interface Chunk {
  readonly histories: KeyHistory[];
  /** How many of the keys have a value now. */
  liveCount: number;
  /** Revision of the newest write in the run. */
  newestRevision: number;
}

/** A key that had a value at the revision asked for. */
export interface Found {
  readonly key: string;
  readonly version: Version;
}

export interface FoundRange {
  readonly found: readonly Found[];
  readonly remainingCount: number;
}

export interface Selection {
  readonly prefix: string;
  /** Keys up to and including this one are left out; empty for none. */
  readonly startAfter: string;
  readonly limit: number;
  readonly revision: number;
}

/**
 * All keys in order with their histories: a list of sorted chunks. Finding and adding a key costs
 * two binary searches and a shift of at most one chunk; counting the rest of a range touches only
 * the chunks that were written after the revision asked for.
 */
export class KeyIndex {
  readonly #chunks: Chunk[] = [];
  #liveCount = 0;

  /** How many keys have a value now. */
  get liveCount(): number {
    return this.#liveCount;
  }

  find(key: string): KeyHistory | undefined {
    const chunk = this.#chunks[this.#chunkIndexOf(key)];
    if (chunk === undefined) return undefined;
    const history = chunk.histories[lowerBound(chunk.histories, key)];
    return history?.key === key ? history : undefined;
  }

  /** Adds the newest write of all; `createRevision` 0 is a deletion. Returns the key's history. */
  add(position: number, key: string, createRevision: number): KeyHistory {
    const chunkIndex = this.#chunkIndexOf(key);
    const chunk = this.#chunks[chunkIndex] ?? this.#firstChunk();
    const keyIndex = lowerBound(chunk.histories, key);
    let history = chunk.histories[keyIndex];
    if (history?.key !== key) {
      history = new KeyHistory(key);
      chunk.histories.splice(keyIndex, 0, history);
    }
    const change = (createRevision === 0 ? 0 : 1) - (history.newest === undefined ? 0 : 1);
    history.add(position, createRevision);
    chunk.liveCount += change;
    chunk.newestRevision = revisionOf(position);
    this.#liveCount += change;
    if (chunk.histories.length > chunkKeysMax) this.#split(chunkIndex, keyIndex);
    return history;
  }

  /** Drops a key whose history has become empty. */
  remove(key: string): void {
    const chunkIndex = this.#chunkIndexOf(key);
    const chunk = this.#chunks[chunkIndex];
    assert(chunk !== undefined, "a removed key is in the index");
    const keyIndex = lowerBound(chunk.histories, key);
    assert(chunk.histories[keyIndex]?.isEmpty === true, "only empty histories are removed");
    chunk.histories.splice(keyIndex, 1);
    this.#joinWithNext(chunkIndex);
    this.#joinWithNext(chunkIndex - 1);
  }

  /** The keys of the selection that had a value at its revision, in order, and how many follow. */
  select(selection: Selection): FoundRange {
    const { prefix, startAfter, limit, revision } = selection;
    const start = compareText(startAfter, prefix) < 0 ? prefix : startAfter;
    const found: Found[] = [];
    let remainingCount = 0;
    for (let index = this.#chunkIndexOf(start); index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index];
      assert(chunk !== undefined, "the walk stays inside the index");
      if (found.length === limit && isCounted(chunk, prefix, start, revision)) {
        remainingCount += chunk.liveCount;
        continue;
      }
      for (let at = lowerBound(chunk.histories, start); at < chunk.histories.length; at++) {
        const history = chunk.histories[at];
        assert(history !== undefined, "the walk stays inside the chunk");
        if (!history.key.startsWith(prefix)) return { found, remainingCount };
        if (history.key === startAfter) continue;
        const version = history.versionAt(revision);
        if (version === undefined) continue;
        if (found.length < limit) found.push({ key: history.key, version });
        else remainingCount++;
      }
    }
    return { found, remainingCount };
  }

  /** All histories in key order. The index must not change meanwhile. */
  *histories(): Iterable<KeyHistory> {
    for (const chunk of this.#chunks) yield* chunk.histories;
  }

  /** Index of the chunk that holds `key` or would hold it; the first one for keys before all. */
  #chunkIndexOf(key: string): number {
    let low = 1;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.#chunks[middle]?.histories[0];
      assert(first !== undefined, "no chunk is empty");
      if (compareText(first.key, key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #firstChunk(): Chunk {
    const chunk: Chunk = { histories: [], liveCount: 0, newestRevision: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }

  /** Splits in the middle, or at the end when keys arrive in order, which leaves full chunks. */
  #split(chunkIndex: number, addedIndex: number): void {
    const chunk = this.#chunks[chunkIndex];
    assert(chunk !== undefined, "a chunk that is split is in the index");
    const isLast = addedIndex === chunk.histories.length - 1;
    const upper = chunk.histories.splice(isLast ? addedIndex : chunk.histories.length >>> 1);
    const liveCount = upper.filter((history) => history.newest !== undefined).length;
    chunk.liveCount -= liveCount;
    const { newestRevision } = chunk;
    this.#chunks.splice(chunkIndex + 1, 0, { histories: upper, liveCount, newestRevision });
  }

  #joinWithNext(chunkIndex: number): void {
    const chunk = this.#chunks[chunkIndex];
    const next = this.#chunks[chunkIndex + 1];
    if (chunk === undefined) return;
    if (next === undefined) {
      if (chunk.histories.length === 0) this.#chunks.splice(chunkIndex, 1);
      return;
    }
    if (chunk.histories.length + next.histories.length > joinedKeysMax) {
      if (chunk.histories.length === 0) this.#chunks.splice(chunkIndex, 1);
      return;
    }
    chunk.histories.push(...next.histories);
    chunk.liveCount += next.liveCount;
    chunk.newestRevision = Math.max(chunk.newestRevision, next.newestRevision);
    this.#chunks.splice(chunkIndex + 1, 1);
  }
}

/** Whether all keys of the chunk are in the range, and what has a value now had one at `revision`. */
function isCounted(chunk: Chunk, prefix: string, start: string, revision: number): boolean {
  const first = chunk.histories[0];
  const last = chunk.histories.at(-1);
  if (first === undefined || last === undefined) return false;
  return (
    chunk.newestRevision <= revision &&
    first.key.startsWith(prefix) &&
    last.key.startsWith(prefix) &&
    compareText(first.key, start) > 0
  );
}

/** Index of the first history whose key is not before `key`. */
function lowerBound(histories: readonly KeyHistory[], key: string): number {
  let low = 0;
  let high = histories.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const history = histories[middle];
    assert(history !== undefined, "the search stays inside the chunk");
    if (compareText(history.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
