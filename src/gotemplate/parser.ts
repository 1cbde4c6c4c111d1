/**
 * Parses the text of a template into its definitions: the text itself, and what `define` and `block`
 * name inside of it. Errors are Go's, `template: name:line: problem`.
 */
import { type Delimiters, showToken, type Token, type TokenKind, tokenize } from "./lexer.ts";
import { parseConstant } from "./number.ts";
import { quoteGo } from "#base";
import { unquote, unquoteCharacter } from "./quote.ts";
import type {
  Branch,
  Command,
  Operand,
  Pipeline,
  Statement,
  StatementList,
  Variable,
} from "./syntax.ts";
import { showPart } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";

/** A template that can be executed by its name. */
export interface Definition {
  readonly name: string;
  readonly body: StatementList;
  readonly source: TemplateSource;
}

/** A text, and what it is called in errors. */
export interface TemplateSource {
  readonly name: string;
  readonly text: string;
}

/** How deep parentheses and blocks may be nested. */
const nestingMax = 250;

/**
 * The definitions in a text, that of the text itself last. `functions` are the names that may be
 * called. Throws a `TemplateError`.
 */
export function parseDefinitions(
  source: TemplateSource,
  functions: ReadonlySet<string>,
  delimiters: Delimiters,
): readonly Definition[] {
  return new Parser(source, functions, delimiters).parse();
}

/** Whether there is nothing but space in it: such a definition does not replace another. */
export function isEmpty(body: StatementList): boolean {
  return body.statements.every(
    (statement) => statement.kind === "text" && statement.text.trim() === "",
  );
}

type Closing =
  | { readonly kind: "end" }
  | { readonly kind: "else"; readonly offset: number; readonly then: "if" | "with" | undefined };

type Context = "command" | "if" | "with" | "range" | "block clause" | "template clause" | "group";

class Parser {
  readonly #source: TemplateSource;
  readonly #functions: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #definitions = new Map<string, Definition>();
  #next = 0;
  /** The last token that was looked at; errors are on its line. */
  #furthest = 0;
  #variables: string[] = ["$"];
  #nesting = 0;
  #rangeDepth = 0;
  #actionLine = 0;

  constructor(source: TemplateSource, functions: ReadonlySet<string>, delimiters: Delimiters) {
    this.#source = source;
    this.#functions = functions;
    this.#tokens = tokenize(source.text, functions, delimiters);
  }

  parse(): readonly Definition[] {
    const offset = this.#peek().offset;
    const statements: Statement[] = [];
    while (this.#peek().kind !== "eof") {
      if (this.#takeDefine()) continue;
      const statement = this.#statement();
      if (isClosing(statement)) this.#fail(`unexpected {{${statement.kind}}}`);
      statements.push(statement);
    }
    this.#define(this.#source.name, { kind: "statements", offset, statements });
    return [...this.#definitions.values()];
  }

  #takeDefine(): boolean {
    const start = this.#next;
    if (this.#peek().kind !== "left delimiter") return false;
    this.#take();
    if (this.#takeWord().kind !== "define") {
      this.#next = start;
      return false;
    }
    const context = "define clause";
    const name = this.#templateName(this.#takeWord(), context);
    this.#expect("right delimiter", context);
    this.#define(name, this.#separately(context));
    return true;
  }

  /** The body of a `define` or `block`, which sees no variables from outside. */
  #separately(context: string): StatementList {
    const variables = this.#variables;
    const rangeDepth = this.#rangeDepth;
    this.#variables = ["$"];
    this.#rangeDepth = 0;
    const { list, closing } = this.#list();
    if (closing.kind !== "end") this.#fail(`unexpected {{else}} in ${context}`);
    this.#variables = variables;
    this.#rangeDepth = rangeDepth;
    return list;
  }

  #define(name: string, body: StatementList): void {
    const present = this.#definitions.get(name);
    if (present !== undefined && !isEmpty(present.body)) {
      if (isEmpty(body)) return;
      this.#fail(`template: multiple definition of template ${quoteGo(name)}`);
    }
    this.#definitions.set(name, { name, body, source: this.#source });
  }

  #list(): { readonly list: StatementList; readonly closing: Closing } {
    if (++this.#nesting > nestingMax) this.#fail("max expression depth exceeded");
    const offset = this.#peekWord().offset;
    const statements: Statement[] = [];
    while (this.#peekWord().kind !== "eof") {
      const statement = this.#statement();
      if (!isClosing(statement)) {
        statements.push(statement);
        continue;
      }
      this.#nesting--;
      return { list: { kind: "statements", offset, statements }, closing: statement };
    }
    return this.#fail("unexpected EOF");
  }

  #statement(): Statement | Closing {
    const token = this.#takeWord();
    if (token.kind === "text") return { kind: "text", offset: token.offset, text: token.text };
    if (token.kind !== "left delimiter") this.#unexpected(token, "input");
    this.#actionLine = token.line;
    const statement = this.#action();
    this.#actionLine = 0;
    return statement;
  }

  #action(): Statement | Closing {
    const token = this.#takeWord();
    switch (token.kind) {
      case "block":
        return this.#block();
      case "break":
      case "continue":
        return this.#loopControl(token.kind, token.offset);
      case "else":
        return this.#else();
      case "end":
        this.#expect("right delimiter", "end");
        return { kind: "end" };
      case "if":
      case "range":
      case "with":
        return this.#branch(token.kind);
      case "template":
        return this.#invocation();
      default:
        this.#next--;
        return {
          kind: "action",
          offset: token.offset,
          pipeline: this.#pipeline("command", "right delimiter"),
        };
    }
  }

  #loopControl(kind: "break" | "continue", offset: number): Statement {
    const closing = this.#takeWord();
    if (closing.kind !== "right delimiter") this.#unexpected(closing, `{{${kind}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${kind}}} outside {{range}}`);
    return { kind, offset };
  }

  #else(): Closing {
    const following = this.#peekWord();
    if (following.kind === "if" || following.kind === "with") {
      return { kind: "else", offset: following.offset, then: following.kind };
    }
    const token = this.#expect("right delimiter", "else");
    return { kind: "else", offset: token.offset, then: undefined };
  }

  #branch(kind: Branch["kind"]): Branch {
    const variableCount = this.#variables.length;
    const pipeline = this.#pipeline(kind, "right delimiter");
    if (kind === "range") this.#rangeDepth++;
    const { list: body, closing } = this.#list();
    if (kind === "range") this.#rangeDepth--;
    const otherwise = closing.kind === "end" ? undefined : this.#otherwise(kind, closing);
    this.#variables.length = variableCount;
    return { kind, offset: pipeline.offset, pipeline, body, otherwise };
  }

  #otherwise(kind: Branch["kind"], closing: Extract<Closing, { kind: "else" }>): StatementList {
    if (closing.then !== undefined && closing.then === kind) {
      this.#takeWord();
      // The one `end` that follows closes this branch and the outer one.
      if (++this.#nesting > nestingMax) this.#fail("max expression depth exceeded");
      const statements = [this.#branch(kind)];
      this.#nesting--;
      return { kind: "statements", offset: closing.offset, statements };
    }
    const { list, closing: second } = this.#list();
    if (second.kind !== "end") this.#fail("expected end; found {{else}}");
    return list;
  }

  #block(): Statement {
    const context = "block clause";
    const token = this.#takeWord();
    const name = this.#templateName(token, context);
    const pipeline = this.#pipeline(context, "right delimiter");
    this.#define(name, this.#separately(context));
    return { kind: "template", offset: token.offset, name, pipeline };
  }

  #invocation(): Statement {
    const context = "template clause";
    const token = this.#takeWord();
    const name = this.#templateName(token, context);
    const hasPipeline = this.#takeWord().kind !== "right delimiter";
    if (hasPipeline) this.#next--;
    const pipeline = hasPipeline ? this.#pipeline(context, "right delimiter") : undefined;
    return { kind: "template", offset: token.offset, name, pipeline };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== "string" && token.kind !== "raw string") this.#unexpected(token, context);
    return unquote(token.text) ?? this.#fail("invalid syntax");
  }

  #pipeline(context: Context, end: TokenKind): Pipeline {
    const { offset } = this.#peekWord();
    const { variables, isAssignment } = this.#declarations(context);
    const commands: Command[] = [];
    const name = context === "group" ? "parenthesized pipeline" : context;
    while (true) {
      const token = this.#takeWord();
      if (token.kind === end) break;
      if (!beginsOperand.has(token.kind)) this.#unexpected(token, name);
      this.#next--;
      commands.push(this.#command());
    }
    if (commands.length === 0) this.#fail(`missing value for ${name}`);
    for (const [index, { operands }] of commands.entries()) {
      if (index > 0 && isConstant(operands[0])) {
        this.#fail(`non executable command in pipeline stage ${index + 1}`);
      }
    }
    return { kind: "pipeline", offset, variables, isAssignment, commands };
  }

  /** `$x :=`, `$x =`, and for `range` `$i, $x :=`. */
  #declarations(context: Context): {
    readonly variables: readonly Variable[];
    readonly isAssignment: boolean;
  } {
    const variables: Variable[] = [];
    while (this.#peekWord().kind === "variable") {
      const start = this.#next;
      const token = this.#takeWord();
      const following = this.#peekWord();
      const isList = following.kind === "char" && following.text === ",";
      if (following.kind !== "assign" && following.kind !== "declare" && !isList) {
        this.#next = start;
        break;
      }
      this.#takeWord();
      variables.push(variableOf(token));
      this.#variables.push(variableOf(token).name);
      if (!isList) return { variables, isAssignment: following.kind === "assign" };
      this.#checkSecondVariable(context, variables.length);
    }
    return { variables, isAssignment: false };
  }

  #checkSecondVariable(context: Context, count: number): void {
    const name = context === "group" ? "parenthesized pipeline" : context;
    if (context !== "range" || count > 1) this.#fail(`too many declarations in ${name}`);
    const following = this.#peekWord().kind;
    if (!["variable", "right delimiter", "right parenthesis"].includes(following)) {
      this.#fail("range can only initialize variables");
    }
  }

  #command(): Command {
    const { offset } = this.#peekWord();
    const operands: Operand[] = [];
    while (true) {
      const operand = this.#operand();
      if (operand !== undefined) operands.push(operand);
      const token = this.#take();
      if (token.kind === "space") continue;
      if (token.kind === "right delimiter" || token.kind === "right parenthesis") this.#next--;
      else if (token.kind !== "pipe") this.#unexpected(token, "operand");
      break;
    }
    if (operands.length === 0) this.#fail("empty command");
    return { kind: "command", offset, operands };
  }

  /** A term and the fields behind it; undefined when something else comes. */
  #operand(): Operand | undefined {
    const term = this.#term();
    if (term === undefined || this.#peek().kind !== "field") return term;
    const { offset } = this.#peek();
    const fields: string[] = [];
    while (this.#peek().kind === "field") fields.push(this.#take().text.slice(1));
    switch (term.kind) {
      case "field":
        return { kind: "field", offset, names: [...term.names, ...fields] };
      case "variable":
        return { ...term, offset, fields: [...term.fields, ...fields] };
      case "function":
      case "pipeline":
        return { kind: "chain", offset, operand: term, fields };
      default:
        return this.#fail(`unexpected . after term ${quoteGo(showPart(term))}`);
    }
  }

  #term(): Operand | undefined {
    const token = this.#takeWord();
    const { offset } = token;
    switch (token.kind) {
      case "identifier":
        if (!this.#functions.has(token.text)) {
          this.#fail(`function ${quoteGo(token.text)} not defined`);
        }
        return { kind: "function", offset, name: token.text };
      case "dot":
      case "nil":
        return { kind: token.kind, offset };
      case "variable":
        return this.#knownVariable(token);
      case "field":
        return { kind: "field", offset, names: [token.text.slice(1)] };
      case "bool":
        return { kind: "bool", offset, value: token.text === "true" };
      case "char constant":
      case "complex":
      case "number":
        return this.#number(token);
      case "left parenthesis":
        return this.#group();
      case "string":
      case "raw string": {
        const value = unquote(token.text) ?? this.#fail("invalid syntax");
        return { kind: "string", offset, quoted: token.text, value };
      }
      default:
        this.#next--;
        return undefined;
    }
  }

  #group(): Pipeline {
    if (++this.#nesting > nestingMax) this.#fail("max expression depth exceeded");
    const pipeline = this.#pipeline("group", "right parenthesis");
    this.#nesting--;
    return pipeline;
  }

  #knownVariable(token: Token): Variable {
    const variable = variableOf(token);
    if (!this.#variables.includes(variable.name)) {
      this.#fail(`undefined variable ${quoteGo(variable.name)}`);
    }
    return variable;
  }

  #number(token: Token): Operand {
    const { offset, text } = token;
    if (token.kind === "char constant") {
      const codePoint = unquoteCharacter(text);
      if (codePoint === undefined) return this.#fail(characterProblem(text));
      return { kind: "number", offset, text, integer: BigInt(codePoint), float: codePoint };
    }
    if (text.endsWith("i")) this.#fail(`complex numbers are not supported: ${text}`);
    const constant = parseConstant(text);
    if ("problem" in constant) return this.#fail(constant.problem);
    return { kind: "number", offset, text, ...constant };
  }

  #peek(): Token {
    this.#furthest = Math.max(this.#furthest, Math.min(this.#next, this.#tokens.length - 1));
    const token = this.#tokens[this.#next] ?? this.#tokens.at(-1);
    if (token === undefined) throw new Error("assertion failed: a token list has an end");
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #peekWord(): Token {
    if (this.#peek().kind === "space") this.#next++;
    return this.#peek();
  }

  #takeWord(): Token {
    this.#peekWord();
    return this.#take();
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#takeWord();
    if (token.kind !== kind) this.#unexpected(token, context);
    return token;
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind !== "error") this.#fail(`unexpected ${showToken(token)} in ${context}`);
    const isElsewhere = this.#actionLine !== 0 && this.#actionLine !== token.line;
    const start = ` started at ${this.#source.name}:${this.#actionLine}`;
    const where = token.text.endsWith(" action") ? start : ` in action${start}`;
    this.#fail(isElsewhere ? token.text + where : token.text);
  }

  #fail(problem: string): never {
    const line = this.#tokens[this.#furthest]?.line ?? 0;
    throw new TemplateError(`template: ${this.#source.name}:${line}: ${problem}`);
  }
}

const beginsOperand: ReadonlySet<TokenKind> = new Set<TokenKind>([
  "bool",
  "char constant",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "nil",
  "raw string",
  "string",
  "variable",
  "left parenthesis",
]);

function variableOf(token: Token): Variable {
  return { kind: "variable", offset: token.offset, name: token.text, fields: [] };
}

function characterProblem(quoted: string): string {
  const hasFirst = /^'(?:[^\\']|\\[abfnrtv\\'])./u.test(quoted);
  return hasFirst ? `malformed character constant: ${quoted}` : "invalid syntax";
}

function isClosing(statement: Statement | Closing): statement is Closing {
  return statement.kind === "end" || statement.kind === "else";
}

function isConstant(operand: Operand | undefined): boolean {
  return operand !== undefined && ["bool", "dot", "nil", "number", "string"].includes(operand.kind);
}
