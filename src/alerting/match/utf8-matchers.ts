/**
 * Matchers as Alertmanager reads them since 0.27: any letters in names and values, in double quotes
 * where they mean something to the syntax. Messages and columns are upstream's.
 */
import type { LabelMatcher } from "#series";
import { matcherOf } from "./classic-matchers.ts";
import { MatcherError } from "./matcher-error.ts";

export function parseUtf8Matchers(text: string): readonly LabelMatcher[] {
  return new Reader(text).read();
}

type TokenKind = "{" | "}" | "," | "operator" | "quoted" | "unquoted" | "end";

interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** Columns count letters, as upstream's do. */
  readonly from: number;
  readonly to: number;
}

const commaOrBrace = "expected a comma or close brace";
const operator = "expected an operator such as '=', '!=', '=~' or '!~'";

/** Reads token by token; each token is looked at before it is taken. */
class Reader {
  readonly #letters: readonly string[];
  #at = 0;
  #peeked: Token | undefined;

  constructor(text: string) {
    this.#letters = Array.from(text);
  }

  read(): readonly LabelMatcher[] {
    const matchers: LabelMatcher[] = [];
    const isOpen = this.#accept("{");
    if (this.#peek().kind !== "}" && !(this.#peek().kind === "end")) {
      do matchers.push(this.#matcher());
      while (this.#goesOn());
    }
    this.#close(isOpen);
    const rest = this.#take();
    if (rest.kind !== "end") {
      throw new MatcherError(`${rest.from}:${rest.to}: ${rest.text}: expected end of input`);
    }
    return matchers;
  }

  #matcher(): LabelMatcher {
    const name = this.#expect(["quoted", "unquoted"], "expected label name");
    const sign = this.#expect(["operator"], operator);
    const value = this.#expect(["unquoted", "quoted"], "expected label value");
    return matcherOf(sign.text, unquote(name), unquote(value));
  }

  /** Whether another matcher follows. */
  #goesOn(): boolean {
    const next = this.#peek();
    if (next.kind === "end" || next.kind === "}") return false;
    this.#expect([","], commaOrBrace);
    const after = this.#peek();
    if (after.kind === "end" || after.kind === "}") return false;
    if (after.kind !== "quoted" && after.kind !== "unquoted") {
      throw unexpected(after, "expected a matcher or close brace after comma");
    }
    return true;
  }

  #close(isOpen: boolean): void {
    const next = this.#peek();
    if (isOpen && next.kind !== "}") {
      const found = next.kind === "end" ? "end of input" : `${place(next)}unexpected ${next.text}`;
      throw new MatcherError(`0:${this.#at}: ${found}: expected close brace`);
    }
    if (!isOpen && next.kind === "}") {
      throw new MatcherError(`0:${next.to}: }: expected opening brace`);
    }
    if (isOpen) this.#take();
  }

  #accept(kind: TokenKind): boolean {
    if (this.#peek().kind !== kind) return false;
    this.#take();
    return true;
  }

  #expect(kinds: readonly TokenKind[], problem: string): Token {
    const token = this.#peek();
    if (!kinds.includes(token.kind)) throw unexpected(token, problem);
    return this.#take();
  }

  #peek(): Token {
    this.#peeked ??= this.#scan();
    return this.#peeked;
  }

  #take(): Token {
    const token = this.#peek();
    this.#peeked = undefined;
    return token;
  }

  #scan(): Token {
    while (isSpace(this.#letters[this.#at])) this.#at++;
    const from = this.#at;
    const letter = this.#letters[from];
    if (letter === undefined) return { kind: "end", text: "", from, to: from };
    if (letter === "{" || letter === "}" || letter === ",") return this.#token(letter, from, 1);
    if (letter === "=" || letter === "!") return this.#operator(letter, from);
    if (letter === '"') return this.#quoted(from);
    let to = from;
    while (isPlain(this.#letters[to])) to++;
    if (to > from) return this.#token("unquoted", from, to - from);
    throw new MatcherError(`${from}:${from + 1}: ${letter}: invalid input`);
  }

  #operator(letter: string, from: number): Token {
    const next = this.#letters[from + 1];
    if (next === "~" || (letter === "!" && next === "=")) return this.#token("operator", from, 2);
    if (letter === "=") return this.#token("operator", from, 1);
    const found = next === undefined ? "unexpected end of input" : `unexpected ${next}`;
    throw new MatcherError(`${from}:${from + 1}: ${found}: expected one of '=~'`);
  }

  #quoted(from: number): Token {
    for (let to = from + 1; to < this.#letters.length; to++) {
      if (this.#letters[to] === "\\") to++;
      else if (this.#letters[to] === '"') return this.#token("quoted", from, to + 1 - from);
    }
    const text = this.#letters.slice(from).join("");
    throw new MatcherError(`${from}:${this.#letters.length}: ${text}: missing end "`);
  }

  #token(kind: TokenKind, from: number, length: number): Token {
    this.#at = from + length;
    const text = this.#letters.slice(from, this.#at).join("");
    return { kind, text, from, to: this.#at };
  }
}

function unexpected(token: Token, problem: string): MatcherError {
  const found = token.kind === "end" ? "end of input" : `${place(token)}unexpected ${token.text}`;
  return new MatcherError(`${found}: ${problem}`);
}

function place({ from, to }: Token): string {
  return `${from}:${to}: `;
}

/** Undoes the quotes and escapes of Go. */
function unquote(token: Token): string {
  if (token.kind === "unquoted") return token.text;
  const inner = token.text.slice(1, -1);
  if (inner.includes("\n")) throw invalid(token);
  return inner.replace(
    /\\(?:([abfnrtv\\"])|x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([0-7]{3})|(.?))/gis,
    (...found) => {
      const [, simple, hex, short, long, octal, other] = found;
      if (other !== undefined) throw invalid(token);
      if (simple !== undefined) return escapes.get(simple) ?? simple;
      const code =
        octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8);
      if (code > 0x10ffff) throw invalid(token);
      return String.fromCodePoint(code);
    },
  );
}

const escapes = new Map([
  ["a", "\u0007"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

function invalid({ from, to, text }: Token): MatcherError {
  return new MatcherError(`${from}:${to}: ${text}: invalid input`);
}

function isSpace(letter: string | undefined): boolean {
  return letter !== undefined && /\s/.test(letter);
}

function isPlain(letter: string | undefined): boolean {
  return letter !== undefined && !/[\s{}!=~,\\"'`]/.test(letter);
}
