const textEncoder = new TextEncoder();

/** Puts the key of a series together from parts of a message. */
export class KeyBuilder {
  bytes = new Uint8Array(256);
  length = 0;
  view = new DataView(this.bytes.buffer);

  /** Starts a key with the name of the series and a byte that no name has. */
  begin(name: string): void {
    this.length = 0;
    // A UTF-16 unit is at most three bytes.
    this.#reserve(name.length * 3 + 1);
    this.length = textEncoder.encodeInto(name, this.bytes).written;
    this.bytes[this.length++] = 0xff;
  }

  append(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    this.bytes.set(source.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** Texts, each behind a byte that none of them has. */
  appendText(...texts: readonly string[]): void {
    for (const text of texts) {
      this.#reserve(text.length * 3 + 1);
      this.bytes[this.length++] = 0xff;
      this.length += textEncoder.encodeInto(text, this.bytes.subarray(this.length)).written;
    }
  }

  appendNumber(value: number): void {
    this.#reserve(9);
    this.bytes[this.length] = 0xff;
    this.view.setFloat64(this.length + 1, value);
    this.length += 9;
  }

  hash(): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.length; at++) {
      hash = Math.imul(hash ^ (this.bytes[at] ?? 0), 0x01000193);
    }
    return hash;
  }

  #reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
