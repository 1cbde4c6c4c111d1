/**
 * One step of a path into an object, written as managed fields write it:
 *
 * - `f:name`: the member of that name,
 * - `k:{"name":"x"}`: the list item with these keys, sorted by name,
 * - `v:"x"`: that item of a set,
 * - `i:0`: the item at that index.
 *
 * The text is the element: canonical, so that equal elements are equal strings.
 */

import { compareText } from "#base";
import type { JsonValue } from "../schema/schema.ts";
import { formatGoValue, formatSortedJson, isJsonObject, membersOf } from "../json-value.ts";

export type PathElement = string;

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The item with these keys, which are sorted by name. */
export function keyElement(keys: readonly (readonly [string, JsonValue])[]): PathElement {
  const texts = keys.map(([name, key]) => `${formatSortedJson(name)}:${formatSortedJson(key)}`);
  return `k:{${texts.join(",")}}`;
}

export function valueElement(value: JsonValue): PathElement {
  return `v:${formatSortedJson(value)}`;
}

/** The name of a member that an element leads to; undefined for items of lists. */
export function fieldNameOf(element: PathElement): string | undefined {
  return element.startsWith("f:") ? element.slice(2) : undefined;
}

export function isKeyElement(element: PathElement): boolean {
  return element.startsWith("k:");
}

/** Brings written text into canonical form; undefined for kinds of elements that are not known. */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error(`key must be 2 characters long: ${text}`);
  if (text[1] !== ":") throw new Error(`missing colon: ${text}`);
  const rest = text.slice(2);
  switch (text[0]) {
    case "f":
      return text;
    case "v":
      return valueElement(parseJson(rest));
    case "k": {
      const keys = parseJson(rest);
      if (!isJsonObject(keys)) throw new Error(`expected an object: ${text}`);
      return `k:${formatSortedJson(keys)}`;
    }
    case "i":
      if (!/^-?\d{1,15}$/.test(rest)) throw new Error(`invalid index: ${text}`);
      return `i:${Number(rest)}`;
    default:
      return undefined;
  }
}

function parseJson(text: string): JsonValue {
  return JSON.parse(text);
}

/** Orders elements as upstream writes them: members, keyed items, values, indices. */
export function sortPathElements(elements: Iterable<PathElement>): PathElement[] {
  const all = [...elements];
  if (all.length <= 1) return all;
  if (all.every((element) => element.startsWith("f:"))) return all.sort(compareText);
  const ranked = all.map((element) => ({ element, order: orderOf(element) }));
  return ranked.sort((a, b) => compareOrders(a.order, b.order)).map(({ element }) => element);
}

/** What decides the order of an element: first its kind, then text or values. */
type ElementOrder = readonly [kind: number, values: readonly JsonValue[]];

function orderOf(element: PathElement): ElementOrder {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return [0, [rest]];
  const value = parseJson(rest);
  if (element.startsWith("k:") && isJsonObject(value)) return [1, membersOf(value).flat()];
  return [element.startsWith("v:") ? 2 : 3, [value]];
}

function compareOrders(left: ElementOrder, right: ElementOrder): number {
  if (left[0] !== right[0]) return left[0] - right[0];
  const length = Math.min(left[1].length, right[1].length);
  for (let index = 0; index < length; index++) {
    const order = compareValues(left[1][index] ?? null, right[1][index] ?? null);
    if (order !== 0) return order;
  }
  return left[1].length - right[1].length;
}

/** Numbers before text before everything else. */
function compareValues(left: JsonValue, right: JsonValue): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const order = rankOf(left) - rankOf(right);
  return order === 0 ? compareText(formatSortedJson(left), formatSortedJson(right)) : order;
}

function rankOf(value: JsonValue): number {
  const ranks: Readonly<Record<string, number>> = { number: 0, bigint: 0, string: 1, boolean: 2 };
  return ranks[typeof value] ?? 3;
}

/** A path as messages show it: `.spec.containers[name="web"].image`. */
export function formatPath(path: readonly PathElement[]): string {
  return path.map(formatPathElement).join("");
}

export function formatPathElement(element: PathElement): string {
  const rest = element.slice(2);
  if (element.startsWith("f:")) return `.${rest}`;
  if (element.startsWith("i:")) return `[${rest}]`;
  const value = parseJson(rest);
  if (element.startsWith("v:")) return `[=${formatKeyValue(value)}]`;
  const keys = isJsonObject(value) ? membersOf(value) : [];
  return `[${keys.map(([name, key]) => `${name}=${formatKeyValue(key)}`).join(",")}]`;
}

function formatKeyValue(value: JsonValue): string {
  return typeof value === "string" ? JSON.stringify(value) : formatGoValue(value);
}
