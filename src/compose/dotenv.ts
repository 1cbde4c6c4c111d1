/**
 * Files of variables: `.env` and `env_file`.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/05-services.md#env_file-format
 */
import { composeError } from "./compose-error.ts";
import type { Place } from "./place.ts";
import { type Lookup, substitute } from "./template.ts";

/**
 * The variables that `text` sets, in the order of the file. Values may use variables: those that
 * `lookup` knows, then earlier ones of the file. A name alone takes the value that `lookup` has, and
 * sets nothing without one. Throws a `ComposeError`.
 */
export function parseDotenv(
  text: string,
  file: string,
  lookup: Lookup,
): ReadonlyMap<string, string> {
  return new DotenvReader(text.replace(/^\uFEFF/, ""), file, lookup).read();
}

/** Lines of `NAME=value` whose values are taken as they are, quotes and dollars and all. */
export function parseRawEnv(text: string, lookup: Lookup): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const content = line.trimStart();
    if (content === "" || content.startsWith("#")) continue;
    const end = content.indexOf("=");
    const name = (end === -1 ? content : content.slice(0, end)).trimEnd();
    const value = end === -1 ? lookup(name) : content.slice(end + 1);
    if (value !== undefined) variables.set(name, value);
  }
  return variables;
}

class DotenvReader {
  readonly #text: string;
  readonly #file: string;
  readonly #lookup: Lookup;
  readonly #variables = new Map<string, string>();
  #index = 0;

  constructor(text: string, file: string, lookup: Lookup) {
    this.#text = text;
    this.#file = file;
    this.#lookup = lookup;
  }

  read(): ReadonlyMap<string, string> {
    while (this.#skipToStatement()) this.#readStatement();
    return this.#variables;
  }

  /** Past blank lines and comments; false at the end. */
  #skipToStatement(): boolean {
    const skipped = this.#take(/(?:\s|#[^\n]*(?:\n|$))*/y);
    return skipped !== undefined && this.#index < this.#text.length;
  }

  #readStatement(): void {
    const start = this.#index;
    this.#take(/export[^\S\n]+/y);
    const name = this.#take(/[\p{L}\p{N}_.\-[\]]+/uy) ?? "";
    this.#take(/[^\S\n]*/y);
    const mark = this.#text[this.#index];
    if (name !== "" && (mark === undefined || mark === "\n")) return this.#inherit(name);
    if (name === "" || (mark !== "=" && mark !== ":")) throw this.#badName(start, mark);
    this.#index++;
    this.#take(/[^\S\n]*/y);
    const value = this.#readValue();
    // A name that starts with a digit is no variable.
    if (!/^\d/.test(name)) this.#variables.set(name, value);
  }

  #inherit(name: string): void {
    const value = this.#lookup(name);
    if (value !== undefined) this.#variables.set(name, value);
  }

  #readValue(): string {
    const quote = this.#text[this.#index];
    if (quote === "'" || quote === '"') return this.#readQuoted(quote);
    const line = this.#take(/[^\n]*/y) ?? "";
    const comment = line.indexOf(" #");
    return this.#expand((comment === -1 ? line : line.slice(0, comment)).trimEnd());
  }

  #readQuoted(quote: string): string {
    const start = this.#index;
    let content = "";
    for (let index = start + 1; index < this.#text.length; index++) {
      const char = this.#text.charAt(index);
      const next = this.#text.charAt(index + 1);
      if (char === quote) {
        this.#index = index + 1;
        return quote === '"' ? this.#expand(unescapeText(content)) : content;
      }
      if (char === "\\" && next !== "") {
        content += next === quote ? next : char + next;
        index++;
      } else {
        content += char;
      }
    }
    const line = this.#text.slice(start).split("\n")[0] ?? "";
    throw this.#problem(`unterminated quoted value ${line}`, start);
  }

  #expand(value: string): string {
    const result = substitute(value, (name) => this.#lookup(name) ?? this.#variables.get(name));
    if ("problem" in result) throw this.#problem(result.problem, this.#index);
    return result.text;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#index;
    const found = pattern.exec(this.#text)?.[0];
    this.#index += found?.length ?? 0;
    return found;
  }

  #badName(start: number, mark: string | undefined) {
    const line = this.#text.slice(start).split("\n")[0] ?? "";
    const isSpaced = /^(?:export\s+)?[\w.\-[\]]+\s+[\w.\-[\]]+/.test(line);
    return isSpaced
      ? this.#problem("key cannot contain a space", start)
      : this.#problem(
          `unexpected character ${JSON.stringify(mark ?? "")} in variable name ${JSON.stringify(line)}`,
          start,
        );
  }

  #problem(message: string, index: number) {
    return composeError(message, this.#placeOf(index));
  }

  #placeOf(index: number): Place {
    const before = this.#text.slice(0, index);
    const line = before.split("\n").length;
    return { file: this.#file, line, column: index - before.lastIndexOf("\n") };
  }
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
  ["\\", "\\"],
  // Doubled, so that the expansion of variables that follows leaves it alone.
  ["$", "$$"],
]);

function unescapeText(text: string): string {
  return text.replace(/\\(?:0([0-7]{1,3})|([^]))/g, (whole, code?: string, char = "") =>
    code === undefined
      ? (escapes.get(char) ?? whole)
      : String.fromCharCode(Number.parseInt(code, 8)),
  );
}
