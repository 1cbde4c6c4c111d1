import { FormatError } from "./format-error.ts";
import type { TextPool } from "./text-pool.ts";

const two32 = 0x1_0000_0000;
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads what a `ByteWriter` writes. Reading beyond the end throws `FormatError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #pool: TextPool | undefined;
  #at: number;

  /** Texts come from `pool` when there is one. */
  constructor(bytes: Uint8Array, start = 0, pool?: TextPool) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#pool = pool;
    this.#at = start;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** Eight bytes, unsigned; exact up to 2^53. */
  uint64(): number {
    return this.uint32() * two32 + this.uint32();
  }

  /** Eight bytes, signed; exact up to 2^53. */
  int64(): number {
    return this.int32() * two32 + this.uint32();
  }

  bigUint64(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** A double, as far as a number holds it: its kind of NaN may get lost. */
  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** Exact up to 2^53. */
  uvarint(): number {
    let whole = 0;
    let unit = 1;
    for (let count = 0; count < 10; count++) {
      const byte = this.byte();
      if (byte < 0x80) return whole + byte * unit;
      whole += (byte & 0x7f) * unit;
      unit *= 0x80;
    }
    throw new FormatError("variable-length integer is longer than 64 bits");
  }

  varint(): number {
    const first = this.byte();
    const rest = first < 0x80 ? 0 : this.uvarint();
    const magnitude = rest * 0x40 + ((first & 0x7f) >> 1);
    return (first & 1) === 0 ? magnitude : -1 - magnitude;
  }

  text(): string {
    const length = this.uvarint();
    const start = this.#take(length);
    return this.#pool === undefined
      ? textDecoder.decode(this.#bytes.subarray(start, this.#at))
      : this.#pool.text(this.#bytes, start, this.#at);
  }

  /** Without a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, this.#at);
  }

  /**
   * How many things come, each of which takes `bytesMin` bytes at least: a count that cannot be true
   * is refused before room is made for it.
   */
  count(bytesMin: number): number {
    const count = this.uvarint();
    if (count * bytesMin > this.left) throw new FormatError(`no room for ${count} entries`);
    return count;
  }

  /** Moves on by `count` bytes and returns where they begin. */
  #take(count: number): number {
    const start = this.#at;
    if (count > this.#bytes.length - start) throw new FormatError("ends too early");
    this.#at = start + count;
    return start;
  }
}
