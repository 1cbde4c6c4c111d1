/**
 * Columns put together into one piece of bytes and taken apart again without copying: a count, the
 * length of each part, and the parts, each at a multiple of 8 so that any typed array fits on it.
 */

/** Copies the parts, as they are now, into one piece. */
export function pack(parts: readonly ArrayBufferView[]): Uint8Array<ArrayBuffer> {
  const headBytes = aligned(4 + parts.length * 4);
  const total = parts.reduce((sum, part) => sum + aligned(part.byteLength), headBytes);
  const bytes = new Uint8Array(total);
  const header = new Uint32Array(bytes.buffer, 0, headBytes / 4);
  header[0] = parts.length;
  let at = headBytes;
  for (const [index, part] of parts.entries()) {
    header[index + 1] = part.byteLength;
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += aligned(part.byteLength);
  }
  return bytes;
}

/** The parts of a piece that begins at a multiple of 8 in its buffer. Throws on lengths that cannot be. */
export function unpack(bytes: Uint8Array): Unpacked {
  const word = (index: number) => readWord(bytes, index);
  const count = word(0);
  let at = aligned(4 + count * 4);
  const parts: Uint8Array[] = [];
  for (let index = 0; index < count; index++) {
    const length = word(index + 1);
    if (at + length > bytes.length) throw new Error("columns do not fit their length");
    parts.push(bytes.subarray(at, at + length));
    at += aligned(length);
  }
  return new Unpacked(parts);
}

export class Unpacked {
  readonly #parts: readonly Uint8Array[];

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
  }

  bytes(index: number): Uint8Array {
    const part = this.#parts[index];
    if (part === undefined) throw new Error(`column ${index} is missing`);
    return part;
  }

  doubles(index: number): Float64Array {
    const part = this.bytes(index);
    return new Float64Array(part.buffer, part.byteOffset, part.byteLength / 8);
  }

  words(index: number): Uint32Array {
    const part = this.bytes(index);
    return new Uint32Array(part.buffer, part.byteOffset, part.byteLength / 4);
  }

  shorts(index: number): Uint16Array {
    const part = this.bytes(index);
    return new Uint16Array(part.buffer, part.byteOffset, part.byteLength / 2);
  }

  text(index: number): string {
    return new TextDecoder().decode(this.bytes(index));
  }
}

/**
 * A checksum of bytes that begin at a multiple of 4. Four lanes of FNV-1a over whole words: a change of
 * one word always shows, and gigabytes a second are checked.
 */
export function checksum(bytes: Uint8Array): number {
  const wordCount = bytes.length >>> 2;
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, wordCount);
  let a = 0x811c9dc5;
  let b = 0x24234428;
  let c = 0x5bd1e995;
  let d = 0x61c8864f;
  let at = 0;
  for (const end = wordCount - 3; at < end; at += 4) {
    a = round(a, words[at] ?? 0);
    b = round(b, words[at + 1] ?? 0);
    c = round(c, words[at + 2] ?? 0);
    d = round(d, words[at + 3] ?? 0);
  }
  for (; at < wordCount; at++) a = round(a, words[at] ?? 0);
  for (let index = wordCount * 4; index < bytes.length; index++) b = round(b, bytes[index] ?? 0);
  let hash = rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18) + bytes.length;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function round(lane: number, word: number): number {
  return Math.imul(lane ^ word, 0x01000193);
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function aligned(bytes: number): number {
  return (bytes + 7) & ~7;
}

function readWord(bytes: Uint8Array, index: number): number {
  const at = index * 4;
  if (at + 4 > bytes.length) throw new Error("columns are cut short");
  return new Uint32Array(bytes.buffer, bytes.byteOffset + at, 1)[0] ?? 0;
}
