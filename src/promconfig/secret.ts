/** A text that shows itself nowhere: printing, logging and JSON give `<secret>`. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself, for the one place that sends it. */
  reveal(): string {
    return this.#text;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  toString(): string {
    return shownSecret;
  }

  toJSON(): string {
    return shownSecret;
  }
}

export const shownSecret = "<secret>";
export const noSecret = new Secret("");
