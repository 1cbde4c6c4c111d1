import { ByteReader } from "../bytes/byte-reader.ts";
import { FormatError } from "../bytes/format-error.ts";
import { TextPool } from "../bytes/text-pool.ts";

/** The texts of an index by number. Their bytes stay as they were read; texts are made when asked for. */
export class Symbols {
  readonly #bytes: Uint8Array;
  /** Where each text begins; behind the last one, where it ends. */
  readonly #starts: Uint32Array;
  readonly #pool = new TextPool(textsMax);

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

  /** Throws `FormatError` for a number that stands for no text. */
  text(number: number): string {
    const start = this.#starts[number];
    const end = this.#starts[number + 1];
    if (start === undefined || end === undefined) throw new FormatError(`no symbol ${number}`);
    const lengthEnd = this.#behindLength(start);
    return this.#pool.text(this.#bytes, lengthEnd, end);
  }

  #behindLength(start: number): number {
    let at = start;
    while ((this.#bytes[at] ?? 0) >= 0x80) at++;
    return at + 1;
  }
}

/** So many texts of one index are kept as such: those of the last queries. */
const textsMax = 1 << 16;
