import { doubleBytesMax, writeDouble } from "./double-digits.ts";
import { labelText } from "./go-json.ts";
import { formatValue } from "./time-json.ts";

/** Writes a part of a text at each turn, so that in between what is written can be sent. */
export type JsonSource = (writer: JsonWriter) => Iterable<void>;

/** Of what follows a first piece: the answer is a large one. */
const bytesLater = 128 * 1024;

/**
 * Writes JSON into bytes, for answers of a million numbers: none of them becomes part of a string.
 * What has been written is taken off in large pieces.
 */
export class JsonWriter {
  #bytes: Uint8Array;
  #length = 0;
  readonly #encoder = new TextEncoder();

  constructor(bytesFirst = 1024) {
    this.#bytes = new Uint8Array(bytesFirst);
  }

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

  /** Writes again what another one has written, from one length of its to another. */
  copy(other: JsonWriter, from: number, end: number): void {
    this.#reserve(end - from);
    const [source, bytes] = [other.#bytes, this.#bytes];
    let at = this.#length;
    for (let index = from; index < end; index++) bytes[at++] = source[index] ?? 0;
    this.#length = at;
  }

  /** Writes a label's name or value in quotes, as `labelText` gives it. */
  label(text: string): void {
    this.#reserve(text.length + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = quote;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit < space || unit > tilde || unit === quote || unit === backslash) {
        this.text(labelText(text));
        return;
      }
      bytes[at++] = unit;
    }
    bytes[at++] = quote;
    this.#length = at;
  }

  /** Writes a sample's value in quotes. */
  value(value: number): void {
    this.#reserve(doubleBytesMax + 2);
    this.#bytes[this.#length++] = quote;
    const end = writeDouble(this.#bytes, this.#length, value);
    if (end < 0) this.ascii(formatValue(value));
    else this.#length = end;
    this.#bytes[this.#length++] = quote;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
const tilde = 0x7e;
