/**
 * The values that templates compute with. Go is typed and JavaScript is not, so what matters for a
 * template's output or error text is written down: `bigint` is Go's int and `number` its float64, and
 * composite values carry the name of their type.
 *
 * Templates reach nothing but what is listed in these shapes: no prototypes, no getters.
 */
import { assert } from "#base";

export type GoValue =
  /** No value at all, such as a missing entry of a map: prints as `<no value>`. */
  | undefined
  /** A nil interface or pointer. */
  | null
  | boolean
  | string
  | number
  | bigint
  | GoList
  | GoMap
  | GoStruct
  | GoFunction
  | GoInterface;

/** The name of a type as Go prints it: `string`, `map[string]string`, `*template.sample`. */
export type GoTypeName = string;

/** A slice. */
export interface GoList {
  readonly kind: "list";
  readonly typeName: GoTypeName;
  readonly elementType: GoTypeName;
  readonly items: readonly GoValue[];
  /** Of a type with a name of its own. `String` is how it prints. */
  readonly methods?: ReadonlyMap<string, GoFunction>;
}

/** A map with strings as keys. */
export interface GoMap {
  readonly kind: "map";
  readonly typeName: GoTypeName;
  readonly elementType: GoTypeName;
  readonly entries: ReadonlyMap<string, GoValue>;
  /** As those of a list. */
  readonly methods?: ReadonlyMap<string, GoFunction>;
}

/** A struct, or a pointer to one when its type's name begins with `*`. */
export interface GoStruct {
  readonly kind: "struct";
  readonly typeName: GoTypeName;
  /** In the order of declaration. A field declared as an interface holds a `GoInterface`. */
  readonly fields: ReadonlyMap<string, GoValue>;
  readonly methods: ReadonlyMap<string, GoFunction>;
  /** What its `String` method returns; undefined when it has none, and prints field by field. */
  readonly text: string | undefined;
  /** What its methods know of it and templates do not see. */
  readonly hidden?: bigint;
}

export interface GoFunction {
  readonly kind: "function";
  readonly parameters: readonly GoTypeName[];
  /** The type of any further arguments; undefined when none are taken. */
  readonly variadic: GoTypeName | undefined;
  /** Throws `CallRefusal` where the function of Go returns an error; other errors pass untouched. */
  readonly call: (args: readonly GoValue[]) => GoValue;
}

/** A value whose static type is `interface {}`, which some error messages name instead of its own. */
export interface GoInterface {
  readonly kind: "interface";
  readonly value: GoValue;
}

/** The error that a function called by a template returns. */
export class CallRefusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CallRefusal";
  }
}

/** The type that holds anything. */
export const anyType: GoTypeName = "interface {}";

/** Marks a value as having come out of an interface. */
export function boxed(value: GoValue): GoInterface {
  return { kind: "interface", value };
}

/** What is inside an interface; any other value as it is. */
export function unboxed(value: GoValue): Exclude<GoValue, GoInterface> {
  let inner = value;
  while (isKind(inner, "interface")) inner = inner.value;
  return inner;
}

export function listOf(items: readonly GoValue[], elementType: GoTypeName = anyType): GoList {
  return { kind: "list", typeName: `[]${elementType}`, elementType, items };
}

export function mapOf(
  entries: ReadonlyMap<string, GoValue>,
  elementType: GoTypeName = anyType,
): GoMap {
  return { kind: "map", typeName: `map[string]${elementType}`, elementType, entries };
}

/** A function for templates. The last type is of all further arguments when it begins with `...`. */
export function functionOf(
  types: readonly GoTypeName[],
  call: (...args: readonly GoValue[]) => GoValue,
): GoFunction {
  const last = types.at(-1) ?? "";
  const isVariadic = last.startsWith("...");
  return {
    kind: "function",
    parameters: isVariadic ? types.slice(0, -1) : types,
    variadic: isVariadic ? last.slice(3) : undefined,
    call: (args) => call(...args),
  };
}

/** Plain data, as JSON has it, in the types that Go's decoder gives it. */
export function goValueOf(plain: unknown): GoValue {
  if (plain === null || plain === undefined) return null;
  if (Array.isArray(plain)) return listOf(plain.map(goValueOf));
  if (plain instanceof Map) {
    return mapOf(new Map([...plain].map(([key, value]) => [String(key), goValueOf(value)])));
  }
  switch (typeof plain) {
    case "boolean":
    case "string":
    case "number":
    case "bigint":
      return plain;
    case "object":
      return mapOf(new Map(Object.entries(plain).map(([key, value]) => [key, goValueOf(value)])));
    default:
      throw new TypeError(`a ${typeof plain} has no counterpart in a template`);
  }
}

/** A value that a parameter of type `string` has received. */
export function stringOf(value: GoValue): string {
  assert(typeof value === "string", "arguments are of the type of their parameter");
  return value;
}

/** Whether a composite value is of this kind. */
export function isKind<K extends "list" | "map" | "struct" | "function" | "interface">(
  value: GoValue,
  kind: K,
): value is Extract<GoValue, { readonly kind: K }> {
  return typeof value === "object" && value !== null && value.kind === kind;
}

export function typeNameOf(value: GoValue): GoTypeName {
  switch (typeof value) {
    case "undefined":
      return "<nil>";
    case "boolean":
      return "bool";
    case "string":
      return "string";
    case "number":
      return "float64";
    case "bigint":
      return "int";
    default:
      break;
  }
  if (value === null || value.kind === "interface") return anyType;
  if (value.kind !== "function") return value.typeName;
  const variadic = value.variadic === undefined ? [] : [`...${value.variadic}`];
  return `func(${[...value.parameters, ...variadic].join(", ")})`;
}

/** Whether `if` takes its branch: everything but the zero value of its type is true. */
export function isTrue(value: GoValue): boolean {
  const inner = unboxed(value);
  switch (typeof inner) {
    case "undefined":
      return false;
    case "boolean":
      return inner;
    case "string":
      return inner !== "";
    case "number":
      return inner !== 0;
    case "bigint":
      return inner !== 0n;
    default:
      break;
  }
  if (inner === null) return false;
  if (inner.kind === "list") return inner.items.length > 0;
  if (inner.kind === "map") return inner.entries.size > 0;
  return true;
}

/** The value that a missing entry of a map of this type has, when missing keys count as zero. */
export function zeroOf(type: GoTypeName): GoValue {
  if (type === "string") return "";
  if (type === "bool") return false;
  if (type === "int") return 0n;
  if (type === "float64") return 0;
  return type === anyType ? boxed(null) : null;
}

/** Whether nil can be of this type. */
export function canBeNil(type: GoTypeName): boolean {
  return /^(?:interface|\*|map\[|\[\]|func|reflect\.Value)/.test(type);
}
