import { builtinNames } from "./builtins.ts";
import type { ExecutionOptions } from "./evaluate.ts";
import { execute } from "./execute.ts";
import { type Delimiters, usualDelimiters } from "./lexer.ts";
import { type Definition, isEmpty, parseDefinitions } from "./parser.ts";
import { quoteGo } from "#base";
import { TemplateError } from "./template-error.ts";
import type { GoValue } from "./value.ts";

/**
 * Templates that know each other by name: Go's `text/template`, with its syntax, functions, output and
 * errors. Executing one is bounded in steps, depth and output, and reaches nothing but its data and
 * the functions it is given.
 */
export class TemplateSet {
  readonly #functionNames: ReadonlySet<string>;
  readonly #delimiters: Delimiters;
  readonly #definitions = new Map<string, Definition>();

  /** `functionNames` are those that every execution will be given the functions of. */
  constructor(functionNames: Iterable<string>, delimiters: Delimiters = usualDelimiters) {
    this.#functionNames = new Set([...builtinNames, ...functionNames]);
    this.#delimiters = delimiters;
  }

  /**
   * Parses a text under a name, with what it defines inside. Throws a `TemplateError`. A later
   * definition replaces an earlier one, unless there is nothing in it.
   */
  add(name: string, text: string): void {
    const source = { name, text };
    for (const definition of parseDefinitions(source, this.#functionNames, this.#delimiters)) {
      if (this.#definitions.has(definition.name) && isEmpty(definition.body)) continue;
      this.#definitions.set(definition.name, definition);
    }
  }

  /** A set of its own with everything that this one has, and one text more. */
  with(name: string, text: string): TemplateSet {
    const more = new TemplateSet(this.#functionNames);
    for (const [known, definition] of this.#definitions) more.#definitions.set(known, definition);
    more.add(name, text);
    return more;
  }

  /** Makes the text of the template of this name. Throws a `TemplateError`. */
  execute(name: string, data: GoValue, options: ExecutionOptions): string {
    const definition = this.#definitions.get(name);
    if (definition === undefined) {
      throw new TemplateError(
        `template: no template ${quoteGo(name)} associated with template ${quoteGo(name)}`,
      );
    }
    return execute(definition, data, { definitions: this.#definitions, options });
  }
}
