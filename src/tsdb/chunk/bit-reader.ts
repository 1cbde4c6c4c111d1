import { ChunkError } from "./chunk.ts";

const two32 = 0x1_0000_0000;

/**
 * Reads bits, most significant first. Reading beyond the end throws `ChunkError`.
 *
 * The decoders' inner loops look at the next 32 bits with `peek` and move on with `skip`, so that a
 * sample costs one load and few branches.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  /** Up to this bit a whole `peek` lies within the bytes. */
  readonly #peekEnd: number;
  readonly end: number;
  #at: number;

  constructor(bytes: Uint8Array, startByte: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length * 8;
    this.#peekEnd = this.end - 40;
    this.#at = startByte * 8;
  }

  /** The place of the next bit. */
  get at(): number {
    return this.#at;
  }

  /** The next 32 bits as a signed number: negative when the first is 1. Those beyond the end are 0. */
  peek(): number {
    const at = this.#at;
    const index = at >>> 3;
    if (at > this.#peekEnd) return this.#peekTail(index, at & 7);
    const after = (this.#bytes[index + 4] ?? 0) >>> (8 - (at & 7));
    return (this.#view.getInt32(index) << (at & 7)) | after;
  }

  skip(count: number): void {
    this.#at += count;
    if (this.#at > this.end) throw new ChunkError("chunk ends within a sample");
  }

  /** Reads `count` (1 to 32) bits as an unsigned number. */
  readBits(count: number): number {
    const bits = this.peek() >>> (32 - count);
    this.skip(count);
    return bits;
  }

  /** Reads `count` (1 to 32) bits, the first as the sign when they are 32. */
  readWord(count: number): number {
    const bits = (this.peek() >>> (32 - count)) | 0;
    this.skip(count);
    return bits;
  }

  /** Reads `count` (33 to 64) bits as a signed number; exact up to 2^53. */
  readWhole(count: number): number {
    const unused = 64 - count;
    // Shifting left and back right repeats the sign bit.
    const high = (this.readBits(count - 32) << unused) >> unused;
    return high * two32 + this.readBits(32);
  }

  readUvarint(): number {
    let whole = 0;
    let unit = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.readBits(8);
      whole += (byte & 0x7f) * unit;
      if (byte < 0x80) return whole;
      unit *= 0x80;
    }
    throw new ChunkError("variable-length integer is longer than 64 bits");
  }

  readVarint(): number {
    const first = this.readBits(8);
    const rest = first < 0x80 ? 0 : this.readUvarint();
    const magnitude = rest * 0x40 + ((first & 0x7f) >> 1);
    return (first & 1) === 0 ? magnitude : -1 - magnitude;
  }

  #peekTail(index: number, shift: number): number {
    let word = 0;
    for (let ahead = 0; ahead < 4; ahead++) word = (word << 8) | (this.#bytes[index + ahead] ?? 0);
    return (word << shift) | ((this.#bytes[index + 4] ?? 0) >>> (8 - shift));
  }
}
