/** The key that is expected next, compared four bytes at a time. */
export class ExpectedKey {
  #keys: DataView = new DataView(new ArrayBuffer(0));
  #start = 0;
  /** 0 when nothing is expected. */
  length = 0;

  set(keys: DataView, start: number, end: number): void {
    this.#keys = keys;
    this.#start = start;
    this.length = end - start;
  }

  /** Whether the key's bytes stand at `position`, from where there must be as many. */
  isAt(bytes: DataView, position: number): boolean {
    const { length } = this;
    const keys = this.#keys;
    const start = this.#start;
    let at = 0;
    for (; at + 4 <= length; at += 4) {
      if (bytes.getInt32(position + at) !== keys.getInt32(start + at)) return false;
    }
    for (; at < length; at++) {
      if (bytes.getUint8(position + at) !== keys.getUint8(start + at)) return false;
    }
    return true;
  }
}
