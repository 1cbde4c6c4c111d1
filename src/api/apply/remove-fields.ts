import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonList, isJsonObject, membersOf } from "../json-value.ts";
import { type FieldSet, isEmptySet, setWithin } from "./field-set.ts";
import { elementOfItem } from "./list-item.ts";
import { fieldElement } from "./path-element.ts";
import { type ListShape, type MapShape, type Place, placeOf, shapeOf } from "./shape.ts";
import { json } from "../schema/schema.ts";

/**
 * Removes the members and list items in `fields`. What loses all that it held becomes null, which
 * still counts as a field; atomic values that hold any of `fields` go whole.
 */
export function removeFields(place: Place, value: JsonValue, fields: FieldSet): JsonValue {
  const shape = shapeOf(place, value);
  if (shape.form === "scalar") return value;
  if (shape.form === "list") {
    if (!isJsonList(value) || shape.identity === "none") return null;
    return removeItems(shape, value, fields);
  }
  if (!isJsonObject(value) || shape.isAtomic) return null;
  return removeMembers(shape, value, fields);
}

function removeMembers(shape: MapShape, value: JsonObject, fields: FieldSet): JsonValue {
  const kept = new Map<string, JsonValue>();
  for (const [name, member] of membersOf(value)) {
    const element = fieldElement(name);
    if (fields.children.get(element)?.isMember) continue;
    const within = setWithin(fields, element);
    const place = shape.placeOf(name) ?? placeOf(json);
    kept.set(name, isEmptySet(within) ? member : removeFields(place, member, within));
  }
  return kept.size > 0 ? Object.fromEntries(kept) : null;
}

function removeItems(shape: ListShape, list: readonly JsonValue[], fields: FieldSet): JsonValue {
  const kept: JsonValue[] = [];
  for (const item of list) {
    const { element } = elementOfItem(shape, item);
    if (element === undefined) {
      kept.push(item);
      continue;
    }
    if (fields.children.get(element)?.isMember) continue;
    const within = setWithin(fields, element);
    kept.push(isEmptySet(within) ? item : removeFields(shape.item, item, within));
  }
  return kept.length > 0 ? kept : null;
}
