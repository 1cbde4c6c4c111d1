import { formatValue } from "./time-json.ts";

/** Writes a part of a text at each turn, so that in between what is written can be sent. */
export type JsonSource = (writer: JsonWriter) => Iterable<void>;

const bytesAtFirst = 4 * 1024;
/** Of what follows a first piece: the answer is a large one. */
const bytesLater = 128 * 1024;
/** The most that one number takes, with its quotes. */
const numberBytesMax = 32;

/**
 * Writes JSON into bytes, for answers of a million numbers: none of them becomes part of a string.
 * What has been written is taken off in large pieces.
 */
export class JsonWriter {
  #bytes = new Uint8Array(bytesAtFirst);
  #length = 0;
  readonly #encoder = new TextEncoder();

  get length(): number {
    return this.#length;
  }

  /** Everything since the last time; it is the caller's now. */
  take(): Uint8Array {
    const taken = this.rest();
    this.#bytes = new Uint8Array(bytesLater);
    this.#length = 0;
    return taken;
  }

  /** Everything since the last time, when nothing more is written. */
  rest(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes any text. */
  text(text: string): void {
    this.#reserve(3 * text.length);
    this.#length += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written;
  }

  /** Writes a text of ASCII alone, which for short ones is quicker. */
  ascii(text: string): void {
    this.#reserve(text.length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) bytes[at++] = text.charCodeAt(index);
    this.#length = at;
  }

  /** Writes a sample's value in quotes. */
  value(value: number): void {
    this.#reserve(numberBytesMax);
    this.#bytes[this.#length++] = quote;
    if (value === (value | 0) && value > 0) this.#wholeNumber(value);
    else this.ascii(formatValue(value));
    this.#bytes[this.#length++] = quote;
  }

  /** A positive number of 31 bits, its digits from the last one on. */
  #wholeNumber(value: number): void {
    const bytes = this.#bytes;
    const end = this.#length + digitsOf(value);
    let at = end;
    let rest = value;
    while (rest > 0) {
      const tenth = (rest / 10) | 0;
      bytes[--at] = zero + rest - 10 * tenth;
      rest = tenth;
    }
    this.#length = end;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const quote = 0x22;
const zero = 0x30;

function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; bound <= value; bound *= 10) count++;
  return count;
}
