import { ByteReader } from "../bytes/byte-reader.ts";
import { FormatError } from "../bytes/format-error.ts";

/** So many texts of one index are kept as such: those of the last queries. */
const textsMax = 1 << 16;
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The texts of an index by number. Their bytes stay as they were read; texts are made when asked for. */
export class Symbols {
  readonly #bytes: Uint8Array;
  /** Where each text begins; behind the last one, where it ends. */
  readonly #starts: Uint32Array;
  readonly #texts = new Map<number, string>();

  /** `section` is the content of the symbol section. Throws `FormatError`. */
  constructor(section: Uint8Array) {
    const reader = new ByteReader(section);
    const count = reader.uint32();
    if (count > reader.left) throw new FormatError(`no room for ${count} symbols`);
    this.#bytes = section;
    this.#starts = new Uint32Array(count + 1);
    for (let number = 0; number < count; number++) {
      this.#starts[number] = reader.at;
      reader.bytes(reader.uvarint());
    }
    this.#starts[count] = reader.at;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  /** Throws `FormatError` for a number that stands for no text. */
  text(number: number): string {
    const known = this.#texts.get(number);
    if (known !== undefined) return known;
    if (this.#texts.size >= textsMax) this.#texts.clear();
    const text = this.#decode(number);
    this.#texts.set(number, text);
    return text;
  }

  #decode(number: number): string {
    const start = this.#starts[number];
    const end = this.#starts[number + 1];
    if (start === undefined || end === undefined) throw new FormatError(`no symbol ${number}`);
    return textDecoder.decode(this.#bytes.subarray(this.#behindLength(start), end));
  }

  #behindLength(start: number): number {
    let at = start;
    while ((this.#bytes[at] ?? 0) >= 0x80) at++;
    return at + 1;
  }
}
