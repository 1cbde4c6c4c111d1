import { assert } from "#base";
import type { ExpositionReader, SeriesKey } from "./reader.ts";

/**
 * What is known about the series of a target, found by the bytes of their keys.
 *
 * A hash table in flat arrays: looking up a known series creates nothing, and a million keys are one
 * block of memory. Keys are compared byte by byte, so series never get mixed up. Targets write their
 * series in the same order every time, so the table also remembers which one came behind which.
 *
 * A reader works with one table only.
 */
export class SeriesTable<Value> {
  /** For each hash slot one more than an entry's number; 0 is free. */
  #slots = new Int32Array(64);
  #values: Value[] = [];
  #hashes = new Int32Array(32);
  /** Where each entry's key begins; one more than there are entries, so that it also ends there. */
  #keyStarts = new Uint32Array(33);
  #keys = new Uint8Array(2_048);
  #keyView = new DataView(this.#keys.buffer);
  /** The entry that came behind each one when it was last seen. */
  #successors = new Int32Array(32);
  /** The entry that was found or added last. */
  #previous = 0;
  /** Who was told what to expect. */
  #reader: ExpositionReader | undefined;

  get size(): number {
    return this.#values.length;
  }

  /** The number of the series that was found or added last: there are `size` of them, from 0 on. */
  get entry(): number {
    return this.#previous;
  }

  /** Looks up the series where the reader stands, and tells it which one comes next. */
  find(reader: ExpositionReader): Value | undefined {
    const previous = this.#previous;
    const isExpected = reader.isExpected && reader === this.#reader;
    let entry = isExpected ? (this.#successors[previous] ?? -1) : -1;
    if (entry < 0) {
      entry = this.#entryOf(reader);
      if (entry < 0) return undefined;
      this.#successors[previous] = entry;
    }
    this.#moveTo(entry, reader);
    return this.#values[entry];
  }

  /** Adds the series where the reader stands, which `find` does not know. */
  add(reader: ExpositionReader, value: Value): void {
    const entry = this.#append(reader, value);
    // What was expected instead will come next.
    this.#successors[entry] = this.#successors[this.#previous] ?? entry;
    this.#successors[this.#previous] = entry;
    this.#moveTo(entry, reader);
  }

  /** Gives the series that was found or added last another value. */
  replace(value: Value): void {
    this.#values[this.#previous] = value;
  }

  /** Forgets the series that are not kept, and gives their memory back. The others keep their order. */
  keepWhere(isKept: (value: Value, entry: number) => boolean): void {
    const kept: number[] = [];
    for (const [entry, value] of this.#values.entries()) if (isKept(value, entry)) kept.push(entry);
    if (kept.length === this.#values.length) return;
    const keys = this.#keys;
    const keyStarts = this.#keyStarts;
    const hashes = this.#hashes;
    const values = this.#values;
    this.#reset();
    for (const entry of kept) {
      const value = values[entry];
      if (value === undefined) continue;
      const [keyStart = 0, keyEnd = 0] = keyStarts.subarray(entry, entry + 2);
      this.#append({ keyBytes: keys, keyStart, keyEnd, keyHash: hashes[entry] ?? 0 }, value);
    }
    // Entries are mostly in the order of the body.
    for (let entry = 0; entry < kept.length; entry++) this.#successors[entry] = entry + 1;
  }

  /** Lets go of a reader, and of the body that it holds, when that has been read. */
  leaveReader(): void {
    this.#reader = undefined;
  }

  values(): IterableIterator<Value> {
    return this.#values.values();
  }

  /** The value of an entry that there is. */
  value(entry: number): Value {
    const value = this.#values[entry];
    assert(value !== undefined, "the entry is one of the table");
    return value;
  }

  #reset(): void {
    this.#slots = new Int32Array(64);
    this.#values = [];
    this.#hashes = new Int32Array(32);
    this.#keyStarts = new Uint32Array(33);
    this.#keys = new Uint8Array(2_048);
    this.#keyView = new DataView(this.#keys.buffer);
    this.#successors = new Int32Array(32);
    this.#previous = 0;
    this.#reader = undefined;
  }

  #entryOf(key: SeriesKey): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = key.keyHash | 0;
    for (let slot = mixed(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] ?? 0) - 1;
      if (entry < 0 || (this.#hashes[entry] === hash && this.#isKeyOf(entry, key))) return entry;
    }
  }

  #append(key: SeriesKey, value: Value): number {
    const entry = this.#values.length;
    this.#reserve(entry + 1, key.keyEnd - key.keyStart);
    const start = this.#keyStarts[entry] ?? 0;
    this.#keys.set(key.keyBytes.subarray(key.keyStart, key.keyEnd), start);
    this.#keyStarts[entry + 1] = start + key.keyEnd - key.keyStart;
    this.#hashes[entry] = key.keyHash;
    this.#values.push(value);
    this.#place(entry);
    return entry;
  }

  #moveTo(entry: number, reader: ExpositionReader): void {
    this.#previous = entry;
    const next = this.#successors[entry] ?? 0;
    const start = this.#keyStarts[next] ?? 0;
    const end = this.#keyStarts[next + 1] ?? 0;
    reader.expect(this.#keyView, start, Math.max(start, end));
    this.#reader = reader;
  }

  #isKeyOf(entry: number, key: SeriesKey): boolean {
    const { keyBytes, keyStart } = key;
    const start = this.#keyStarts[entry] ?? 0;
    const length = (this.#keyStarts[entry + 1] ?? 0) - start;
    if (length !== key.keyEnd - keyStart) return false;
    const keys = this.#keys;
    for (let at = 0; at < length; at++) {
      if (keys[start + at] !== keyBytes[keyStart + at]) return false;
    }
    return true;
  }

  #place(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = mixed(this.#hashes[entry] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry + 1;
  }

  #reserve(entries: number, keyBytes: number): void {
    const neededBytes = (this.#keyStarts[entries - 1] ?? 0) + keyBytes;
    if (neededBytes > this.#keys.length) {
      const grown = new Uint8Array(Math.max(neededBytes, this.#keys.length * 2));
      grown.set(this.#keys);
      this.#keys = grown;
      this.#keyView = new DataView(grown.buffer);
    }
    if (entries <= this.#hashes.length) return;
    const hashes = new Int32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const successors = new Int32Array(hashes.length);
    successors.set(this.#successors);
    this.#successors = successors;
    const keyStarts = new Uint32Array(hashes.length + 1);
    keyStarts.set(this.#keyStarts);
    this.#keyStarts = keyStarts;
    this.#slots = new Int32Array(hashes.length * 2);
    for (let entry = 0; entry < entries - 1; entry++) this.#place(entry);
  }
}

/** Spreads a hash over the low bits, which choose the slot. */
function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}
