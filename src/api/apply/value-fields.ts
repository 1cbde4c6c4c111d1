/** Which fields a value has: the set that applying it would own. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonList, isJsonObject, membersOf } from "../json-value.ts";
import { type FieldSet, FieldSetBuilder } from "./field-set.ts";
import { itemsOf } from "./list-item.ts";
import { fieldElement, type PathElement } from "./path-element.ts";
import { type ListShape, type MapShape, type Place, shapeOf } from "./shape.ts";

/**
 * The fields of `value`: scalars, atomic values and empty maps, every item of a merged list, and
 * every free key of a map. A struct that merges is not a field itself.
 */
export function fieldsOfValue(place: Place, value: JsonValue): FieldSet {
  const builder = new FieldSetBuilder();
  collect(place, value, [], builder);
  return builder.set;
}

function collect(place: Place, value: JsonValue, path: PathElement[], into: FieldSetBuilder): void {
  const shape = shapeOf(place, value);
  if (shape.form === "map" && !shape.isAtomic) {
    if (isJsonObject(value)) collectMembers(shape, value, path, into);
  } else if (shape.form === "list" && shape.identity !== "none") {
    if (isJsonList(value)) collectItems(shape, value, path, into);
  } else {
    into.insert(path);
  }
}

function collectMembers(
  shape: MapShape,
  value: JsonObject,
  path: PathElement[],
  into: FieldSetBuilder,
): void {
  for (const [name, member] of membersOf(value)) {
    path.push(fieldElement(name));
    const place = shape.placeOf(name);
    if (place !== undefined) collect(place, member, path, into);
    const isHollow = member === null || (isJsonObject(member) && membersOf(member).length === 0);
    if (isHollow || !shape.isField(name)) into.insert(path);
    path.pop();
  }
}

/** Items that stand in the list more than once count as one field, and nothing within them does. */
function collectItems(
  shape: ListShape,
  list: readonly JsonValue[],
  path: PathElement[],
  into: FieldSetBuilder,
): void {
  const items = itemsOf(shape, list);
  const counts = new Map<PathElement, number>();
  for (const { element } of items) counts.set(element, (counts.get(element) ?? 0) + 1);
  for (const { element, value } of items) {
    path.push(element);
    into.insert(path);
    if (counts.get(element) === 1) collect(shape.item, value, path, into);
    path.pop();
  }
}
