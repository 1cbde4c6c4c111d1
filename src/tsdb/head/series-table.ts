import type { Labels, SeriesRef } from "#series";
import { grownBytes, grownDoubles, grownShorts, grownWords, sizeFor } from "./columns.ts";
import { LabelPairs } from "./label-pairs.ts";
import { PostingsLists } from "./postings-lists.ts";

/**
 * The series of the head, as columns: a series is a slot, and each of its facts is an entry in a typed
 * array. A million series are some thirty arrays, which the garbage collector need not walk.
 *
 * Slots are dense and in order of creation, so that postings are slot numbers, ascending by
 * construction. Removing series makes a new table (`keep`), with other slots; references stay.
 * A slot is therefore good until the next await only; what lives longer keeps the reference.
 */
export class SeriesTable {
  readonly pairs = new LabelPairs();
  readonly postings = new PostingsLists();
  count = 0;

  refs = new Float64Array(64);
  /** Where the pairs of each series begin; they end where the next one's begin. */
  pairsAt = new Uint32Array(65);
  pairNumbers = new Uint32Array(512);
  hashes = new Uint32Array(64);

  /** What the last sample was and what the open chunk is: see `SeriesState`. */
  states = new Uint8Array(64);
  /** Of the open chunk; its last sample is also the last one in order. */
  minTimesMs = new Float64Array(64);
  maxTimesMs = new Float64Array(64);
  /** From this time on a sample begins the next chunk. */
  cutTimesMs = new Float64Array(64);
  sampleCounts = new Uint16Array(64);
  /** Of a chunk in the arena: where it is and how much of it is written. */
  addresses = new Uint32Array(64);
  bitCounts = new Uint16Array(64);
  cellClasses = new Uint8Array(64);
  /** The low and the high half of the last value: as numbers, some NaNs would not keep their bits. */
  lastValueWords = new Uint32Array(128);
  lastDeltasMs = new Float64Array(64);
  leadings = new Uint8Array(64);
  trailings = new Uint8Array(64);
  /** The newest completed chunk in order, in the chunk table; 0 is none. */
  completed = new Uint32Array(64);

  /** Slot + 1 by hash of labels, open addressing; 0 is free. */
  #buckets = new Uint32Array(128);
  /** Slot + 1 by reference, in pages; 0 is unknown. */
  readonly #slotPages: (Uint32Array | undefined)[] = [];

  /** The slot of a series, or -1 when it is not here. */
  slotOf(ref: SeriesRef): number {
    const page = this.#slotPages[Math.floor(ref / refsPerPage)];
    return page === undefined ? -1 : (page[ref % refsPerPage] ?? 0) - 1;
  }

  /** The slot of the series with these labels, or -1. */
  find(labels: Labels): number {
    let hash = 0;
    for (let index = 0; index < labels.length; index += 2) {
      const pair = this.pairs.find(labels[index] ?? "", labels[index + 1] ?? "");
      if (pair < 0) return -1;
      hash = mixed(hash, pair);
    }
    return this.#lookUp(hash >>> 0, labels);
  }

  /** Adds a series that is not here yet. */
  add(ref: SeriesRef, labels: Labels): number {
    const slot = this.count;
    this.#reserve(slot + 1, labels.length / 2);
    let at = this.pairsAt[slot] ?? 0;
    let hash = 0;
    for (let index = 0; index < labels.length; index += 2) {
      const pair = this.pairs.ensure(labels[index] ?? "", labels[index + 1] ?? "");
      hash = mixed(hash, pair);
      this.pairNumbers[at++] = pair;
      this.postings.add(pair, slot);
    }
    this.pairsAt[slot + 1] = at;
    this.#place(slot, ref, hash >>> 0);
    return slot;
  }

  /** Gives a series another reference; it is also found by the old one until series are removed. */
  rename(slot: number, ref: SeriesRef): void {
    this.refs[slot] = ref;
    this.#setSlot(ref, slot);
  }

  labels(slot: number): Labels {
    const begin = this.pairsAt[slot] ?? 0;
    const end = this.pairsAt[slot + 1] ?? 0;
    const labels: string[] = [];
    for (let at = begin; at < end; at++) {
      const pair = this.pairNumbers[at] ?? 0;
      labels.push(this.pairs.name(pair), this.pairs.value(pair));
    }
    // A copy has no room for more, which growing by pushing left behind: twice as much as is used.
    return labels.slice();
  }

  /** The pair numbers of a series, in order of label names. */
  pairsOf(slot: number): Uint32Array {
    return this.pairNumbers.subarray(this.pairsAt[slot], this.pairsAt[slot + 1]);
  }

  /** A table with only the series for which `kept` has a 1, in the same order. */
  keep(kept: Uint8Array): SeriesTable {
    const table = new SeriesTable();
    let rows = 0;
    let pairCount = 0;
    for (let slot = 0; slot < this.count; slot++) {
      if (kept[slot] !== 1) continue;
      rows++;
      pairCount += (this.pairsAt[slot + 1] ?? 0) - (this.pairsAt[slot] ?? 0);
    }
    table.reserve(rows, pairCount);
    const movedTo = new Uint32Array(this.pairs.count).fill(noPair);
    let row = 0;
    for (let slot = 0; slot < this.count; slot++) {
      if (kept[slot] !== 1) continue;
      this.#copyIdentity(slot, table, row, movedTo);
      this.#copyState(slot, table, row);
      row++;
    }
    table.adoptRows(rows);
    return table;
  }

  /** Makes room for `rows` series with `pairCount` label pairs in all. */
  reserve(rows: number, pairCount: number): void {
    this.pairNumbers = grownWords(this.pairNumbers, pairCount);
    if (rows > this.refs.length) this.#reserveExactly(rows);
  }

  /** Writes pair numbers of new rows, for `adoptRows`. */
  appendPairs(at: number, pairs: Uint32Array): void {
    this.pairNumbers = grownWords(this.pairNumbers, at + pairs.length);
    this.pairNumbers.set(pairs, at);
  }

  /**
   * Takes over columns that were written from outside: `rows` rows with their references, pairs and
   * hashes. Builds everything that is found by them.
   */
  adoptRows(rows: number): void {
    this.count = rows;
    const lengths = new Uint32Array(this.pairs.count);
    const end = this.pairsAt[rows] ?? 0;
    for (let at = 0; at < end; at++) {
      const pair = this.pairNumbers[at] ?? 0;
      lengths[pair] = (lengths[pair] ?? 0) + 1;
    }
    this.postings.reserve(lengths);
    for (let slot = 0; slot < rows; slot++) {
      this.#setSlot(this.refs[slot] ?? 0, slot);
      const pairsEnd = this.pairsAt[slot + 1] ?? 0;
      for (let at = this.pairsAt[slot] ?? 0; at < pairsEnd; at++) {
        this.postings.add(this.pairNumbers[at] ?? 0, slot);
      }
    }
    this.#rehash(this.#buckets.length);
  }

  /** Bytes that the columns, lists and indexes take, strings not counted. */
  get byteLength(): number {
    const rowBytes = this.refs.length * bytesPerRow;
    const references = this.#slotPages.reduce((sum, page) => sum + (page?.byteLength ?? 0), 0);
    const index = this.#buckets.byteLength + this.pairNumbers.byteLength;
    return rowBytes + references + index + this.postings.byteLength;
  }

  /** Gives a row reference and pairs of a slot, these by the numbers that they have in the other table. */
  #copyIdentity(slot: number, table: SeriesTable, row: number, movedTo: Uint32Array): void {
    let at = table.pairsAt[row] ?? 0;
    let hash = 0;
    const end = this.pairsAt[slot + 1] ?? 0;
    for (let from = this.pairsAt[slot] ?? 0; from < end; from++) {
      const pair = this.pairNumbers[from] ?? 0;
      let moved = movedTo[pair] ?? noPair;
      if (moved === noPair) {
        moved = table.pairs.ensure(this.pairs.name(pair), this.pairs.value(pair));
        movedTo[pair] = moved;
      }
      hash = mixed(hash, moved);
      table.pairNumbers[at++] = moved;
    }
    table.pairsAt[row + 1] = at;
    table.hashes[row] = hash >>> 0;
    table.refs[row] = this.refs[slot] ?? 0;
  }

  #copyState(slot: number, table: SeriesTable, to: number): void {
    table.states[to] = this.states[slot] ?? 0;
    table.minTimesMs[to] = this.minTimesMs[slot] ?? 0;
    table.maxTimesMs[to] = this.maxTimesMs[slot] ?? 0;
    table.cutTimesMs[to] = this.cutTimesMs[slot] ?? 0;
    table.sampleCounts[to] = this.sampleCounts[slot] ?? 0;
    table.addresses[to] = this.addresses[slot] ?? 0;
    table.bitCounts[to] = this.bitCounts[slot] ?? 0;
    table.cellClasses[to] = this.cellClasses[slot] ?? 0;
    table.lastValueWords[to * 2] = this.lastValueWords[slot * 2] ?? 0;
    table.lastValueWords[to * 2 + 1] = this.lastValueWords[slot * 2 + 1] ?? 0;
    table.lastDeltasMs[to] = this.lastDeltasMs[slot] ?? 0;
    table.leadings[to] = this.leadings[slot] ?? 0;
    table.trailings[to] = this.trailings[slot] ?? 0;
    table.completed[to] = this.completed[slot] ?? 0;
  }

  #place(slot: number, ref: SeriesRef, hash: number): void {
    this.count = slot + 1;
    this.refs[slot] = ref;
    this.hashes[slot] = hash;
    this.#setSlot(ref, slot);
    if (this.count * 4 > this.#buckets.length * 3) this.#rehash(this.#buckets.length * 2);
    else this.#link(slot);
  }

  #setSlot(ref: SeriesRef, slot: number): void {
    const pageNumber = Math.floor(ref / refsPerPage);
    const page = this.#slotPages[pageNumber] ?? new Uint32Array(refsPerPage);
    this.#slotPages[pageNumber] = page;
    page[ref % refsPerPage] = slot + 1;
  }

  #lookUp(hash: number, labels: Labels): number {
    const mask = this.#buckets.length - 1;
    let bucket = hash & mask;
    let slot = (this.#buckets[bucket] ?? 0) - 1;
    while (slot >= 0) {
      if (this.hashes[slot] === hash && this.#hasLabels(slot, labels)) return slot;
      bucket = (bucket + 1) & mask;
      slot = (this.#buckets[bucket] ?? 0) - 1;
    }
    return -1;
  }

  #hasLabels(slot: number, labels: Labels): boolean {
    const begin = this.pairsAt[slot] ?? 0;
    const end = this.pairsAt[slot + 1] ?? 0;
    if ((end - begin) * 2 !== labels.length) return false;
    for (let at = begin; at < end; at++) {
      const pair = this.pairNumbers[at] ?? 0;
      const index = (at - begin) * 2;
      if (this.pairs.value(pair) !== labels[index + 1]) return false;
      if (this.pairs.name(pair) !== labels[index]) return false;
    }
    return true;
  }

  #link(slot: number): void {
    const mask = this.#buckets.length - 1;
    let bucket = (this.hashes[slot] ?? 0) & mask;
    while (this.#buckets[bucket] !== 0) bucket = (bucket + 1) & mask;
    this.#buckets[bucket] = slot + 1;
  }

  #rehash(size: number): void {
    this.#buckets = new Uint32Array(size);
    for (let slot = 0; slot < this.count; slot++) this.#link(slot);
  }

  #reserve(rows: number, pairCount: number): void {
    if (rows > this.refs.length) this.#reserveExactly(sizeFor(this.refs.length, rows));
    this.pairNumbers = grownWords(this.pairNumbers, (this.pairsAt[rows - 1] ?? 0) + pairCount);
  }

  #reserveExactly(rows: number): void {
    this.refs = grownDoubles(this.refs, rows);
    this.pairsAt = grownWords(this.pairsAt, rows + 1);
    this.hashes = grownWords(this.hashes, rows);
    this.states = grownBytes(this.states, rows);
    this.minTimesMs = grownDoubles(this.minTimesMs, rows);
    this.maxTimesMs = grownDoubles(this.maxTimesMs, rows);
    this.cutTimesMs = grownDoubles(this.cutTimesMs, rows);
    this.sampleCounts = grownShorts(this.sampleCounts, rows);
    this.addresses = grownWords(this.addresses, rows);
    this.bitCounts = grownShorts(this.bitCounts, rows);
    this.cellClasses = grownBytes(this.cellClasses, rows);
    this.lastValueWords = grownWords(this.lastValueWords, rows * 2);
    this.lastDeltasMs = grownDoubles(this.lastDeltasMs, rows);
    this.leadings = grownBytes(this.leadings, rows);
    this.trailings = grownBytes(this.trailings, rows);
    this.completed = grownWords(this.completed, rows);
    let buckets = this.#buckets.length;
    while (rows * 4 > buckets * 3) buckets *= 2;
    if (buckets > this.#buckets.length) this.#rehash(buckets);
  }
}

/**
 * The low two bits: where the open chunk is. The next two: what the last sample in order was. Bit 4:
 * it was the stale marker. A series without an open chunk has no last sample in memory.
 */
export const seriesState = {
  chunkMask: 3,
  noChunk: 0,
  /** Floats without start timestamps, compressed in the arena. */
  arenaChunk: 1,
  /** Anything else, with an encoder of its own. */
  ownChunk: 2,
  kindMask: 12,
  float: 0,
  histogram: 4,
  floatHistogram: 8,
  stale: 16,
} as const;

function mixed(hash: number, pair: number): number {
  let next = Math.imul(hash ^ Math.imul(pair + 1, 0x9e3779b1), 0x85ebca6b);
  next ^= next >>> 13;
  next = Math.imul(next, 0xc2b2ae35);
  return next ^ (next >>> 16);
}

const refsPerPage = 4096;
const noPair = 0xffff_ffff;
const bytesPerRow = 8 * 6 + 4 * 4 + 2 * 2 + 4;
