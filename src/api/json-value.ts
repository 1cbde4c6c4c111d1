/**
 * Plain JSON values as data: what the patches, field sets and comparisons share.
 *
 * Values are never changed in place. Objects are read by own properties only and built by definition,
 * so that a key such as `__proto__` is a key like any other.
 */

import { compareText } from "#base";
import type { JsonObject, JsonValue } from "./schema/schema.ts";

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !isJsonList(value);
}

export function isJsonList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The own property `name`; undefined when absent. */
export function memberOf(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** The value at the end of `path`; undefined when any step is absent or not an object. */
export function valueAt(
  value: JsonValue | undefined,
  ...path: readonly string[]
): JsonValue | undefined {
  let found = value;
  for (const name of path) {
    if (!isJsonObject(found)) return undefined;
    found = memberOf(found, name);
  }
  return found;
}

export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path);
  return isJsonObject(found) ? found : {};
}

export function listAt(
  value: JsonValue | undefined,
  ...path: readonly string[]
): readonly JsonValue[] {
  const found = valueAt(value, ...path);
  return isJsonList(found) ? found : [];
}

/** The string at the end of `path`; empty when there is none. */
export function textAt(value: JsonValue | undefined, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The members that are present; a member that is undefined counts as absent. */
export function membersOf(object: JsonObject): [string, JsonValue][] {
  const members: [string, JsonValue][] = [];
  for (const name of Object.keys(object)) {
    const member = object[name];
    if (member !== undefined) members.push([name, member]);
  }
  return members;
}

/** A copy of `object` with `name` set, or removed when `value` is undefined. */
function withMember(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
  const members = new Map(membersOf(object));
  if (value === undefined) members.delete(name);
  else members.set(name, value);
  return Object.fromEntries(members);
}

/** A copy of `object` with the value at the end of `path` set; steps that are absent are made. */
export function withValueAt(
  object: JsonObject,
  path: readonly string[],
  value: JsonValue | undefined,
): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  if (rest.length === 0) return withMember(object, name, value);
  return withMember(object, name, withValueAt(objectAt(object, name), rest, value));
}

/** Deep equality of JSON values: numbers by value, objects regardless of order. */
export function isEqualJson(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === right) return true;
  if (isJsonList(left)) {
    if (!isJsonList(right) || left.length !== right.length) return false;
    return left.every((item, index) => isEqualJson(item, right[index]));
  }
  if (isJsonObject(left)) {
    if (!isJsonObject(right)) return false;
    const members = membersOf(left);
    if (members.length !== membersOf(right).length) return false;
    return members.every(([name, member]) => isEqualJson(member, memberOf(right, name)));
  }
  if (typeof left === "bigint" || typeof right === "bigint") {
    return isNumeric(left) && isNumeric(right) && BigInt(left) === BigInt(right);
  }
  return false;
}

function isNumeric(value: JsonValue | undefined): value is number | bigint {
  return typeof value === "bigint" || (typeof value === "number" && Number.isInteger(value));
}

/** JSON text as Go's encoder writes it: keys sorted, `<`, `>`, `&` and line separators escaped. */
export function formatSortedJson(value: JsonValue): string {
  if (isJsonList(value)) return `[${value.map(formatSortedJson).join(",")}]`;
  if (isJsonObject(value)) {
    const members = membersOf(value).sort(([a], [b]) => compareText(a, b));
    const texts = members.map(([name, member]) => `${quoted(name)}:${formatSortedJson(member)}`);
    return `{${texts.join(",")}}`;
  }
  return typeof value === "string" ? quoted(value) : String(value);
}

const escapes: Readonly<Record<string, string>> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

function quoted(text: string): string {
  if (!/[<>&\u2028\u2029]/.test(text)) return JSON.stringify(text);
  return JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (found) => escapes[found] ?? found);
}

/** A value as Go's `%v` prints it, for messages: `map[name:a ports:[80 443]]`. */
export function formatGoValue(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (isJsonList(value)) return `[${value.map(formatGoValue).join(" ")}]`;
  if (isJsonObject(value)) {
    const members = membersOf(value).sort(([a], [b]) => compareText(a, b));
    return `map[${members.map(([name, member]) => `${name}:${formatGoValue(member)}`).join(" ")}]`;
  }
  return String(value);
}

/** What Go's decoder calls the JSON type of a value: `object`, `array`, `string`, … */
export function jsonTypeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (isJsonList(value)) return "array";
  const type = typeof value;
  if (type === "boolean") return "bool";
  return type === "bigint" ? "number" : type;
}
