import { BytePool } from "#base";
import type { SeriesRef } from "#series";
import { LabelKey, type SeriesReader } from "../wire/series-reader.ts";

/** With more series or more bytes of labels than this it starts anew: senders must not fill it. */
const seriesMax = 1 << 23;
const labelBytesMax = 512 * 1024 * 1024;

/**
 * The series that senders have sent before, found by the bytes of their labels, so that a known
 * series costs no string and no object.
 *
 * Labels are numbered, and a series is the run of the numbers of its labels in flat arrays. When they
 * are full, what the store has forgotten goes first. One table serves one version of the
 * protocol: what is a label in one might be half of one in the other.
 */
export class KnownSeries {
  #labels = new BytePool();
  #count = 0;
  /** For each hash slot one more than an entry's number; 0 is free. */
  #slots = new Int32Array(slotsFor(rowsMin));
  #hashes = new Int32Array(rowsMin);
  #refs = new Float64Array(rowsMin);
  /** Where the numbers of each entry begin; they end where the next one's begin. */
  #starts = new Uint32Array(rowsMin + 1);
  #numbers = new Uint32Array(rowsMin * 8);
  /** What `find` was asked for last. */
  readonly #key = new LabelKey();
  #keyHash = 0;
  /** The entry of that key, or -1. */
  #found = -1;

  get count(): number {
    return this.#count;
  }

  /** The reference of the series where the reader stands; 0 when it is not known. */
  find(reader: SeriesReader): SeriesRef {
    if (this.#labels.byteLength > labelBytesMax) this.#reset(rowsMin);
    const key = this.#key;
    reader.writeKey(this.#labels, key);
    this.#keyHash = hashOf(key);
    this.#found = this.#entryOf(key, this.#keyHash);
    return this.#found < 0 ? 0 : (this.#refs[this.#found] ?? 0);
  }

  /** Keeps the reference of the series that `find` was asked for last. */
  remember(ref: SeriesRef, isKnown: (ref: SeriesRef) => boolean): void {
    if (this.#found >= 0) {
      this.#refs[this.#found] = ref;
      return;
    }
    if (this.#count < this.#refs.length) this.#append(this.#key, this.#keyHash, ref);
    // The numbers of labels may change with that: the series is remembered when it comes again.
    else this.#makeRoom(isKnown);
  }

  #entryOf(key: LabelKey, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] ?? 0) - 1;
      if (entry < 0 || (this.#hashes[entry] === hash && this.#isEntry(entry, key))) return entry;
    }
  }

  #isEntry(entry: number, { length, numbers }: LabelKey): boolean {
    const start = this.#starts[entry] ?? 0;
    if ((this.#starts[entry + 1] ?? 0) - start !== length) return false;
    const own = this.#numbers;
    for (let at = 0; at < length; at++) if (own[start + at] !== numbers[at]) return false;
    return true;
  }

  #append({ length, numbers }: LabelKey, hash: number, ref: SeriesRef): void {
    const entry = this.#count++;
    const start = this.#starts[entry] ?? 0;
    const end = start + length;
    if (end > this.#numbers.length) {
      const larger = new Uint32Array(Math.max(end, Math.ceil(this.#numbers.length * 1.5)));
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers.set(numbers.subarray(0, length), start);
    this.#starts[entry + 1] = end;
    this.#hashes[entry] = hash;
    this.#refs[entry] = ref;
    this.#place(entry);
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[entry] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  /** Forgets what the store has forgotten where that is much, else makes the columns longer. */
  #makeRoom(isKnown: (ref: SeriesRef) => boolean): void {
    const count = this.#count;
    if (count >= seriesMax) {
      this.#reset(rowsMin);
      return;
    }
    const kept = Uint8Array.from(this.#refs, (ref) => (isKnown(ref) ? 1 : 0));
    const keptCount = kept.reduce((sum, one) => sum + one, 0);
    if (keptCount * 4 < count * 3) this.#keep(kept, keptCount);
    else this.#grow(Math.ceil(count * 1.5));
  }

  /** Begins again with some of the entries, whose labels get other numbers. */
  #keep(kept: Uint8Array, keptCount: number): void {
    const labels = this.#labels;
    const refs = this.#refs;
    const starts = this.#starts;
    const numbers = this.#numbers;
    this.#reset(Math.max(rowsMin, Math.ceil(keptCount * 1.5)));
    const key = new LabelKey();
    for (let entry = 0; entry < kept.length; entry++) {
      if (kept[entry] === 0) continue;
      key.length = 0;
      const end = starts[entry + 1] ?? 0;
      for (let at = starts[entry] ?? 0; at < end; at++) {
        const label = labels.view(numbers[at] ?? 0);
        key.add(this.#labels.numberOf(label, 0, label.length));
      }
      this.#append(key, hashOf(key), refs[entry] ?? 0);
    }
  }

  #grow(rows: number): void {
    const hashes = new Int32Array(rows);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const refs = new Float64Array(rows);
    refs.set(this.#refs);
    this.#refs = refs;
    const starts = new Uint32Array(rows + 1);
    starts.set(this.#starts);
    this.#starts = starts;
    this.#slots = new Int32Array(slotsFor(rows));
    for (let entry = 0; entry < this.#count; entry++) this.#place(entry);
  }

  #reset(rows: number): void {
    this.#labels = new BytePool();
    this.#count = 0;
    this.#hashes = new Int32Array(rows);
    this.#refs = new Float64Array(rows);
    this.#starts = new Uint32Array(rows + 1);
    this.#numbers = new Uint32Array(rows * 8);
    this.#slots = new Int32Array(slotsFor(rows));
  }
}

const rowsMin = 64;

/** At most three quarters are taken. */
function slotsFor(rows: number): number {
  return 2 ** Math.ceil(Math.log2((rows * 4) / 3));
}

function hashOf({ length, numbers }: LabelKey): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < length; at++) {
    hash = Math.imul(hash ^ (numbers[at] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
