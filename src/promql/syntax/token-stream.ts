import type { Span } from "./ast.ts";
import { Lexer } from "./lexer.ts";
import type { ParserOptions } from "./options.ts";
import { PromqlError } from "./parse-error.ts";
import { describeToken, type Token, type TokenKind } from "./token.ts";

/** How deep parentheses, calls and the like may nest in a query: reading them is recursive. */
const nestingMax = 250;
/** How deep trees may become, by operators or brackets in a row: walking them is recursive. */
export const depthMax = 500;

/** What a message says after "unexpected …": where in the grammar, and what could stand there. */
export interface Expectation {
  readonly place: string;
  readonly expected: string;
}

/**
 * The tokens of a query with one of look-ahead, and what a parser knows about where it is.
 *
 * No token is read before it is needed, so that of several things that are wrong with a query the
 * first is reported.
 */
export class TokenStream {
  readonly query: string;
  readonly options: ParserOptions;
  readonly #lexer: Lexer;
  #ahead: Token | undefined;
  #end = 0;
  #depth = 0;
  #expectation: Expectation | undefined;

  constructor(query: string, options: ParserOptions) {
    this.query = query;
    this.options = options;
    this.#lexer = new Lexer(query);
  }

  /** Where the last token taken ended. */
  get end(): number {
    return this.#end;
  }

  peek(): Token {
    this.#ahead ??= this.#lexer.next();
    return this.#ahead;
  }

  isAt(kind: TokenKind): boolean {
    return this.peek().kind === kind;
  }

  take(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    this.#end = token.end;
    return token;
  }

  /** Takes the next token when it is of this kind. */
  accept(kind: TokenKind): Token | undefined {
    return this.isAt(kind) ? this.take() : undefined;
  }

  /** Takes the next token, which has to be of this kind. */
  expect(kind: TokenKind, expectation = this.#expectation): Token {
    return this.accept(kind) ?? this.unexpected(expectation);
  }

  /** Fails about the next token; by default in the words of the innermost `within`. */
  unexpected(expectation = this.#expectation): never {
    const token = this.peek();
    const place = expectation === undefined ? "" : ` in ${expectation.place}`;
    const expected = expectation?.expected ? `, expected ${expectation.expected}` : "";
    return this.fail(token, `unexpected ${describeToken(token)}${place}${expected}`);
  }

  fail(span: Span, problem: string, options?: ErrorOptions): never {
    const { start, end } = span;
    throw new PromqlError(this.query, { start, end }, problem, options);
  }

  /** Parses something inside of which unexpected tokens are reported in its own words. */
  within<T>(expectation: Expectation, parse: () => T): T {
    const outer = this.#expectation;
    this.#expectation = expectation;
    const parsed = parse();
    this.#expectation = outer;
    return parsed;
  }

  /** Goes one level deeper: what is parsed until `leave` may contain itself. */
  enter(): void {
    this.#depth++;
    if (this.#depth > nestingMax) this.refuseDepth(this.peek(), nestingMax);
  }

  leave(): void {
    this.#depth--;
  }

  refuseDepth(span: Span, levelsMax: number): never {
    this.fail(span, `expression is nested more than ${levelsMax} levels deep`);
  }
}
