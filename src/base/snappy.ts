import { compress } from "snappyjs";

/** Bytes that are no snappy block, or one that is too long. */
export class SnappyError extends Error {
  constructor(problem: string) {
    super(problem);
    this.name = "SnappyError";
  }
}

/** What a tag's two lowest bits say that follows: bytes, or how far back bytes are to be repeated. */
const literal = 0;
const nearCopy = 1;
/** Fewer bytes are copied quicker one by one. */
const blockCopyMin = 24;

/** Compresses to one snappy block. */
export function compressSnappy(bytes: Uint8Array): Uint8Array {
  return compress(bytes);
}

/** The inverse of `compressSnappy`. Throws `SnappyError`, also for more than `bytesMax` bytes. */
export function decompressSnappy(block: Uint8Array, bytesMax: number): Uint8Array {
  const header = readHeader(block, bytesMax);
  const out = new Uint8Array(header.length);
  unpackInto(out, block, header.at);
  return out;
}

/** Longer blocks than this get memory of their own. */
const keptBytesMax = 4 * 1024 * 1024;

/** Unpacks one block after the other into the same memory. */
export class SnappyUnpacker {
  readonly #bytesMax: number;
  #out = new Uint8Array(0);

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Like `decompressSnappy`; what it gives is good until the next call. */
  unpack(block: Uint8Array): Uint8Array {
    const { length, at } = readHeader(block, this.#bytesMax);
    const out = this.#roomFor(length).subarray(0, length);
    unpackInto(out, block, at);
    return out;
  }

  #roomFor(length: number): Uint8Array {
    if (length > keptBytesMax) return new Uint8Array(length);
    if (length > this.#out.length) {
      this.#out = new Uint8Array(Math.min(Math.ceil(length * 1.25), keptBytesMax));
    }
    return this.#out;
  }
}

function readHeader(block: Uint8Array, bytesMax: number): Header {
  const header = readLength(block);
  if (header.length > bytesMax) {
    throw new SnappyError(`snappy block of ${header.length} bytes, at most ${bytesMax} allowed`);
  }
  // A copy of three bytes makes at most 64, so a longer claim cannot be true.
  if (header.length > block.length * 32) throw corrupt();
  return header;
}

/** Unpacks what stands in a block from `start` on, which has to fill `bytes` exactly. */
function unpackInto(bytes: Uint8Array, block: Uint8Array, start: number): void {
  const out = new Unpacked(bytes);
  let from = start;
  while (from < block.length) {
    const tag = block[from++] ?? 0;
    const numberBytes = numberBytesOf(tag);
    const number = readNumber(block, from, numberBytes);
    from += numberBytes;
    const length = lengthOf(tag, number);
    if ((tag & 3) === literal) {
      out.append(block, from, length);
      from += length;
    } else {
      out.repeat(distanceOf(tag, number), length);
    }
  }
  out.checkFull();
}

/** What is unpacked so far. */
class Unpacked {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  append(block: Uint8Array, from: number, length: number): void {
    const end = from + length;
    if (end > block.length || length > this.#bytes.length - this.#length) throw corrupt();
    if (length >= blockCopyMin) {
      this.#bytes.set(block.subarray(from, end), this.#length);
      this.#length += length;
      return;
    }
    for (let at = from; at < end; at++) this.#bytes[this.#length++] = block[at] ?? 0;
  }

  /** Appends what lies `distance` back; some of that may be written by the copy itself. */
  repeat(distance: number, length: number): void {
    const start = this.#length - distance;
    if (distance === 0 || start < 0) throw corrupt();
    if (length > this.#bytes.length - this.#length) throw corrupt();
    if (length >= blockCopyMin && distance >= length) {
      this.#bytes.copyWithin(this.#length, start, start + length);
      this.#length += length;
      return;
    }
    for (let at = start; at < start + length; at++) {
      this.#bytes[this.#length++] = this.#bytes[at] ?? 0;
    }
  }

  checkFull(): void {
    if (this.#length !== this.#bytes.length) throw corrupt();
  }
}

/** How long a block will be, and where that is told no more. */
interface Header {
  readonly length: number;
  readonly at: number;
}

function readLength(block: Uint8Array): Header {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = block[at];
    if (byte === undefined) break;
    length += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { length, at: at + 1 };
  }
  throw corrupt();
}

/** How many bytes behind a tag are its number: of a long literal the length, of a copy the distance. */
function numberBytesOf(tag: number): number {
  const kind = tag & 3;
  if (kind === literal) return tag < 60 << 2 ? 0 : (tag >>> 2) - 59;
  return kind === 3 ? 4 : kind;
}

function lengthOf(tag: number, number: number): number {
  const kind = tag & 3;
  if (kind === literal) return (tag < 60 << 2 ? tag >>> 2 : number) + 1;
  return kind === nearCopy ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
}

function distanceOf(tag: number, number: number): number {
  return (tag & 3) === nearCopy ? ((tag >>> 5) << 8) | number : number;
}

/** A number of `count` bytes, the lowest first. */
function readNumber(block: Uint8Array, at: number, count: number): number {
  if (at + count > block.length) throw corrupt();
  let number = 0;
  for (let index = count - 1; index >= 0; index--) number = number * 256 + (block[at + index] ?? 0);
  return number;
}

function corrupt(): SnappyError {
  return new SnappyError("snappy: corrupt input");
}
