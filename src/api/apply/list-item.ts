import type { JsonValue } from "../schema/schema.ts";
import { isJsonList, isJsonObject, memberOf } from "../json-value.ts";
import { keyElement, type PathElement, valueElement } from "./path-element.ts";
import type { ListShape } from "./shape.ts";

/** The element that leads to an item, or why the item cannot be told apart. */
export type ItemElement =
  | { readonly element: PathElement; readonly problem?: undefined }
  | { readonly element?: undefined; readonly problem: string };

/** Finds what tells `item` apart from the other items of a list that is not atomic. */
export function elementOfItem(shape: ListShape, item: JsonValue): ItemElement {
  return shape.identity === "keys" ? keyedElement(shape, item) : setElement(item);
}

function keyedElement(shape: ListShape, item: JsonValue): ItemElement {
  if (item === null) {
    return { problem: "associative list with keys may not have a null element" };
  }
  if (!isJsonObject(item)) {
    return { problem: "associative list with keys may not have non-map elements" };
  }
  const keys: [string, JsonValue][] = [];
  for (const { name, whenAbsent } of shape.keys) {
    const key = memberOf(item, name) ?? whenAbsent;
    if (key !== undefined) keys.push([name, key]);
  }
  if (keys.length > 0) return { element: keyElement(keys) };
  const names = shape.keys.map(({ name }) => JSON.stringify(name)).join(" ");
  const omission = `associative list with keys has an element that omits all key fields [${names}]`;
  return { problem: `${omission} (and doesn't have default values for any key fields)` };
}

function setElement(item: JsonValue): ItemElement {
  if (isJsonObject(item)) {
    return { problem: "associative list without keys has an element that's a map type" };
  }
  if (isJsonList(item)) {
    return { problem: "not supported: associative list with lists as elements" };
  }
  if (item === null) {
    return { problem: "associative list without keys has an element that's an explicit null" };
  }
  return { element: valueElement(item) };
}

/** An item of a list with the element that leads to it. */
export interface Item {
  readonly element: PathElement;
  readonly value: JsonValue;
}

/** The items of a list, in order; those that cannot be told apart are left out. */
export function itemsOf(shape: ListShape, list: readonly JsonValue[]): readonly Item[] {
  const items: Item[] = [];
  for (const value of list) {
    const { element } = elementOfItem(shape, value);
    if (element !== undefined) items.push({ element, value });
  }
  return items;
}
