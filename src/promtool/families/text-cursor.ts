import { quoteGo } from "#base";
import { FamilyError } from "./family.ts";

/**
 * Reads a text character by character. Every line ends with a line break; running into the end of the
 * text anywhere else is an error of its own.
 */
export class TextCursor {
  readonly #text: string;
  #position = 0;
  line = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  /** The character here. Throws at the end of the text. */
  peek(): string {
    const character = this.#text[this.#position];
    if (character === undefined) throw this.problem("unexpected end of input stream");
    return character;
  }

  take(): string {
    const character = this.peek();
    this.#position++;
    return character;
  }

  skipBlanks(): void {
    while (!this.isAtEnd && isBlank(this.peek())) this.#position++;
  }

  /** Everything up to a blank or the end of the line. */
  takeWord(): string {
    const start = this.#position;
    for (let next = this.peek(); !isBlank(next) && next !== "\n"; next = this.peek()) {
      this.#position++;
    }
    return this.#text.slice(start, this.#position);
  }

  /** Everything up to the end of the line, which is passed. */
  takeLine(): string {
    const end = this.#text.indexOf("\n", this.#position);
    if (end < 0) {
      this.#position = this.#text.length;
      throw this.problem("unexpected end of input stream");
    }
    const line = this.#text.slice(this.#position, end);
    this.#position = end + 1;
    return line;
  }

  /** A name without quotes, by the characters that may begin it and go on in it; or one in quotes. */
  takeName(what: "metric" | "label"): string {
    if (!this.isAtEnd && this.peek() === '"') {
      this.#position++;
      return this.takeQuoted(`${what} name`);
    }
    const found = what === "metric" ? /[a-zA-Z_:][a-zA-Z0-9_:]*/y : /[a-zA-Z_][a-zA-Z0-9_]*/y;
    found.lastIndex = this.#position;
    const [name = ""] = found.exec(this.#text) ?? [];
    this.#position += name.length;
    this.peek();
    return name;
  }

  /** A text up to its closing quote, which is passed; the opening one was. */
  takeQuoted(what: string): string {
    let text = "";
    for (let next = this.take(); next !== '"'; next = this.take()) {
      if (next === "\n") throw this.problem(`${what} ${quoteGo(text)} contains unescaped new-line`);
      text += next === "\\" ? this.#takeEscape() : next;
    }
    return text;
  }

  problem(text: string): FamilyError {
    return new FamilyError(this.line, text);
  }

  #takeEscape(): string {
    const escaped = this.take();
    if (escaped === "n") return "\n";
    if (escaped === "\\" || escaped === '"') return escaped;
    throw this.problem(`invalid escape sequence '\\${escaped}'`);
  }
}

export function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

/** A character as Go's `%q` shows one: `'x'`, `'\n'`. */
export function quoteCharacter(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  return `'${quoteGo(character).slice(1, -1)}'`;
}
