import { assert, compareText } from "#base";
import { KeyHistory, type Version } from "./key-history.ts";
import { revisionOf } from "./position.ts";

/** A chunk that grows beyond this is split. Small enough to shift, large enough to keep chunks few. */
const chunkKeysMax = 512;
/** How full chunks are made at first, so that not every one is split soon. */
const filledKeys = 384;
/** Neighbours that together hold no more than this are joined, so that deletions leave no dust. */
const joinedKeysMax = 128;

/** Keys of these characters only are ordered alike by UTF-16 units, which is what `<` compares. */
const plain = /^[\0-\ud7ff]*$/;

type IsBefore = (left: string, right: string) => boolean;

/** A run of neighbouring keys, with what counting needs to know of them as a whole. */
interface Chunk {
  readonly histories: KeyHistory[];
  /** How many of the keys have a value now. */
  liveCount: number;
  /** Revision of the newest write in the run. */
  newestRevision: number;
}

/** A key that had a value at the revision asked for. */
interface Found {
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
  readonly #chunks: Chunk[];
  #liveCount: number;
  /** The engine's own comparison, ten times faster, until the first key that it would misplace. */
  #isBefore: IsBefore = isBeforeByUnits;

  /** `histories` are of distinct keys, in any order. */
  constructor(histories: Iterable<KeyHistory> = []) {
    const sorted = [...histories];
    for (const { key } of sorted) this.#admit(key);
    const isBefore = this.#isBefore;
    sorted.sort((left, right) => (isBefore(left.key, right.key) ? -1 : 1));
    this.#chunks = chunksOf(sorted);
    this.#liveCount = this.#chunks.reduce((sum, chunk) => sum + chunk.liveCount, 0);
  }

  /** How many keys have a value now. */
  get liveCount(): number {
    return this.#liveCount;
  }

  find(key: string): KeyHistory | undefined {
    this.#admit(key);
    const chunk = this.#chunks[this.#chunkIndexOf(key)];
    if (chunk === undefined) return undefined;
    const history = chunk.histories[this.#lowerBound(chunk, key)];
    return history?.key === key ? history : undefined;
  }

  /** Adds the newest write of all; `createRevision` 0 is a deletion. Returns the key's history. */
  add(position: number, key: string, createRevision: number): KeyHistory {
    this.#admit(key);
    const chunkIndex = this.#chunkIndexOf(key);
    const chunk = this.#chunks[chunkIndex] ?? this.#firstChunk();
    const keyIndex = this.#lowerBound(chunk, key);
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
    const keyIndex = this.#lowerBound(chunk, key);
    assert(chunk.histories[keyIndex]?.isEmpty === true, "only empty histories are removed");
    chunk.histories.splice(keyIndex, 1);
    this.#joinWithNext(chunkIndex);
    this.#joinWithNext(chunkIndex - 1);
  }

  /** The keys of the selection that had a value at its revision, in order, and how many follow. */
  select(selection: Selection): FoundRange {
    const { prefix, startAfter, limit, revision } = selection;
    this.#admit(prefix);
    this.#admit(startAfter);
    const start = this.#isBefore(startAfter, prefix) ? prefix : startAfter;
    const found: Found[] = [];
    let remainingCount = 0;
    for (let index = this.#chunkIndexOf(start); index < this.#chunks.length; index++) {
      const chunk = this.#chunks[index];
      assert(chunk !== undefined, "the walk stays inside the index");
      if (found.length === limit && this.#isCounted(chunk, selection)) {
        remainingCount += chunk.liveCount;
        continue;
      }
      for (let at = this.#lowerBound(chunk, start); at < chunk.histories.length; at++) {
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

  #admit(key: string): void {
    if (!plain.test(key)) this.#isBefore = isBeforeByCodePoints;
  }

  /** Index of the chunk that holds `key` or would hold it; the first one for keys before all. */
  #chunkIndexOf(key: string): number {
    let low = 1;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = this.#chunks[middle]?.histories[0];
      assert(first !== undefined, "no chunk is empty");
      if (this.#isBefore(key, first.key)) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #firstChunk(): Chunk {
    const chunk = chunkOf([]);
    this.#chunks.push(chunk);
    return chunk;
  }

  /** Splits in the middle, or at the end when keys arrive in order, which leaves full chunks. */
  #split(chunkIndex: number, addedIndex: number): void {
    const chunk = this.#chunks[chunkIndex];
    assert(chunk !== undefined, "a chunk that is split is in the index");
    const isLast = addedIndex === chunk.histories.length - 1;
    const upper = chunkOf(chunk.histories.splice(isLast ? addedIndex : chunkKeysMax >>> 1));
    chunk.liveCount -= upper.liveCount;
    this.#chunks.splice(chunkIndex + 1, 0, upper);
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

  /** Whether all keys of the chunk are in the range, and what has a value now had one back then. */
  #isCounted(chunk: Chunk, { prefix, startAfter, revision }: Selection): boolean {
    const first = chunk.histories[0];
    const last = chunk.histories.at(-1);
    if (first === undefined || last === undefined) return false;
    return (
      chunk.newestRevision <= revision &&
      first.key.startsWith(prefix) &&
      last.key.startsWith(prefix) &&
      this.#isBefore(startAfter, first.key)
    );
  }

  /** Index of the first history in the chunk whose key is not before `key`. */
  #lowerBound({ histories }: Chunk, key: string): number {
    let low = 0;
    let high = histories.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const history = histories[middle];
      assert(history !== undefined, "the search stays inside the chunk");
      if (this.#isBefore(history.key, key)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function chunksOf(sorted: readonly KeyHistory[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < sorted.length; start += filledKeys) {
    chunks.push(chunkOf(sorted.slice(start, start + filledKeys)));
  }
  return chunks;
}

function chunkOf(histories: KeyHistory[]): Chunk {
  return {
    histories,
    liveCount: histories.filter((history) => history.newest !== undefined).length,
    newestRevision: histories.reduce((newest, { revision }) => Math.max(newest, revision), 0),
  };
}

function isBeforeByUnits(left: string, right: string): boolean {
  return left < right;
}

function isBeforeByCodePoints(left: string, right: string): boolean {
  return compareText(left, right) < 0;
}
