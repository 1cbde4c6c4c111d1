/** Executes a parsed template: walks through its statements and writes what they give. */
import { compareText, quoteGo } from "#base";
import { asElement } from "./builtins.ts";
import { type Escaping, noEscaping } from "./escaping.ts";
import { Evaluator, type ExecutionOptions } from "./evaluate.ts";
import { ExecutionPlace } from "./execution-place.ts";
import { formatPlain } from "./format-value.ts";
import type { Definition } from "./parser.ts";
import { textLengthMax } from "./printf.ts";
import {
  type Branch,
  type Invocation,
  type Pipeline,
  showPart,
  type Statement,
  type StatementList,
} from "./syntax.ts";
import { type GoValue, isKind, isTrue, typeNameOf, unboxed } from "./value.ts";
import { VariableStack } from "./variable-stack.ts";

/** What execution needs to know of the templates around the one that it begins with. */
export interface Surroundings {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly options: ExecutionOptions;
}

/** The text that the definition makes of `data`. Throws a `TemplateError`. */
export function execute(definition: Definition, data: GoValue, around: Surroundings): string {
  const root = data === null ? undefined : data;
  return new Execution(definition, root, around).run(root, definition.body);
}

/** Whether the loop around a statement goes on. */
type Flow = "next" | "break" | "continue";

class Execution {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #place: ExecutionPlace;
  readonly #variables: VariableStack;
  readonly #evaluator: Evaluator;
  readonly #escaping: Escaping;
  readonly #out: string[] = [];
  #outLength = 0;

  constructor(definition: Definition, root: GoValue, { definitions, options }: Surroundings) {
    this.#definitions = definitions;
    this.#place = new ExecutionPlace(definition);
    this.#variables = new VariableStack(root);
    this.#evaluator = new Evaluator(this.#place, this.#variables, options);
    this.#escaping = options.escaping ?? noEscaping;
  }

  run(dot: GoValue, body: StatementList): string {
    this.#walkList(dot, body);
    return this.#out.join("");
  }

  #walkList(dot: GoValue, list: StatementList): Flow {
    this.#place.at(list);
    this.#place.step();
    this.#place.enter();
    for (const statement of list.statements) {
      const flow = this.#walk(dot, statement);
      if (flow === "next") continue;
      this.#place.leave();
      return flow;
    }
    this.#place.leave();
    return "next";
  }

  #walk(dot: GoValue, statement: Statement): Flow {
    this.#place.at(statement);
    switch (statement.kind) {
      case "text":
        this.#write(this.#escaping.literal(statement.text));
        return "next";
      case "action": {
        const value = this.#evaluator.pipeline(dot, statement.pipeline);
        if (statement.pipeline.variables.length === 0) this.#print(statement, value);
        return "next";
      }
      case "if":
      case "with":
        return this.#walkChoice(dot, statement);
      case "range":
        return this.#walkRange(dot, statement);
      case "template":
        this.#walkInvocation(dot, statement);
        return "next";
      case "break":
      case "continue":
        return statement.kind;
    }
  }

  #walkChoice(dot: GoValue, branch: Branch): Flow {
    const mark = this.#variables.size;
    const value = this.#evaluator.pipeline(dot, branch.pipeline);
    let flow: Flow = "next";
    if (isTrue(value)) {
      flow = this.#walkList(branch.kind === "with" ? value : dot, branch.body);
    } else if (branch.otherwise !== undefined) {
      flow = this.#walkList(dot, branch.otherwise);
    }
    this.#variables.shrink(mark);
    return flow;
  }

  #walkRange(dot: GoValue, branch: Branch): Flow {
    const mark = this.#variables.size;
    const value = unboxed(this.#evaluator.pipeline(dot, branch.pipeline));
    const inner = this.#variables.size;
    let isEmpty = true;
    for (const [key, element] of this.#elementsOf(value, branch.pipeline)) {
      isEmpty = false;
      this.#setLoopVariables(branch.pipeline, key, element);
      const flow = this.#walkList(element, branch.body);
      this.#variables.shrink(inner);
      if (flow === "break") break;
    }
    let flow: Flow = "next";
    if (isEmpty && branch.otherwise !== undefined) flow = this.#walkList(dot, branch.otherwise);
    this.#variables.shrink(mark);
    return flow;
  }

  *#elementsOf(value: GoValue, pipeline: Pipeline): Generator<readonly [GoValue, GoValue]> {
    if (value === undefined || value === null) return;
    if (typeof value === "bigint") {
      if (pipeline.variables.length > 1) {
        this.#place.fail(`can't use ${value} to iterate over more than one variable`);
      }
      for (let element = 0n; element < value; element++) yield [undefined, element];
    } else if (isKind(value, "list")) {
      for (const [index, item] of value.items.entries()) {
        yield [BigInt(index), asElement(item, value.elementType)];
      }
    } else if (isKind(value, "map")) {
      for (const key of [...value.entries.keys()].sort(compareText)) {
        yield [key, asElement(value.entries.get(key), value.elementType)];
      }
    } else this.#place.fail(`range can't iterate over ${formatPlain(value)}`);
  }

  /** One variable takes the element; of two, the first takes the key. */
  #setLoopVariables(pipeline: Pipeline, key: GoValue, element: GoValue): void {
    const { variables, isAssignment } = pipeline;
    const values = variables.length > 1 ? [key, element] : [element];
    for (const [index, { name }] of variables.entries()) {
      if (isAssignment) this.#evaluator.assign(name, values[index]);
      else this.#variables.assignLast(variables.length - index, values[index]);
    }
  }

  #walkInvocation(dot: GoValue, { name, pipeline }: Invocation): void {
    const definition = this.#definitions.get(name);
    if (definition === undefined) this.#place.fail(`template ${quoteGo(name)} not defined`);
    const argument = pipeline === undefined ? undefined : this.#evaluator.pipeline(dot, pipeline);
    const caller = this.#place.enterDefinition(definition);
    const hidden = this.#variables.begin(argument);
    this.#walkList(argument, definition.body);
    this.#variables.end(hidden);
    this.#place.returnTo(caller);
  }

  #print(statement: Statement, value: GoValue): void {
    this.#place.at(statement);
    if (isKind(value, "function")) {
      this.#place.fail(`can't print ${showPart(statement)} of type ${typeNameOf(value)}`);
    }
    this.#write(this.#escaping.value(value, printed(value)));
  }

  #write(text: string): void {
    this.#outLength += text.length;
    if (this.#outLength > textLengthMax) {
      this.#place.fail(`output is longer than ${textLengthMax} characters`);
    }
    this.#out.push(text);
  }
}

function printed(value: GoValue): string {
  if (value === undefined) return "<no value>";
  if (typeof value === "string") return value;
  if (!isKind(value, "struct") || value.text !== undefined) return formatPlain(value);
  return formatPlain({ ...value, typeName: value.typeName.replace(/^\*/, "") });
}
