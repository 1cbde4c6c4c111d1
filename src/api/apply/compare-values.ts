/** What changed between two values, as sets of fields. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isEqualJson, isJsonList, isJsonObject, memberOf, membersOf } from "../json-value.ts";
import { deepDifferenceOf, type FieldSet, FieldSetBuilder, isEmptySet } from "./field-set.ts";
import { itemsOf } from "./list-item.ts";
import { fieldElement, type PathElement } from "./path-element.ts";
import { type ListShape, type MapShape, type Place, type Shape, shapeOf } from "./shape.ts";

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** The comparison without the fields in `ignored` and whatever is within them. */
export function withoutFields(comparison: Comparison, ignored: FieldSet | undefined): Comparison {
  if (ignored === undefined || isEmptySet(ignored)) return comparison;
  return {
    added: deepDifferenceOf(comparison.added, ignored),
    modified: deepDifferenceOf(comparison.modified, ignored),
    removed: deepDifferenceOf(comparison.removed, ignored),
  };
}

export function compareValues(place: Place, before: JsonValue, after: JsonValue): Comparison {
  const found = {
    added: new FieldSetBuilder(),
    modified: new FieldSetBuilder(),
    removed: new FieldSetBuilder(),
  };
  compare(place, before, after, { path: [], found });
  return {
    added: found.added.set,
    modified: found.modified.set,
    removed: found.removed.set,
  };
}

type Found = { readonly [K in keyof Comparison]: FieldSetBuilder };

interface Position {
  /** Where the walk is; grows and shrinks with it. */
  readonly path: PathElement[];
  readonly found: Found;
}

type MaybeValue = JsonValue | undefined;

function compare(place: Place, before: MaybeValue, after: MaybeValue, at: Position): void {
  if (before === after) return;
  const shapeBefore = shapeOf(place, before);
  const shapeAfter = shapeOf(place, after);
  let isLeaf: boolean;
  if (after === undefined) {
    isLeaf = compareAs(shapeBefore, before, after, at);
  } else if (before === undefined || shapeBefore.form === shapeAfter.form) {
    isLeaf = compareAs(shapeAfter, before, after, at);
  } else {
    compareAs(shapeBefore, before, after, at);
    isLeaf = compareAs(shapeAfter, before, after, at);
  }
  if (isLeaf) return;
  if (before === undefined) at.found.added.insert(at.path);
  else if (after === undefined) at.found.removed.insert(at.path);
}

/** Compares two values of one shape; tells whether they were compared as a whole. */
function compareAs(shape: Shape, before: MaybeValue, after: MaybeValue, at: Position): boolean {
  switch (shape.form) {
    case "scalar":
      compareWhole(before, after, at);
      return true;
    case "list": {
      const left = isJsonList(before) ? before : [];
      const right = isJsonList(after) ? after : [];
      if (shape.identity === "none" || left.length + right.length === 0) {
        compareWhole(before, after, at);
        return true;
      }
      compareItems(shape, left, right, at);
      return false;
    }
    case "map": {
      const left = isJsonObject(before) ? before : {};
      const right = isJsonObject(after) ? after : {};
      if (shape.isAtomic || membersOf(left).length + membersOf(right).length === 0) {
        compareWhole(before, after, at);
        return true;
      }
      compareMembers(shape, left, right, at);
      return false;
    }
  }
}

function compareWhole(before: MaybeValue, after: MaybeValue, { path, found }: Position): void {
  if (before === undefined) found.added.insert(path);
  else if (after === undefined) found.removed.insert(path);
  else if (!isEqualJson(before, after)) found.modified.insert(path);
}

function compareMembers(
  shape: MapShape,
  before: JsonObject,
  after: JsonObject,
  at: Position,
): void {
  for (const name of namesOfBoth(before, after)) {
    const place = shape.placeOf(name);
    if (place === undefined) continue;
    at.path.push(fieldElement(name));
    compare(place, memberOf(before, name), memberOf(after, name), at);
    at.path.pop();
  }
}

/** The names of the members of either object, each once. */
function namesOfBoth(before: JsonObject, after: JsonObject): readonly string[] {
  const names = Object.keys(before);
  const added = Object.keys(after).filter((name) => !Object.hasOwn(before, name));
  return added.length === 0 ? names : [...names, ...added];
}

function compareItems(
  shape: ListShape,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  at: Position,
): void {
  const left = groupedItems(shape, before);
  const right = groupedItems(shape, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const [lefts, rights] = [left.get(element) ?? [], right.get(element) ?? []];
    at.path.push(element);
    if (lefts.length <= 1 && rights.length <= 1) {
      compare(shape.item, lefts[0], rights[0], at);
    } else {
      compareDuplicates(shape.item, lefts, rights, at);
    }
    at.path.pop();
  }
}

/** Items that stand in a list more than once are compared as one atomic field. */
function compareDuplicates(
  place: Place,
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  at: Position,
): void {
  if (before.length >= 2 && after.length >= 2) {
    if (!isEqualJson(before, after)) at.found.modified.insert(at.path);
  } else if (before.length >= 2) {
    if (after.length > 0) compare(place, undefined, after[0], at);
    at.found.removed.insert(at.path);
  } else {
    if (before.length > 0) compare(place, before[0], undefined, at);
    at.found.added.insert(at.path);
  }
}

function groupedItems(
  shape: ListShape,
  list: readonly JsonValue[],
): ReadonlyMap<PathElement, readonly JsonValue[]> {
  const groups = new Map<PathElement, JsonValue[]>();
  for (const { element, value } of itemsOf(shape, list)) {
    const group = groups.get(element);
    if (group === undefined) groups.set(element, [value]);
    else group.push(value);
  }
  return groups;
}
