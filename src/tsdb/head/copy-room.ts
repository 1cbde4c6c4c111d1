const pageBytesFirst = 256;
const pageBytesMax = 32 * 1024;

/**
 * Room for many small copies that are needed as long as each other. They share pages: an array buffer
 * of its own costs each copy more to make and to collect than its bytes do.
 */
export class CopyRoom {
  #page = new Uint8Array(0);
  #used = 0;

  /** So many bytes that nobody else has. */
  take(byteCount: number): Uint8Array {
    if (this.#used + byteCount > this.#page.length) this.#turnPage(byteCount);
    const taken = this.#page.subarray(this.#used, this.#used + byteCount);
    this.#used += byteCount;
    return taken;
  }

  /** Pages grow, so that few copies take little. */
  #turnPage(byteCount: number): void {
    const grown = Math.min(pageBytesMax, this.#page.length * 2);
    this.#page = new Uint8Array(Math.max(pageBytesFirst, grown, byteCount));
    this.#used = 0;
  }
}
