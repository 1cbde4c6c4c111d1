/** Evaluates pipelines: their operands, fields, functions and constants. */
import { quoteGo } from "#base";
import { asElement, builtins } from "./builtins.ts";
import type { Escaping } from "./escaping.ts";
import type { ExecutionPlace } from "./execution-place.ts";
import { formatPlain } from "./format-value.ts";
import { textLengthMax } from "./printf.ts";
import {
  type Chain,
  type Command,
  type NumberOperand,
  type Operand,
  type Part,
  type Pipeline,
  showPart,
  type Variable,
} from "./syntax.ts";
import {
  anyType,
  CallRefusal,
  canBeNil,
  type GoFunction,
  type GoMap,
  type GoTypeName,
  type GoValue,
  isKind,
  isTrue,
  typeNameOf,
  unboxed,
  zeroOf,
} from "./value.ts";
import type { VariableStack } from "./variable-stack.ts";

export interface ExecutionOptions {
  /** What a map gives for a key that it does not have: nothing, its zero value, or an error. */
  readonly missingKey: "default" | "zero" | "error";
  /** What templates may call besides the functions that all have. */
  readonly functions: ReadonlyMap<string, GoFunction>;
  /** Left out, values are written as they print. */
  readonly escaping?: Escaping;
}

const absent = Symbol("no argument from the pipeline");

/** What a function or field is applied to besides its receiver. */
interface Arguments {
  /** What operands are evaluated against. */
  readonly dot: GoValue;
  readonly operands: readonly Operand[];
  /** The value of the command before in the pipeline, which is the last argument. */
  readonly final: GoValue | typeof absent;
}

export class Evaluator {
  readonly #place: ExecutionPlace;
  readonly #variables: VariableStack;
  readonly #options: ExecutionOptions;

  constructor(place: ExecutionPlace, variables: VariableStack, options: ExecutionOptions) {
    this.#place = place;
    this.#variables = variables;
    this.#options = options;
  }

  /** The value of the last command; variables take it, too. */
  pipeline(dot: GoValue, pipeline: Pipeline): GoValue {
    this.#place.at(pipeline);
    this.#place.enter();
    let value: GoValue | typeof absent = absent;
    for (const command of pipeline.commands) {
      const raw: GoValue = this.#command(dot, command, value);
      value = isKind(raw, "interface") ? (unboxed(raw) ?? undefined) : raw;
    }
    const result = value === absent ? undefined : value;
    for (const variable of pipeline.variables) {
      if (pipeline.isAssignment) this.assign(variable.name, result);
      else this.#variables.declare(variable.name, result);
    }
    this.#place.leave();
    return result;
  }

  /** Gives a variable that exists another value. */
  assign(name: string, value: GoValue): void {
    if (!this.#variables.assign(name, value)) this.#place.fail(`undefined variable: ${name}`);
  }

  #command(dot: GoValue, command: Command, final: Arguments["final"]): GoValue {
    this.#place.step();
    const [first, ...operands] = command.operands;
    if (first === undefined) return undefined;
    const args: Arguments = { dot, operands, final };
    switch (first.kind) {
      case "field":
        this.#place.at(first);
        return this.#fields(dot, first, first.names, args);
      case "chain":
        return this.#chain(first, args);
      case "function":
        return this.#call(first.name, first, command, args);
      case "pipeline":
        this.#refuseArguments(first, args);
        return this.pipeline(dot, first);
      case "variable":
        return this.#variable(first, args);
      case "nil":
      case "dot":
        this.#place.at(first);
        this.#refuseArguments(first, args);
        return first.kind === "dot" ? dot : this.#place.fail("nil is not a command");
      default:
        this.#place.at(first);
        this.#refuseArguments(first, args);
        return this.#constant(first);
    }
  }

  #constant(operand: Extract<Operand, { readonly kind: "bool" | "string" | "number" }>): GoValue {
    return operand.kind === "number" ? this.#number(operand) : operand.value;
  }

  /** A number is a float when it is written like one, else an int. */
  #number(operand: NumberOperand): GoValue {
    this.#place.at(operand);
    const { text, integer, float } = operand;
    const isHexadecimal = /^0[xX]/.test(text) && !/[pP]/.test(text);
    if (!isHexadecimal && !text.startsWith("'") && /[.eEpP]/.test(text)) return float;
    if (integer === undefined || integer >= 2n ** 63n) this.#place.fail(`${text} overflows int`);
    return integer;
  }

  #chain(chain: Chain, args: Arguments): GoValue {
    this.#place.at(chain);
    const receiver = this.#argument(args.dot, undefined, chain.operand);
    return this.#fields(receiver, chain, chain.fields, args);
  }

  #variable(variable: Variable, args: Arguments): GoValue {
    this.#place.at(variable);
    const value = this.#variables.get(variable.name);
    if (variable.fields.length > 0) return this.#fields(value, variable, variable.fields, args);
    this.#refuseArguments(variable, args);
    return value;
  }

  /** Follows fields from the receiver; the arguments go to the last of them. */
  #fields(receiver: GoValue, part: Part, names: readonly string[], args: Arguments): GoValue {
    const none: Arguments = { dot: args.dot, operands: [], final: absent };
    let value = receiver;
    for (const [index, name] of names.entries()) {
      value = this.#field(value, name, part, index === names.length - 1 ? args : none);
    }
    return value;
  }

  #field(receiver: GoValue, name: string, part: Part, args: Arguments): GoValue {
    if (receiver === undefined) {
      if (this.#options.missingKey === "error") {
        this.#place.fail(`nil data; no entry for key ${quoteGo(name)}`);
      }
      return undefined;
    }
    const type = typeNameOf(receiver);
    const inner = unboxed(receiver);
    if (inner === null || inner === undefined) {
      this.#place.fail(`nil pointer evaluating ${type}.${name}`);
    }
    const method = methodOf(inner, name);
    if (method !== undefined) return this.#apply(method, name, part, args);
    const hasArguments = args.operands.length > 0 || args.final !== absent;
    if (isKind(inner, "struct") && inner.fields.has(name)) {
      if (hasArguments) {
        this.#place.fail(`${name} has arguments but cannot be invoked as function`);
      }
      return inner.fields.get(name);
    }
    if (!isKind(inner, "map")) this.#place.fail(`can't evaluate field ${name} in type ${type}`);
    if (hasArguments) this.#place.fail(`${name} is not a method but has arguments`);
    return this.#entry(inner, name);
  }

  #entry({ entries, elementType }: GoMap, name: string): GoValue {
    if (entries.has(name)) return asElement(entries.get(name), elementType);
    if (this.#options.missingKey === "error") {
      this.#place.fail(`map has no entry for key ${quoteGo(name)}`);
    }
    return this.#options.missingKey === "zero" ? zeroOf(elementType) : undefined;
  }

  /** Calls a function by its name; `part` is what an error of the function is told at. */
  #call(name: string, operand: Part, part: Part, args: Arguments): GoValue {
    this.#place.at(operand);
    const own = this.#options.functions.get(name);
    if (own !== undefined) return this.#apply(own, name, part, args);
    if (name === "and" || name === "or") return this.#shortCircuit(name, args);
    if (name === "call") return this.#callValue(part, args);
    const builtin = builtins.get(name);
    if (builtin === undefined) this.#place.fail(`${quoteGo(name)} is not a defined function`);
    return this.#apply(builtin, name, part, args);
  }

  /** `and` and `or` evaluate only as many arguments as decide. */
  #shortCircuit(name: "and" | "or", args: Arguments): GoValue {
    if (args.operands.length === 0 && args.final === absent) {
      this.#place.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    }
    let value: GoValue;
    for (const operand of args.operands) {
      value = this.#argument(args.dot, "reflect.Value", operand);
      if (isTrue(value) === (name === "or")) return value;
    }
    return args.final === absent ? value : args.final;
  }

  /** `call`: the first argument is the function. */
  #callValue(part: Part, args: Arguments): GoValue {
    const values = args.operands.map((operand) =>
      this.#argument(args.dot, "reflect.Value", operand),
    );
    if (args.final !== absent) values.push(args.final);
    if (values.length === 0) {
      this.#place.fail("wrong number of args for call: want at least 1 got 0");
    }
    const [first, ...rest] = values.map(unboxed);
    const named = args.operands[0];
    const name = named === undefined ? formatPlain(first) : showPart(named);
    return this.#guarded("call", part, () => {
      if (first === undefined || first === null) throw new CallRefusal("call of nil");
      if (!isKind(first, "function")) {
        throw new CallRefusal(`non-function ${name} of type ${typeNameOf(first)}`);
      }
      return first.call(checkedArguments(first, name, rest));
    });
  }

  #apply(callee: GoFunction, name: string, part: Part, args: Arguments): GoValue {
    const { parameters, variadic } = callee;
    const count = args.operands.length + (args.final === absent ? 0 : 1);
    if (variadic !== undefined && count < parameters.length) {
      const want = `want at least ${parameters.length} got ${args.operands.length}`;
      this.#place.fail(`wrong number of args for ${name}: ${want}`);
    }
    if (variadic === undefined && count !== parameters.length) {
      this.#place.fail(`wrong number of args for ${name}: want ${parameters.length} got ${count}`);
    }
    const typeAt = (index: number) => parameters[index] ?? variadic ?? anyType;
    const values = args.operands.map((operand, index) =>
      this.#argument(args.dot, typeAt(index), operand),
    );
    if (args.final !== absent) values.push(this.#typed(args.final, typeAt(count - 1)));
    return this.#guarded(name, part, () => callee.call(values));
  }

  #guarded(name: string, part: Part, call: () => GoValue): GoValue {
    try {
      const value = call();
      if (typeof value !== "string" || value.length <= textLengthMax) return value;
      throw new CallRefusal(`text is longer than ${textLengthMax} characters`);
    } catch (error) {
      // A refusal is the template's own fault, and is told with its place; others are not ours.
      if (!(error instanceof CallRefusal)) throw error;
      this.#place.at(part);
      this.#place.fail(`error calling ${name}: ${error.message}`);
    }
  }

  /** An operand as an argument of this type; undefined takes any, for the start of a chain. */
  #argument(dot: GoValue, type: GoTypeName | undefined, operand: Operand): GoValue {
    this.#place.at(operand);
    const none: Arguments = { dot, operands: [], final: absent };
    switch (operand.kind) {
      case "dot":
        return this.#typed(dot, type);
      case "nil":
        if (type === undefined) this.#place.fail("indirection through explicit nil");
        if (!canBeNil(type)) this.#place.fail(`cannot assign nil to ${type}`);
        return type === "reflect.Value" ? undefined : null;
      case "field":
        return this.#typed(this.#fields(dot, operand, operand.names, none), type);
      case "variable":
        return this.#typed(this.#variable(operand, none), type);
      case "pipeline":
        return this.#typed(this.pipeline(dot, operand), type);
      case "function":
        return this.#typed(this.#call(operand.name, operand, operand, none), type);
      case "chain":
        return this.#typed(this.#chain(operand, none), type);
      default:
        return this.#typedConstant(operand, type);
    }
  }

  /** A constant takes the type that is asked of it, if it can. */
  #typedConstant(
    operand: Extract<Operand, { readonly kind: "bool" | "string" | "number" }>,
    type: GoTypeName | undefined,
  ): GoValue {
    switch (type) {
      case "bool":
        if (operand.kind === "bool") return operand.value;
        return this.#place.fail(`expected bool; found ${showPart(operand)}`);
      case "string":
        if (operand.kind === "string") return operand.value;
        return this.#place.fail(`expected string; found ${showPart(operand)}`);
      case "int":
        if (operand.kind === "number" && operand.integer !== undefined) return operand.integer;
        return this.#place.fail(`expected integer; found ${showPart(operand)}`);
      case "float64":
        if (operand.kind === "number" && operand.float !== undefined) return operand.float;
        return this.#place.fail(`expected float; found ${showPart(operand)}`);
      case anyType:
      case "reflect.Value":
      case undefined:
        return this.#constant(operand);
      default:
        return this.#place.fail(`can't handle ${showPart(operand)} for arg of type ${type}`);
    }
  }

  /** The value, if it is of the type or can stand for it. */
  #typed(value: GoValue, type: GoTypeName | undefined): GoValue {
    if (type === undefined || type === "reflect.Value") return value;
    if (value === undefined) {
      if (!canBeNil(type)) this.#place.fail(`invalid value; expected ${type}`);
      return null;
    }
    const inner = unboxed(value);
    const actual = typeNameOf(inner);
    if (type === anyType || actual === type) return inner;
    if (isKind(inner, "struct") && actual === `*${type}`) return { ...inner, typeName: type };
    // A type with a name of its own is as good as what it is made of.
    if (isKind(inner, "list") && type === `[]${inner.elementType}`) return inner;
    if (isKind(inner, "map") && type === `map[string]${inner.elementType}`) return inner;
    this.#place.fail(`wrong type for value; expected ${type}; got ${actual}`);
  }

  #refuseArguments(operand: Operand, args: Arguments): void {
    if (args.operands.length === 0 && args.final === absent) return;
    this.#place.fail(`can't give argument to non-function ${showPart(operand)}`);
  }
}

function methodOf(value: GoValue, name: string): GoFunction | undefined {
  const hasMethods = isKind(value, "struct") || isKind(value, "list") || isKind(value, "map");
  return hasMethods ? value.methods?.get(name) : undefined;
}

/** Arguments that a function is given by `call`, checked against its parameters. */
function checkedArguments(
  callee: GoFunction,
  name: string,
  values: readonly GoValue[],
): readonly GoValue[] {
  const { parameters, variadic } = callee;
  const isVariadic = variadic !== undefined;
  const missing = parameters.length - values.length;
  if (missing > 0 || (missing < 0 && !isVariadic)) {
    const want = isVariadic ? "want at least" : "want";
    const counts = `got ${values.length} ${want} ${parameters.length}`;
    throw new CallRefusal(`wrong number of args for ${name}: ${counts}`);
  }
  for (const [index, value] of values.entries()) {
    const problem = typeProblem(value, parameters[index] ?? variadic ?? anyType);
    if (problem !== undefined) throw new CallRefusal(`arg ${index}: ${problem}`);
  }
  return values;
}

function typeProblem(value: GoValue, type: GoTypeName): string | undefined {
  if (value === undefined || value === null) {
    return canBeNil(type) ? undefined : `value is nil; should be of type ${type}`;
  }
  const actual = typeNameOf(value);
  const fits = [anyType, "reflect.Value", actual].includes(type);
  return fits ? undefined : `value has type ${actual}; should be ${type}`;
}
