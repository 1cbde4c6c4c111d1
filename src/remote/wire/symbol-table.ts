/** The texts of a request of remote write 2.0, each once. The first is always the empty one. */
export class SymbolTable {
  readonly #refs = new Map<string, number>([["", 0]]);

  get list(): Iterable<string> {
    return this.#refs.keys();
  }

  /** The text's number; a new text gets the next one. */
  refOf(text: string): number {
    const known = this.#refs.get(text);
    if (known !== undefined) return known;
    const ref = this.#refs.size;
    this.#refs.set(text, ref);
    return ref;
  }
}
