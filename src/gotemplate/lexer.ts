/**
 * Splits the text of a template into tokens: text outside of `{{` and `}}`, or whatever stands for them,
 * and the words inside.
 * Trimming by `{{- ` and ` -}}`, and comments, are done here; the parser never sees them.
 */
import { quoteGo } from "#base";

export type TokenKind =
  | "error"
  | "bool"
  | "char"
  | "char constant"
  | "complex"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "left delimiter"
  | "left parenthesis"
  | "number"
  | "pipe"
  | "raw string"
  | "right delimiter"
  | "right parenthesis"
  | "space"
  | "string"
  | "text"
  | "variable"
  | "dot"
  | Keyword;

type Keyword = (typeof keywords)[number];

const keywords = [
  "block",
  "break",
  "continue",
  "define",
  "else",
  "end",
  "if",
  "nil",
  "range",
  "template",
  "with",
] as const;

export interface Token {
  readonly kind: TokenKind;
  /** UTF-16 offset in the text. */
  readonly offset: number;
  /** As written; for an error, what is wrong. */
  readonly text: string;
  /** 1-based, where the token begins. */
  readonly line: number;
}

/**
 * All tokens, the last of which is `eof`, or `error` at the first place that cannot be read.
 * `ordinaryWords` are keywords that functions of the same name take the meaning from.
 */
export function tokenize(
  text: string,
  ordinaryWords: ReadonlySet<string>,
  delimiters: Delimiters = usualDelimiters,
): readonly Token[] {
  return new Lexer(text, ordinaryWords, delimiters).run();
}

/** What stands around an action. Neither is empty. */
export interface Delimiters {
  readonly left: string;
  readonly right: string;
}

export const usualDelimiters: Delimiters = { left: "{{", right: "}}" };

/** The token in an error message. */
export function showToken(token: Token): string {
  if (token.kind === "eof") return "EOF";
  if (token.kind === "error") return token.text;
  if (token.kind === "dot" || isKeyword(token.kind)) return `<${token.text}>`;
  const characters = Array.from(token.text);
  if (new TextEncoder().encode(token.text).length <= 10) return quoteGo(token.text);
  return `${quoteGo(characters.slice(0, 10).join(""))}...`;
}

class Lexer {
  readonly #text: string;
  readonly #ordinaryWords: ReadonlySet<string>;
  readonly #delimiters: Delimiters;
  readonly #tokens: Token[] = [];
  /** Where the current token begins, and the line of that place. */
  #start = 0;
  #startLine = 1;
  #next = 0;
  #parenthesisDepth = 0;
  /** What may be part of a number; whether it is one, the parser finds out. */
  readonly #numberPattern =
    /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;

  constructor(text: string, ordinaryWords: ReadonlySet<string>, delimiters: Delimiters) {
    this.#text = text;
    this.#ordinaryWords = ordinaryWords;
    this.#delimiters = delimiters;
  }

  run(): readonly Token[] {
    while (true) {
      const found = this.#textUntilAction();
      if (found === "end" || !(found === "comment" ? this.#comment() : this.#action())) {
        return this.#tokens;
      }
    }
  }

  /** Reads the text before the next `{{`, and that. */
  #textUntilAction(): "action" | "comment" | "end" {
    const { left } = this.#delimiters;
    const found = this.#text.indexOf(left, this.#next);
    const end = found < 0 ? this.#text.length : found;
    const inside = found + left.length;
    const isTrimmed = found >= 0 && /^-[ \t\r\n]/.test(this.#text.slice(inside, inside + 2));
    const written = this.#text.slice(this.#next, end);
    this.#next += (isTrimmed ? trimmedRight(written) : written).length;
    if (this.#next > this.#start) this.#emit("text");
    this.#next = end;
    this.#skip();
    if (found < 0) {
      this.#emit("eof");
      return "end";
    }
    this.#next += left.length;
    const markerLength = isTrimmed ? 2 : 0;
    const isComment = this.#text.startsWith("/*", this.#next + markerLength);
    if (!isComment) this.#emit("left delimiter");
    this.#next += markerLength;
    this.#skip();
    this.#parenthesisDepth = 0;
    return isComment ? "comment" : "action";
  }

  /** Skips a comment up to behind its action. */
  #comment(): boolean {
    const end = this.#text.indexOf("*/", this.#next + 2);
    if (end < 0) return this.#fail("unclosed comment");
    this.#next = end + 2;
    const markerLength = this.#closing();
    if (markerLength === undefined) return this.#fail("comment ends before closing delimiter");
    this.#next += markerLength + this.#delimiters.right.length;
    return this.#trim(markerLength);
  }

  /** Reads the inside of an action and its end. */
  #action(): boolean {
    while (true) {
      const markerLength = this.#closing();
      if (markerLength === undefined) {
        if (!this.#word()) return false;
        continue;
      }
      if (this.#parenthesisDepth > 0) return this.#fail("unclosed left paren");
      this.#next += markerLength;
      this.#skip();
      this.#next += this.#delimiters.right.length;
      this.#emit("right delimiter");
      return this.#trim(markerLength);
    }
  }

  /** The length of the trim marker before the `}}` that stands here; undefined when none does. */
  #closing(): number | undefined {
    const { right } = this.#delimiters;
    if (isSpace(this.#text[this.#next]) && this.#text.startsWith(`-${right}`, this.#next + 1)) {
      return 2;
    }
    return this.#text.startsWith(right, this.#next) ? 0 : undefined;
  }

  /** Leaves out the space that follows an action with a trim marker. */
  #trim(markerLength: number): true {
    if (markerLength > 0) while (isSpace(this.#text[this.#next])) this.#next++;
    this.#skip();
    return true;
  }

  #word(): boolean {
    const first = this.#take();
    if (first === undefined) return this.#fail("unclosed action");
    if (isSpace(first)) return this.#space();
    const simple = simpleTokens.get(first);
    if (simple !== undefined) return this.#emit(simple);
    switch (first) {
      case ":":
        return this.#take() === "=" ? this.#emit("declare") : this.#fail("expected :=");
      case '"':
        return this.#quoted('"', "string", "unterminated quoted string");
      case "'":
        return this.#quoted("'", "char constant", "unterminated character constant");
      case "`":
        return this.#rawString();
      case "$":
        return this.#fieldOrVariable("variable");
      case "(":
        this.#parenthesisDepth++;
        return this.#emit("left parenthesis");
      case ")":
        if (--this.#parenthesisDepth < 0) return this.#fail("unexpected right paren");
        return this.#emit("right parenthesis");
      default:
        return this.#longWord(first);
    }
  }

  #longWord(first: string): boolean {
    if (first === "." && /[^0-9]/.test(this.#text[this.#next] ?? "")) {
      return this.#fieldOrVariable("field");
    }
    if (/[.+\-0-9]/.test(first)) {
      this.#next = this.#start;
      return this.#number();
    }
    if (isAlphanumeric(first)) return this.#identifier();
    if (/[!-~]/.test(first)) return this.#emit("char");
    return this.#fail(`unrecognized character in action: ${showCodePoint(first)}`);
  }

  #space(): boolean {
    while (isSpace(this.#text[this.#next])) this.#next++;
    // The last space belongs to a trim marker that follows it.
    if (this.#text.startsWith(`-${this.#delimiters.right}`, this.#next)) this.#next--;
    if (this.#next > this.#start) this.#emit("space");
    return true;
  }

  #identifier(): boolean {
    this.#takeAlphanumerics();
    if (!this.#isAtTerminator()) return this.#failAtNext();
    const word = this.#text.slice(this.#start, this.#next);
    if (word === "true" || word === "false") return this.#emit("bool");
    if (isKeyword(word) && !this.#ordinaryWords.has(word)) return this.#emit(word);
    return this.#emit("identifier");
  }

  #fieldOrVariable(kind: "field" | "variable"): boolean {
    if (this.#isAtTerminator()) return this.#emit(kind === "field" ? "dot" : "variable");
    this.#takeAlphanumerics();
    return this.#isAtTerminator() ? this.#emit(kind) : this.#failAtNext();
  }

  #quoted(mark: string, kind: TokenKind, problem: string): boolean {
    while (true) {
      let character = this.#take();
      if (character === mark) return this.#emit(kind);
      if (character === "\\") character = this.#take();
      if (character === undefined || character === "\n") return this.#fail(problem);
    }
  }

  #rawString(): boolean {
    const end = this.#text.indexOf("`", this.#next);
    if (end < 0) return this.#fail("unterminated raw quoted string");
    this.#next = end + 1;
    return this.#emit("raw string");
  }

  #number(): boolean {
    if (!this.#scanNumber()) return this.#failNumber();
    if (!/[+-]/.test(this.#text[this.#next] ?? "")) return this.#emit("number");
    if (!this.#scanNumber() || this.#text[this.#next - 1] !== "i") return this.#failNumber();
    return this.#emit("complex");
  }

  #scanNumber(): boolean {
    this.#numberPattern.lastIndex = this.#next;
    this.#next += this.#numberPattern.exec(this.#text)?.[0].length ?? 0;
    const following = this.#peek();
    if (following === undefined || !isAlphanumeric(following)) return true;
    this.#next += following.length;
    return false;
  }

  #takeAlphanumerics(): void {
    for (let next = this.#peek(); next !== undefined && isAlphanumeric(next); next = this.#peek()) {
      this.#next += next.length;
    }
  }

  #isAtTerminator(): boolean {
    const next = this.#text[this.#next];
    if (next === undefined || isSpace(next) || ".,|:)(".includes(next)) return true;
    return this.#text.startsWith(this.#delimiters.right, this.#next);
  }

  #peek(): string | undefined {
    const codePoint = this.#text.codePointAt(this.#next);
    return codePoint === undefined ? undefined : String.fromCodePoint(codePoint);
  }

  #take(): string | undefined {
    const character = this.#peek();
    this.#next += character?.length ?? 0;
    return character;
  }

  #emit(kind: TokenKind): true {
    const text = this.#text.slice(this.#start, this.#next);
    this.#tokens.push({ kind, offset: this.#start, text, line: this.#startLine });
    this.#skip();
    return true;
  }

  /** Leaves out what has been read since the last token. */
  #skip(): void {
    this.#startLine += newlineCount(this.#text.slice(this.#start, this.#next));
    this.#start = this.#next;
  }

  #fail(text: string): false {
    this.#tokens.push({ kind: "error", offset: this.#start, text, line: this.#startLine });
    return false;
  }

  #failAtNext(): false {
    return this.#fail(`bad character ${showCodePoint(this.#peek() ?? "")}`);
  }

  #failNumber(): false {
    return this.#fail(`bad number syntax: ${quoteGo(this.#text.slice(this.#start, this.#next))}`);
  }
}

const simpleTokens: ReadonlyMap<string, TokenKind> = new Map([
  ["=", "assign"],
  ["|", "pipe"],
]);

function isKeyword(word: string): word is Keyword {
  return (keywords as readonly string[]).includes(word);
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && " \t\r\n".includes(character);
}

function isAlphanumeric(character: string): boolean {
  return /^[_\p{L}\p{Nd}]$/u.test(character);
}

function trimmedRight(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return text.slice(0, end);
}

function newlineCount(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** As Go's `%#U`: the number, and the character itself when it can be seen. */
function showCodePoint(character: string): string {
  const codePoint = character.codePointAt(0);
  if (codePoint === undefined) return "U+FFFFFFFFFFFFFFFF";
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  return /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character) ? `${number} '${character}'` : number;
}
