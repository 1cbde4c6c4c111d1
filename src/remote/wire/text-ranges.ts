/** Where texts stand in a request: beginning and end of each. */
export class TextRanges {
  count = 0;
  #bounds = new Uint32Array(64);

  clear(): void {
    this.count = 0;
  }

  add(start: number, end: number): void {
    const at = this.count * 2;
    if (at === this.#bounds.length) {
      const larger = new Uint32Array(at * 2);
      larger.set(this.#bounds);
      this.#bounds = larger;
    }
    this.#bounds[at] = start;
    this.#bounds[at + 1] = end;
    this.count++;
  }

  start(index: number): number {
    return this.#bounds[index * 2] ?? 0;
  }

  end(index: number): number {
    return this.#bounds[index * 2 + 1] ?? 0;
  }
}
