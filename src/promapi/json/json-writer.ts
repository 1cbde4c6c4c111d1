import { doubleBytesMax, writeDouble } from "./double-digits.ts";
import { labelText } from "./go-json.ts";
import { formatValue, timestampJson } from "./time-json.ts";

/** Writes a part of a text at each turn, so that in between what is written can be sent. */
export type JsonSource = (writer: JsonWriter) => Iterable<void>;

/** Pieces are not larger than that by much. */
const bytesMax = 128 * 1024;
const bytesFirst = 1024;

/**
 * Writes JSON into bytes, for answers of a million numbers: none of them becomes part of a string.
 * What has been written is taken off in large pieces.
 */
export class JsonWriter {
  #bytes = new Uint8Array(bytesFirst);
  #length = 0;
  readonly #encoder = new TextEncoder();

  get length(): number {
    return this.#length;
  }

  /** Everything since the last time; it is the caller's now. */
  take(): Uint8Array {
    const taken = this.rest();
    this.#bytes = new Uint8Array(bytesMax);
    this.#length = 0;
    return taken;
  }

  /** Everything since the last time, when nothing more is written. */
  rest(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Makes room for so many bytes at once rather than by and by, up to the size of a piece. */
  expect(byteCount: number): void {
    this.#reserve(Math.min(byteCount, bytesMax - this.#length));
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

  /** Writes milliseconds as seconds, as `timestampJson` gives them. */
  time(ms: number): void {
    this.#reserve(doubleBytesMax);
    const isWhole = ms % 1000 === 0;
    const end = isWhole ? writeDouble(this.#bytes, this.#length, ms / 1000) : -1;
    if (end < 0) this.ascii(timestampJson(ms));
    else this.#length = end;
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
