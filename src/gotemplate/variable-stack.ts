import type { GoValue } from "./value.ts";

type Variables = { readonly name: string; value: GoValue }[];

/** The variables of a template that is being executed, the innermost last. */
export class VariableStack {
  #variables: Variables;

  /** `$` is what the template was called with. */
  constructor(root: GoValue) {
    this.#variables = [{ name: "$", value: root }];
  }

  get size(): number {
    return this.#variables.length;
  }

  declare(name: string, value: GoValue): void {
    this.#variables.push({ name, value });
  }

  /** The parser has seen to it that a variable exists which is read. */
  get(name: string): GoValue {
    return this.#variables.findLast((each) => each.name === name)?.value;
  }

  /** False when there is no such variable, which the parser does not see for assignments. */
  assign(name: string, value: GoValue): boolean {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable === undefined) return false;
    variable.value = value;
    return true;
  }

  /** Changes the variable that was declared as the `count`-th last. */
  assignLast(count: number, value: GoValue): void {
    const variable = this.#variables.at(-count);
    if (variable !== undefined) variable.value = value;
  }

  /** Forgets what was declared since there were so many. */
  shrink(size: number): void {
    this.#variables.length = size;
  }

  /** Hides all variables but a new `$`, as a template that is called has it; returns the others. */
  begin(root: GoValue): Variables {
    const hidden = this.#variables;
    this.#variables = [{ name: "$", value: root }];
    return hidden;
  }

  end(hidden: Variables): void {
    this.#variables = hidden;
  }
}
