const two32 = 0x1_0000_0000;

/** Writes bits, most significant first, at the end of a growing buffer. */
export class BitWriter {
  #bytes: Uint8Array;
  #length: number;
  /** Bits of the last byte that are still to be written, the rightmost ones. */
  #free: number;

  /** Goes on behind the first `bitCount` bits of `bytes`, whose further bits are 0; takes it over. */
  constructor(bytes: Uint8Array, bitCount: number) {
    this.#bytes = bytes;
    this.#length = Math.ceil(bitCount / 8);
    this.#free = this.#length * 8 - bitCount;
  }

  get byteLength(): number {
    return this.#length;
  }

  /** What is written so far, without a copy; bits not yet written are 0. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Changes a byte that was written before. */
  setByte(index: number, byte: number): void {
    this.#bytes[index] = byte;
  }

  writeBit(bit: number): void {
    if (this.#free === 0) this.#push();
    this.#free--;
    if (bit !== 0) this.#bytes[this.#length - 1] = this.#last() | (1 << this.#free);
  }

  /** Writes the rightmost `count` (1 to 32) bits of `value`. */
  writeBits(value: number, count: number): void {
    let left = count;
    while (left > 0) {
      if (this.#free === 0) this.#push();
      const taken = left < this.#free ? left : this.#free;
      left -= taken;
      this.#free -= taken;
      const bits = (value >>> left) & ((1 << taken) - 1);
      this.#bytes[this.#length - 1] = this.#last() | (bits << this.#free);
    }
  }

  /** Writes the rightmost `count` (1 to 64) bits of two words of 32. */
  writeWords(high: number, low: number, count: number): void {
    if (count > 32) this.writeBits(high, count - 32);
    this.writeBits(low, count < 32 ? count : 32);
  }

  /** Writes a whole number as the rightmost `count` (33 to 64) bits of its two's complement. */
  writeWhole(whole: number, count: number): void {
    this.writeWords(Math.floor(whole / two32), whole % two32, count);
  }

  /** Writes seven bits a byte, the lowest first, as variable-length integers are in Go. */
  writeUvarint(whole: number): void {
    let rest = whole;
    while (rest >= 0x80) {
      this.writeBits((rest % 0x80) | 0x80, 8);
      rest = Math.floor(rest / 0x80);
    }
    this.writeBits(rest, 8);
  }

  /** Writes a signed number as an unsigned one: 0, −1, 1, −2, … become 0, 1, 2, 3, …. */
  writeVarint(whole: number): void {
    // The lowest bit is the sign. It is split off first: doubling could lose the number's own.
    const magnitude = whole < 0 ? -1 - whole : whole;
    const sign = whole < 0 ? 1 : 0;
    const first = ((magnitude % 0x40) << 1) | sign;
    if (magnitude < 0x40) return this.writeBits(first, 8);
    this.writeBits(first | 0x80, 8);
    this.writeUvarint(Math.floor(magnitude / 0x40));
  }

  #last(): number {
    return this.#bytes[this.#length - 1] ?? 0;
  }

  #push(): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(Math.max(32, this.#length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#length++;
    this.#free = 8;
  }
}
