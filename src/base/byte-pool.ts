/**
 * Numbers for short runs of bytes: equal bytes get the same number, others another one.
 *
 * A hash table in flat arrays. What was seen before is found without creating anything, and a
 * million runs are a few blocks of memory, which the garbage collector need not walk.
 */
export class BytePool {
  #count = 0;
  /** For each hash slot one more than a number; 0 is free. */
  #slots = new Int32Array(64);
  #hashes = new Int32Array(32);
  /** Where each run begins; one more than there are runs, so that it also ends there. */
  #starts = new Uint32Array(33);
  #bytes = new Uint8Array(1_024);

  /** How many numbers were given: 0 up to, not including, this one. */
  get count(): number {
    return this.#count;
  }

  /** Bytes that the pool takes. */
  get byteLength(): number {
    const index = this.#slots.byteLength + this.#hashes.byteLength + this.#starts.byteLength;
    return index + this.#bytes.byteLength;
  }

  /** The number of the bytes from `start` to `end`; bytes that are new get the next one. */
  numberOf(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end);
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const number = (slots[slot] ?? 0) - 1;
      if (number < 0) break;
      if (this.#hashes[number] === hash && this.#isRun(number, bytes, start, end)) return number;
      slot = (slot + 1) & mask;
    }
    return this.#add(hash, bytes.subarray(start, end));
  }

  /** The bytes of a number, good until the next one is given. */
  view(number: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[number], this.#starts[number + 1]);
  }

  #isRun(number: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[number] ?? 0;
    const length = (this.#starts[number + 1] ?? 0) - from;
    if (length !== end - start) return false;
    const own = this.#bytes;
    for (let at = 0; at < length; at++) if (own[from + at] !== bytes[start + at]) return false;
    return true;
  }

  #add(hash: number, run: Uint8Array): number {
    const number = this.#count;
    this.#reserve(number + 1, run.length);
    const start = this.#starts[number] ?? 0;
    this.#bytes.set(run, start);
    this.#starts[number + 1] = start + run.length;
    this.#hashes[number] = hash;
    this.#count = number + 1;
    this.#place(number);
    return number;
  }

  #place(number: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[number] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = number + 1;
  }

  #reserve(count: number, runBytes: number): void {
    const neededBytes = (this.#starts[count - 1] ?? 0) + runBytes;
    if (neededBytes > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(neededBytes, Math.ceil(this.#bytes.length * 1.5)));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    if (count > this.#hashes.length) {
      const size = Math.ceil(this.#hashes.length * 1.5);
      this.#hashes = grown(this.#hashes, new Int32Array(size));
      this.#starts = grown(this.#starts, new Uint32Array(size + 1));
    }
    // At most three quarters are taken.
    if (count * 4 <= this.#slots.length * 3) return;
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 0; number < this.#count; number++) this.#place(number);
  }
}

function grown<Column extends Int32Array | Uint32Array>(column: Column, larger: Column): Column {
  larger.set(column);
  return larger;
}

/** Four bytes a step, for one multiplication has to wait for the other; the high bits go low at the end. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word =
      (bytes[at] ?? 0) |
      ((bytes[at + 1] ?? 0) << 8) |
      ((bytes[at + 2] ?? 0) << 16) |
      ((bytes[at + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
