const two32 = 0x1_0000_0000;
const textEncoder = new TextEncoder();
/** A UTF-16 unit takes up to three bytes of UTF-8. */
const bytesPerUnitMax = 3;

/** Writes numbers and texts, most significant byte first, at the end of a growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What is written so far, without a copy: good until the next write or `clear`. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(byte: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
  }

  uint16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value);
    this.#length += 2;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  /** A whole number, also a negative one, in eight bytes. */
  int64(whole: number): void {
    this.uint32(Math.floor(whole / two32));
    this.uint32(whole % two32);
  }

  bigUint64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, value);
    this.#length += 8;
  }

  /** A double; of NaNs nothing but that is kept. */
  double(value: number): void {
    if (value !== value) return this.words(0x7ff80000, 1);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** Eight bytes, as two words of 32 bits. */
  words(high: number, low: number): void {
    this.uint32(high);
    this.uint32(low);
  }

  /** Seven bits a byte, the lowest first, as variable-length integers are in Go. */
  uvarint(whole: number): void {
    this.#reserve(10);
    let rest = whole;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A signed number as an unsigned one: 0, −1, 1, −2, … become 0, 1, 2, 3, …. */
  varint(whole: number): void {
    // The lowest bit is the sign. It is split off first: doubling could lose the number's own.
    const magnitude = whole < 0 ? -1 - whole : whole;
    const first = ((magnitude % 0x40) << 1) | (whole < 0 ? 1 : 0);
    if (magnitude < 0x40) return this.byte(first);
    this.byte(first | 0x80);
    this.uvarint(Math.floor(magnitude / 0x40));
  }

  /** The length in bytes, then the text in UTF-8. */
  text(text: string): void {
    if (this.#asciiText(text)) return;
    const bytes = textEncoder.encode(text);
    this.uvarint(bytes.length);
    this.bytes(bytes);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Zeros up to the next multiple of `size`. */
  pad(size: number): void {
    const count = (size - (this.#length % size)) % size;
    this.#reserve(count);
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
  }

  /** Changes four bytes that were written before. */
  setUint32(offset: number, value: number): void {
    this.#view.setUint32(offset, value);
  }

  /** Writes nothing when the text is not ASCII: most are, and need no encoder. */
  #asciiText(text: string): boolean {
    this.#reserve(text.length * bytesPerUnitMax + 10);
    const start = this.#length;
    this.uvarint(text.length);
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#length = start;
        return false;
      }
      this.#bytes[this.#length++] = code;
    }
    return true;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
