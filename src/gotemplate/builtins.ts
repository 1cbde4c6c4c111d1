/** The functions that every template has, but `and`, `or` and `call`, which execution itself does. */
import { equalsAny, isLess } from "./compare.ts";
import { escapeHtml, escapeJs, escapeUrlQuery } from "./escape.ts";
import { sprint, sprintf, sprintln } from "./printf.ts";
import {
  anyType,
  boxed,
  CallRefusal,
  functionOf,
  type GoFunction,
  type GoValue,
  isKind,
  isTrue,
  listOf,
  stringOf,
  typeNameOf,
  unboxed,
  zeroOf,
} from "./value.ts";

/** A parameter that takes any value as it is, even none. */
const valueType = "reflect.Value";

export const builtins: ReadonlyMap<string, GoFunction> = new Map([
  ["html", functionOf(["...interface {}"], (...args) => escapeHtml(textOf(args)))],
  ["js", functionOf(["...interface {}"], (...args) => escapeJs(textOf(args)))],
  ["urlquery", functionOf(["...interface {}"], (...args) => escapeUrlQuery(textOf(args)))],
  ["index", functionOf([valueType, "...reflect.Value"], indexed)],
  ["slice", functionOf([valueType, "...reflect.Value"], sliced)],
  ["len", functionOf([valueType], (item) => BigInt(lengthOf(item)))],
  ["not", functionOf([valueType], (item) => !isTrue(item))],
  ["print", functionOf(["...interface {}"], (...args) => sprint(args))],
  ["printf", functionOf(["string", "...interface {}"], printf)],
  ["println", functionOf(["...interface {}"], (...args) => sprintln(args))],
  ["eq", functionOf([valueType, "...reflect.Value"], (first, ...rest) => equalsAny(first, rest))],
  ["ne", functionOf([valueType, valueType], (left, right) => !equalsAny(left, [right]))],
  ["lt", functionOf([valueType, valueType], isLess)],
  ["le", functionOf([valueType, valueType], isLessOrEqual)],
  ["gt", functionOf([valueType, valueType], (left, right) => !isLessOrEqual(left, right))],
  ["ge", functionOf([valueType, valueType], (left, right) => !isLess(left, right))],
]);

/** All names that a template may call without being given them. */
export const builtinNames: ReadonlySet<string> = new Set([...builtins.keys(), "and", "or", "call"]);

function isLessOrEqual(left: GoValue, right: GoValue): boolean {
  return isLess(left, right) || equalsAny(left, [right]);
}

function printf(format: GoValue, ...args: readonly GoValue[]): string {
  return sprintf(stringOf(format), args);
}

/** What the escaping functions work on; a value that is not there says so. */
function textOf(args: readonly GoValue[]): string {
  return sprint(
    args.map((arg) => (unboxed(arg) === undefined || unboxed(arg) === null ? "<no value>" : arg)),
  );
}

function indexed(item: GoValue, ...indexes: readonly GoValue[]): GoValue {
  let found: GoValue = unboxed(item);
  if (found === undefined || found === null) throw new CallRefusal("index of untyped nil");
  for (const index of indexes) {
    found = elementAt(unboxed(found), unboxed(index));
  }
  return found;
}

function elementAt(item: GoValue, index: GoValue): GoValue {
  if (item === undefined || item === null) throw new CallRefusal("index of nil pointer");
  if (isKind(item, "map")) {
    if (index === undefined || index === null) {
      throw new CallRefusal("value is nil; should be of type string");
    }
    if (typeof index !== "string") {
      throw new CallRefusal(`value has type ${typeNameOf(index)}; should be string`);
    }
    if (!item.entries.has(index)) return zeroOf(item.elementType);
    return asElement(item.entries.get(index), item.elementType);
  }
  if (typeof item === "string") {
    const bytes = new TextEncoder().encode(item);
    return BigInt(bytes[indexWithin(index, bytes.length - 1, bytes.length)] ?? 0);
  }
  if (!isKind(item, "list")) throw new CallRefusal(`can't index item of type ${typeNameOf(item)}`);
  const place = indexWithin(index, item.items.length - 1, item.items.length);
  return asElement(item.items[place], item.elementType);
}

/** An element as the container holds it: in an interface when its static type is one. */
export function asElement(value: GoValue, elementType: string): GoValue {
  return elementType === anyType && !isKind(value, "interface") ? boxed(value) : value;
}

function indexWithin(index: GoValue, max: number, length: number): number {
  if (index === undefined || index === null) {
    throw new CallRefusal("cannot index slice/array with nil");
  }
  if (typeof index !== "bigint") {
    throw new CallRefusal(`cannot index slice/array with type ${typeNameOf(index)}`);
  }
  if (index < 0n || index > BigInt(length)) throw new CallRefusal(`index out of range: ${index}`);
  if (index > BigInt(max)) throw new CallRefusal("reflect: slice index out of range");
  return Number(index);
}

function sliced(item: GoValue, ...indexes: readonly GoValue[]): GoValue {
  const whole = unboxed(item);
  if (whole === undefined || whole === null) throw new CallRefusal("slice of untyped nil");
  if (indexes.length > 3) throw new CallRefusal(`too many slice indexes: ${indexes.length}`);
  if (typeof whole === "string" && indexes.length === 3) {
    throw new CallRefusal("cannot 3-index slice a string");
  }
  if (typeof whole !== "string" && !isKind(whole, "list")) {
    throw new CallRefusal(`can't slice item of type ${typeNameOf(whole)}`);
  }
  const length = lengthOf(whole);
  const [start = 0, end = length, capacity = length] = indexes.map((index) =>
    indexWithin(unboxed(index), length, length),
  );
  if (start > end) throw new CallRefusal(`invalid slice index: ${start} > ${end}`);
  if (end > capacity) throw new CallRefusal(`invalid slice index: ${end} > ${capacity}`);
  if (typeof whole !== "string") {
    return {
      ...listOf(whole.items.slice(start, end), whole.elementType),
      typeName: whole.typeName,
    };
  }
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    new TextEncoder().encode(whole).subarray(start, end),
  );
}

function lengthOf(value: GoValue): number {
  const item = unboxed(value);
  if (isKind(value, "interface") && item === null) throw new CallRefusal("len of nil pointer");
  // No value at all makes Go's own function panic, and the panic is the error.
  if (item === undefined || item === null) {
    throw new CallRefusal("reflect: call of reflect.Value.Type on zero Value");
  }
  if (typeof item === "string") return new TextEncoder().encode(item).length;
  if (isKind(item, "list")) return item.items.length;
  if (isKind(item, "map")) return item.entries.size;
  throw new CallRefusal(`len of type ${typeNameOf(item)}`);
}
