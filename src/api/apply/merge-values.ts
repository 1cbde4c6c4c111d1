/** Laying an applied configuration over a live object. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonList, isJsonObject, memberOf, membersOf } from "../json-value.ts";
import { type Item, itemsOf } from "./list-item.ts";
import type { PathElement } from "./path-element.ts";
import { type ListShape, type MapShape, type Place, shapeOf } from "./shape.ts";

type MaybeValue = JsonValue | undefined;

/** Merges `config` into `live`: what the configuration says wins, what it does not say stays. */
export function mergeValues(place: Place, live: MaybeValue, config: MaybeValue): MaybeValue {
  const shape = shapeOf(place, config === undefined ? live : config);
  if (shape.form === "map" && !shape.isAtomic) {
    const [left, right] = [isJsonObject(live) ? live : {}, isJsonObject(config) ? config : {}];
    if (!isHollow(left) || !isHollow(right)) return mergeMembers(shape, left, right);
  } else if (shape.form === "list" && shape.identity !== "none") {
    const [left, right] = [isJsonList(live) ? live : [], isJsonList(config) ? config : []];
    if (left.length + right.length > 0) return mergeItems(shape, left, right);
  }
  return config === undefined ? live : config;
}

function isHollow(object: JsonObject): boolean {
  return membersOf(object).length === 0;
}

function mergeMembers(shape: MapShape, live: JsonObject, config: JsonObject): MaybeValue {
  const merged = new Map<string, JsonValue>();
  for (const name of new Set([...membersOf(live), ...membersOf(config)].map(([key]) => key))) {
    const place = shape.placeOf(name);
    const member =
      place === undefined
        ? memberOf(live, name)
        : mergeValues(place, memberOf(live, name), memberOf(config, name));
    if (member !== undefined) merged.set(name, member);
  }
  return merged.size > 0 ? Object.fromEntries(merged) : undefined;
}

/**
 * Merges the items of two lists. Items of both stand in the order of the configuration; items that
 * only one list has stay where they stood relative to their neighbours, live ones first.
 */
function mergeItems(
  shape: ListShape,
  live: readonly JsonValue[],
  config: readonly JsonValue[],
): MaybeValue {
  const lefts = itemsOf(shape, live);
  const rights = itemsOf(shape, config);
  const leftValues = uniqueValues(lefts);
  const rightValues = uniqueValues(rights);
  const merged = interleave(lefts, rights).map(({ element, value }) =>
    rightValues.has(element)
      ? mergeValues(shape.item, leftValues.get(element), rightValues.get(element))
      : value,
  );
  const present = merged.filter((item) => item !== undefined);
  return present.length > 0 ? present : undefined;
}

/** The value of each item; null for items that stand in the list more than once. */
function uniqueValues(items: readonly Item[]): ReadonlyMap<PathElement, JsonValue> {
  const values = new Map<PathElement, JsonValue>();
  for (const { element, value } of items) values.set(element, values.has(element) ? null : value);
  return values;
}

/** The order of the merged list, from the items of both; those of both lists appear once. */
function interleave(lefts: readonly Item[], rights: readonly Item[]): readonly Item[] {
  const inLeft = elementsOf(lefts);
  const inRight = elementsOf(rights);
  // Items of both lists, in the order in which they will be taken.
  const shared = rights.map(({ element }) => element).filter((element) => inLeft.has(element));
  const order: Item[] = [];
  let leftIndex = 0;
  let sharedIndex = 0;
  for (const right of rights) {
    for (; leftIndex < lefts.length; leftIndex++) {
      const left = lefts[leftIndex];
      if (left === undefined) break;
      const isRightOnlyNext =
        left.element === shared[sharedIndex] && left.element !== right.element;
      if (isRightOnlyNext) break;
      if (!inRight.has(left.element)) order.push(left);
      else if (left.element === right.element || sharedIndex === shared.length) {
        leftIndex++;
        break;
      }
    }
    order.push(right);
    if (shared[sharedIndex] === right.element) sharedIndex++;
  }
  const rest = lefts.slice(leftIndex).filter(({ element }) => !inRight.has(element));
  return [...order, ...rest];
}

function elementsOf(items: readonly Item[]): ReadonlySet<PathElement> {
  return new Set(items.map(({ element }) => element));
}
