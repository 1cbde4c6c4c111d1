import { BytePool } from "#base";

const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** With more texts than this the pool starts anew: it serves reading, it is no index. */
const textsMax = 1 << 20;

/**
 * Texts by their UTF-8 bytes: a text that was read before is found without decoding, and equal ones
 * are one string in memory. Labels repeat all the time, so most texts of a log or an index do.
 */
export class TextPool {
  #pool = new BytePool();
  #texts: string[] = [];

  /** The text in `bytes` from `start` to `end`. */
  text(bytes: Uint8Array, start: number, end: number): string {
    if (this.#texts.length === textsMax) {
      this.#pool = new BytePool();
      this.#texts = [];
    }
    const number = this.#pool.numberOf(bytes, start, end);
    const known = this.#texts[number];
    if (known !== undefined) return known;
    const text = textDecoder.decode(bytes.subarray(start, end));
    this.#texts.push(text);
    return text;
  }
}
