/** Where an execution is, and how much it may do: steps and depth are bounded, errors name the place. */
import { quoteGo } from "#base";
import type { Definition } from "./parser.ts";
import { type Part, showPart } from "./syntax.ts";
import { TemplateError } from "./template-error.ts";

/** What a template can be asked to do at most, so that none can hold up the process. */
const stepsMax = 1_000_000;
const depthMax = 500;

interface Caller {
  readonly definition: Definition;
  readonly part: Part;
}

/**
 * An error names the part at which execution last was. So whoever goes on to a part says so (`at`)
 * before anything can fail there; the places follow Go's, since people compare them.
 */
export class ExecutionPlace {
  #definition: Definition;
  #part: Part;
  #steps = 0;
  #depth = 0;

  constructor(definition: Definition) {
    this.#definition = definition;
    this.#part = definition.body;
  }

  at(part: Part): void {
    this.#part = part;
  }

  /** Counts one more thing that is done. */
  step(): void {
    if (++this.#steps > stepsMax) this.fail(`exceeded maximum of ${stepsMax} steps`);
  }

  /** Goes one level deeper; `leave` comes back. Nobody comes back from an error. */
  enter(): void {
    if (++this.#depth > depthMax) this.fail(`exceeded maximum template depth (${depthMax})`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Goes into another definition; what is returned leads back to the caller. */
  enterDefinition(definition: Definition): Caller {
    const caller = { definition: this.#definition, part: this.#part };
    this.#definition = definition;
    return caller;
  }

  returnTo({ definition, part }: Caller): void {
    this.#definition = definition;
    this.#part = part;
  }

  /** Throws a `TemplateError`. */
  fail(problem: string): never {
    const { source, name } = this.#definition;
    const before = source.text.slice(0, this.#part.offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const column = new TextEncoder().encode(before.slice(lineStart)).length;
    throw new TemplateError(
      `template: ${source.name}:${line}:${column}: executing ${quoteGo(name)} at <${showPart(this.#part)}>: ${problem}`,
    );
  }
}
