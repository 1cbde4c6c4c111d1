import { builtinNames } from "./builtins.ts";
import { execute, type ExecutionOptions } from "./execute.ts";
import { type Definition, isEmpty, parseDefinitions } from "./parser.ts";
import { quote } from "./quote.ts";
import { TemplateError } from "./template-error.ts";
import type { GoFunction, GoValue } from "./value.ts";

/**
 * Templates that know each other by name: Go's `text/template`, with its syntax, functions, output and
 * errors. Executing one is bounded in steps, depth and output, and reaches nothing but its data and
 * the functions given here.
 */
export class TemplateSet {
  readonly #functions: ReadonlyMap<string, GoFunction>;
  readonly #functionNames: ReadonlySet<string>;
  readonly #definitions = new Map<string, Definition>();

  constructor(functions: ReadonlyMap<string, GoFunction>) {
    this.#functions = functions;
    this.#functionNames = new Set([...builtinNames, ...functions.keys()]);
  }

  /**
   * Parses a text under a name, with what it defines inside. Throws a `TemplateError`. A later
   * definition replaces an earlier one, unless there is nothing in it.
   */
  add(name: string, text: string): void {
    for (const definition of parseDefinitions(name, text, this.#functionNames)) {
      if (this.#definitions.has(definition.name) && isEmpty(definition.body)) continue;
      this.#definitions.set(definition.name, definition);
    }
  }

  /** Makes the text of the template of this name. Throws a `TemplateError`. */
  execute(name: string, data: GoValue, options: ExecutionOptions): string {
    const definition = this.#definitions.get(name);
    if (definition === undefined) {
      throw new TemplateError(
        `template: no template ${quote(name)} associated with template ${quote(name)}`,
      );
    }
    const [definitions, functions] = [this.#definitions, this.#functions];
    return execute(definition, data, { definitions, functions, options });
  }
}
