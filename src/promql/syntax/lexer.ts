import { quoteGo } from "#base";
import { PromqlError } from "./parse-error.ts";
import { isKeyword, type Token, type TokenKind } from "./token.ts";

const doubleOperators = ["==", "!=", "<=", ">=", "</", ">/"] as const;
const singleOperators = [",", "=", "+", "-", "*", "/", "%", "^", "<", ">", "@"] as const;
const durationOperators = [",", "+", "-", "*", "/", "%", "^"] as const;

/**
 * Cuts a query into tokens, one at a time, in time linear in its length.
 *
 * What a character means depends on where it stands: inside braces words are never keywords, inside
 * brackets the only words are those of durations, and brackets are balanced here rather than by the
 * parser. These rules, their order and their messages are upstream's, because the first thing that
 * is wrong with a query decides what its author is told.
 */
export class Lexer {
  readonly #query: string;
  #position = 0;
  /** Where the token being read begins. */
  #start = 0;
  #parenDepth = 0;
  #isInBraces = false;
  #isInBrackets = false;
  /** Right after `[`, up to the first number; then the general rules hold until `]`. */
  #isAtDuration = false;
  /** A `:` was seen since the last `[`. */
  #hasColon = false;
  /** A number was seen at the beginning of any bracket so far. */
  #hasDuration = false;

  constructor(query: string) {
    this.#query = query;
  }

  /** The next token; `eof` for ever after the last one. Throws a `PromqlError`. */
  next(): Token {
    this.#skipBlank();
    this.#start = this.#position;
    if (this.#isInBraces) return this.#nextInBraces();
    return this.#isAtDuration ? this.#nextInDuration() : this.#nextInExpression();
  }

  #nextInExpression(): Token {
    const character = this.#take();
    if (this.#startsNumber(character)) return this.#number();
    if (isWordStart(character) || character === ":") {
      return this.#isInBrackets ? this.#wordInBrackets(character) : this.#word();
    }
    if (isQuote(character)) return this.#string(character);
    switch (character) {
      case "":
        return this.#end();
      case "(":
      case ")":
        return this.#paren(character);
      case "{":
        this.#isInBraces = true;
        return this.#token("{");
      case "[":
      case "]":
        return this.#bracket(character);
      default:
        return this.#operator(character);
    }
  }

  #operator(first: string): Token {
    const next = this.#peek();
    const double = doubleOperators.find((operator) => operator === first + next);
    if (double !== undefined) {
      this.#position++;
      return this.#token(double);
    }
    if (first === "=" && next === "~") this.#fail("unexpected character after '=': '~'");
    if (first === "!") {
      this.#fail(`unexpected character after '!': ${quoteCharacter(this.#take())}`);
    }
    const single = singleOperators.find((operator) => operator === first);
    if (single !== undefined) return this.#token(single);
    return this.#fail(`unexpected character: ${quoteCharacter(first)}`);
  }

  #end(): Token {
    if (this.#parenDepth > 0) this.#fail("unclosed left parenthesis");
    if (this.#isInBrackets) this.#fail("unclosed left bracket");
    return this.#token("eof");
  }

  #paren(character: "(" | ")"): Token {
    this.#parenDepth += character === "(" ? 1 : -1;
    // Upstream reports this one after the parenthesis.
    if (this.#parenDepth < 0) this.#failHere("unexpected right parenthesis ')'");
    return this.#token(character);
  }

  #bracket(character: "[" | "]"): Token {
    if (character === "[" && this.#isInBrackets) this.#fail("unexpected left bracket '['");
    if (character === "]" && !this.#isInBrackets) this.#fail("unexpected right bracket ']'");
    this.#isInBrackets = character === "[";
    this.#isAtDuration = character === "[";
    this.#hasColon = false;
    return this.#token(character);
  }

  #wordInBrackets(first: string): Token {
    if (first === ":") {
      if (this.#hasColon) this.#fail("unexpected colon ':'");
      this.#hasColon = true;
      return this.#token(":");
    }
    return (
      this.#durationWord(first) ??
      this.#fail(`unexpected character: ${quoteCharacter(first)}, expected ':'`)
    );
  }

  #nextInDuration(): Token {
    const character = this.#take();
    if (this.#startsNumber(character)) {
      this.#hasDuration = true;
      this.#isAtDuration = false;
      return this.#number();
    }
    const operator = durationOperators.find((symbol) => symbol === character);
    if (operator !== undefined) return this.#token(operator);
    switch (character) {
      case "":
        return this.#fail("unexpected end of input in duration expression");
      case "]":
        return this.#bracket(character);
      case ":":
        return this.#colonInDuration();
      case "(":
      case ")":
        return this.#paren(character);
      default:
        return (
          this.#durationWord(character) ??
          this.#fail(`unexpected character in duration expression: ${quoteCharacter(character)}`)
        );
    }
  }

  #colonInDuration(): Token {
    if (!this.#hasDuration) {
      this.#failHere("unexpected colon before duration in duration expression");
    }
    if (this.#hasColon) this.#failHere("unexpected repeated colon in duration expression");
    this.#hasColon = true;
    return this.#token(":");
  }

  /** `step`, `range`, `min_of` or `max_of`; undefined for other words. */
  #durationWord(first: string): Token | undefined {
    if (!/[srm]/i.test(first)) return undefined;
    while (isWordStart(this.#peek())) this.#position++;
    const word = this.#text().toLowerCase();
    switch (word) {
      case "step":
      case "range":
      case "min_of":
      case "max_of":
        return this.#token(word);
      default:
        return undefined;
    }
  }

  #nextInBraces(): Token {
    const character = this.#take();
    if (isWordStart(character)) {
      while (isWordPart(this.#peek())) this.#position++;
      return this.#token("identifier");
    }
    if (isQuote(character)) return this.#string(character);
    switch (character) {
      case "":
        return this.#fail("unexpected end of input inside braces");
      case ",":
        return this.#token(",");
      case "=":
        return this.#token(this.#accept("~") ? "=~" : "=");
      case "!":
        return this.#negation();
      case "{":
        return this.#fail("unexpected left brace '{'");
      case "}":
        this.#isInBraces = false;
        return this.#token("}");
      default:
        return this.#fail(`unexpected character inside braces: ${quoteCharacter(character)}`);
    }
  }

  #negation(): Token {
    if (this.#accept("~")) return this.#token("!~");
    if (this.#accept("=")) return this.#token("!=");
    const next = quoteCharacter(this.#take());
    return this.#fail(`unexpected character after '!' inside braces: ${next}`);
  }

  #word(): Token {
    while (isWordPart(this.#peek()) || this.#peek() === ":") this.#position++;
    const word = this.#text().toLowerCase();
    if (word === "inf" || word === "nan") return this.#token("number");
    if (isKeyword(word) && (!word.startsWith("fill") || this.#isCall())) return this.#token(word);
    return this.#token(word.includes(":") ? "metric" : "identifier");
  }

  /** The fill modifiers came late to the language; they are names unless a parenthesis follows. */
  #isCall(): boolean {
    let position = this.#position;
    while (isBlank(this.#query.charAt(position))) position++;
    return this.#query.charAt(position) === "(";
  }

  #string(quote: string): Token {
    while (true) {
      const character = this.#take();
      if (character === quote) return this.#token("string");
      if (character === "\\" && quote !== "`") this.#escape(quote);
      if (isReplacement(character)) this.#fail("invalid UTF-8 rune");
      if (character === "" && quote === "`") this.#fail("unterminated raw string");
      if (character === "" || (character === "\n" && quote !== "`")) {
        this.#fail("unterminated quoted string");
      }
    }
  }

  /** Checks what follows a backslash; `unquote` decodes it. */
  #escape(quote: string): void {
    const character = this.#take();
    if (character === "") this.#fail("escape sequence not terminated");
    if (character === quote || "abfnrtv\\".includes(character)) return;
    if (/[0-7]/.test(character)) {
      this.#position--;
      return this.#escapeDigits(3, 8, 0xff);
    }
    if (character === "x") return this.#escapeDigits(2, 16, 0xff);
    if (character === "u") return this.#escapeDigits(4, 16, 0x10_ffff);
    if (character === "U") return this.#escapeDigits(8, 16, 0x10_ffff);
    this.#fail(`unknown escape sequence ${nameCharacter(character)}`);
  }

  #escapeDigits(count: number, base: 8 | 16, max: number): void {
    const from = this.#position;
    for (let index = 0; index < count; index++) {
      const digit = this.#take();
      if (digit === "") this.#fail("escape sequence not terminated");
      if (!(base === 8 ? /^[0-7]$/ : /^[0-9a-fA-F]$/).test(digit)) {
        this.#fail(`illegal character ${nameCharacter(digit)} in escape sequence`);
      }
    }
    const code = Number.parseInt(this.#query.slice(from, this.#position), base);
    if (code > max || (code >= 0xd800 && code < 0xe000)) {
      this.#fail("escape sequence is an invalid Unicode code point");
    }
  }

  #startsNumber(character: string): boolean {
    return isDigit(character) || (character === "." && isDigit(this.#peek()));
  }

  #number(): Token {
    this.#position = this.#start;
    if (this.#scanNumber()) return this.#token("number");
    if (this.#scanDurationRest()) return this.#token("duration");
    return this.#fail(`bad number or duration syntax: ${quoteGo(this.#text())}`);
  }

  /**
   * Reads what may be a number; whether it is one, `parseNumber` decides. False when what follows
   * shows that it is none, with the position where that was seen.
   */
  #scanNumber(): boolean {
    const isHex = this.#accept("0") && this.#accept("xX");
    if (isHex) this.#accept("_");
    const digits = isHex ? "0123456789abcdefABCDEF" : "0123456789";
    this.#accept(".");
    this.#accept(digits);
    const seen = { dot: false, exponent: false };
    while (this.#isOneOf(`${digits}._eE`)) {
      if (!this.#scanNumberPart(digits, seen) || (isHex && seen.dot)) return false;
    }
    return !isWordPart(this.#peek());
  }

  /** Dots and exponents come once; what separates digits is not followed by another separator. */
  #scanNumberPart(digits: string, seen: { dot: boolean; exponent: boolean }): boolean {
    if (this.#accept(".")) {
      const isFirst = !seen.dot;
      seen.dot = true;
      return isFirst && !this.#accept("_.");
    }
    if (this.#accept("eE")) {
      if (seen.exponent) return false;
      seen.exponent = true;
      this.#accept("+-");
      return !this.#accept("._eE") && this.#peek() !== "";
    }
    if (this.#accept("_")) return !this.#accept("._eE") && this.#peek() !== "";
    while (this.#accept(digits));
    return true;
  }

  /** Units and further numbers after the first number of a duration. */
  #scanDurationRest(): boolean {
    if (!this.#accept("smhdwy")) return false;
    this.#accept("s");
    while (this.#accept("0123456789")) {
      while (this.#accept("0123456789"));
      if (!this.#accept("smhdw")) return false;
      this.#accept("s");
    }
    if (!isWordPart(this.#peek())) return true;
    this.#position++;
    return false;
  }

  /** Passes over spaces and comments. A comment right after `[` is an error. */
  #skipBlank(): void {
    while (true) {
      while (isBlank(this.#peek())) this.#position++;
      if (this.#peek() !== "#" || this.#isAtDuration) return;
      while (!isLineEnd(this.#peek())) this.#position++;
    }
  }

  /** The next character (which may be two UTF-16 units), or "" at the end. */
  #take(): string {
    const code = this.#query.codePointAt(this.#position);
    if (code === undefined) return "";
    const character = String.fromCodePoint(code);
    this.#position += character.length;
    return character;
  }

  /** The next UTF-16 unit, or "" at the end. */
  #peek(): string {
    return this.#query.charAt(this.#position);
  }

  #isOneOf(characters: string): boolean {
    const next = this.#peek();
    return next !== "" && characters.includes(next);
  }

  /** Takes the next character when it is one of these. */
  #accept(characters: string): boolean {
    if (!this.#isOneOf(characters)) return false;
    this.#position++;
    return true;
  }

  #text(): string {
    return this.#query.slice(this.#start, this.#position);
  }

  #token(kind: TokenKind): Token {
    return { kind, start: this.#start, end: this.#position, text: this.#text() };
  }

  #fail(problem: string): never {
    throw new PromqlError(this.#query, { start: this.#start, end: this.#query.length }, problem);
  }

  /** Fails with the position where reading has come to. */
  #failHere(problem: string): never {
    this.#start = this.#position;
    return this.#fail(problem);
  }
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

function isLineEnd(character: string): boolean {
  return character === "\n" || character === "\r" || character === "";
}

function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'" || character === "`";
}

function isWordStart(character: string): boolean {
  return (
    (character >= "a" && character <= "z") ||
    (character >= "A" && character <= "Z") ||
    character === "_"
  );
}

function isWordPart(character: string): boolean {
  return isWordStart(character) || isDigit(character);
}

/** What decoders leave in place of bytes that are no text; half of a surrogate pair is none, either. */
function isReplacement(character: string): boolean {
  return character === "\ufffd" || !character.isWellFormed();
}

/** The character in single quotes, as Go's `%q` prints a rune; the end of the input is U+FFFD. */
function quoteCharacter(character: string): string {
  if (character === "") return "'\ufffd'";
  if (character === "'") return "'\\''";
  return character === '"' ? `'"'` : `'${quoteGo(character).slice(1, -1)}'`;
}

/** `U+0063 'c'`, as Go's `%#U` prints a rune. */
function nameCharacter(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const isPrintable = quoteGo(character) === `"${character}"` || /["\\]/.test(character);
  return isPrintable ? `U+${code} '${character}'` : `U+${code}`;
}
