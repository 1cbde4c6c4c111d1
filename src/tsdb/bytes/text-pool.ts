const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** With more texts than this the pool starts anew: it serves reading, it is no index. */
const textsMax = 1 << 20;

/**
 * Texts by their UTF-8 bytes: a text that was read before is found without decoding, and equal ones
 * are one string in memory. Labels repeat all the time, so most texts of a log or an index do.
 */
export class TextPool {
  #slots = new Int32Array(1 << 10).fill(-1);
  #texts: string[] = [];
  #bytes: Uint8Array[] = [];

  /** The text in `bytes` from `start` to `end`. */
  text(bytes: Uint8Array, start: number, end: number): string {
    let slot = hashOf(bytes, start, end) & (this.#slots.length - 1);
    for (;;) {
      const entry = this.#slots[slot] ?? -1;
      if (entry < 0) return this.#add(slot, bytes.slice(start, end));
      if (this.#isEntry(entry, bytes, start, end)) return this.#texts[entry] ?? "";
      slot = (slot + 1) & (this.#slots.length - 1);
    }
  }

  #isEntry(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const known = this.#bytes[entry];
    if (known === undefined || known.length !== end - start) return false;
    for (let index = 0; index < known.length; index++) {
      if (known[index] !== bytes[start + index]) return false;
    }
    return true;
  }

  #add(slot: number, bytes: Uint8Array): string {
    const text = textDecoder.decode(bytes);
    this.#slots[slot] = this.#texts.length;
    this.#texts.push(text);
    this.#bytes.push(bytes);
    if (this.#texts.length * 2 > this.#slots.length) this.#grow();
    return text;
  }

  #grow(): void {
    if (this.#texts.length >= textsMax) {
      this.#texts = [];
      this.#bytes = [];
    }
    this.#slots = new Int32Array(this.#slots.length * (this.#texts.length === 0 ? 1 : 2)).fill(-1);
    const mask = this.#slots.length - 1;
    for (const [entry, bytes] of this.#bytes.entries()) {
      let slot = hashOf(bytes, 0, bytes.length) & mask;
      while ((this.#slots[slot] ?? -1) >= 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash ^ (hash >>> 15);
}
