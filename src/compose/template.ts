/**
 * Variables in values: `$NAME`, `${NAME}`, and `${NAME:-default}` with its five relatives.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/12-interpolation.md
 */

/** Finds the value of a variable; undefined when it is not set. */
export type Lookup = (name: string) => string | undefined;

export interface Substitution {
  readonly text: string;
  /** Variables without a value and without a default, in place of which there is nothing. */
  readonly unset: readonly string[];
}

/** What is wrong with a template, or with the environment that it needs. */
export interface TemplateProblem {
  readonly problem: string;
}

/** Beyond it a default in a default in a default is a mistake. */
const depthMax = 20;

/** Puts values in place of the variables in `template`. */
export function substitute(template: string, lookup: Lookup): Substitution | TemplateProblem {
  if (!template.includes("$")) return { text: template, unset: [] };
  const expansion = new Expansion(template, lookup);
  const text = expansion.expand(template, 0);
  return expansion.problem ?? { text, unset: expansion.unset };
}

const namePattern = /[_a-zA-Z][_a-zA-Z0-9]*/y;

class Expansion {
  readonly unset: string[] = [];
  problem: TemplateProblem | undefined;
  readonly #template: string;
  readonly #lookup: Lookup;

  constructor(template: string, lookup: Lookup) {
    this.#template = template;
    this.#lookup = lookup;
  }

  expand(text: string, depth: number): string {
    let expanded = "";
    let index = 0;
    while (index < text.length && this.problem === undefined) {
      const dollar = text.indexOf("$", index);
      if (dollar === -1) break;
      expanded += text.slice(index, dollar);
      const [value, end] = this.#variableAt(text, dollar, depth);
      expanded += value;
      index = end;
    }
    return expanded + text.slice(index);
  }

  /** The value of what stands at `dollar`, and where the text goes on. */
  #variableAt(text: string, dollar: number, depth: number): readonly [value: string, end: number] {
    const next = text[dollar + 1];
    if (next === "$") return ["$", dollar + 2];
    if (next === "{") return this.#bracedAt(text, dollar, depth);
    const name = nameAt(text, dollar + 1);
    // A dollar that starts no variable is a dollar.
    if (name === undefined) return ["$", dollar + 1];
    return [this.#plain(name), dollar + 1 + name.length];
  }

  #bracedAt(text: string, dollar: number, depth: number): readonly [value: string, end: number] {
    const close = closingBrace(text, dollar + 1);
    const name = nameAt(text, dollar + 2);
    if (close === undefined || name === undefined || depth > depthMax) return this.#invalid();
    const rest = text.slice(dollar + 2 + name.length, close);
    if (rest === "") return [this.#plain(name), close + 1];
    const [, operator = "", argument = ""] = /^(:?[-?+])([^]*)$/.exec(rest) ?? [];
    if (operator === "") return this.#invalid();
    return [this.#operate(name, operator, { argument, depth }), close + 1];
  }

  /** The argument is expanded only where it is used, so that what it lacks is no matter otherwise. */
  #operate(
    name: string,
    operator: string,
    { argument, depth }: { readonly argument: string; readonly depth: number },
  ): string {
    const value = this.#lookup(name);
    const isThere = value !== undefined && (value !== "" || !operator.startsWith(":"));
    const expanded = () => this.expand(argument, depth + 1);
    switch (operator.at(-1)) {
      case "-":
        return isThere ? value : expanded();
      case "+":
        return isThere ? expanded() : "";
      default:
        if (isThere) return value;
        this.#require(name, expanded());
        return "";
    }
  }

  #plain(name: string): string {
    const value = this.#lookup(name);
    if (value === undefined) this.unset.push(name);
    return value ?? "";
  }

  #require(name: string, reason: string): void {
    const why = reason === "" ? "" : `: ${reason}`;
    this.problem ??= { problem: `required variable ${name} is missing a value${why}` };
  }

  #invalid(): readonly [value: string, end: number] {
    const template = JSON.stringify(this.#template);
    this.problem ??= {
      problem: `invalid interpolation format: you may need to escape any $ with another $: ${template}`,
    };
    return ["", this.#template.length];
  }
}

function nameAt(text: string, index: number): string | undefined {
  namePattern.lastIndex = index;
  return namePattern.exec(text)?.[0];
}

/** Where the brace at `open` is closed, counting those in between. */
function closingBrace(text: string, open: number): number | undefined {
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    const char = text[index];
    if (char === "{") depth++;
    if (char === "}") depth--;
    if (depth === 0) return index;
  }
  return undefined;
}
