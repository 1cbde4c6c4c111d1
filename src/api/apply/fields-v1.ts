/** Field sets as `managedFields` carries them: nested objects whose keys are path elements. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonObject, membersOf } from "../json-value.ts";
import type { FieldSet } from "./field-set.ts";
import { type PathElement, parsePathElement, sortPathElements } from "./path-element.ts";

const nothingWithin: JsonObject = {};

/** Writes a set in canonical order; an element that is owned and has more within it carries `.`. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  return formatChildren(set, false);
}

function formatChildren(set: FieldSet, isMember: boolean): JsonObject {
  if (set.children.size === 0) return nothingWithin;
  // Keys begin with their kind, so that none is special to JavaScript.
  const written: Record<string, JsonObject> = isMember ? { ".": nothingWithin } : {};
  for (const element of sortPathElements(set.children.keys())) {
    const child = set.children.get(element);
    if (child !== undefined) written[element] = formatChildren(child, child.isMember);
  }
  return written;
}

/** Reads what `formatFieldsV1` writes; skips kinds of elements that it does not know. Throws Error. */
export function parseFieldsV1(value: JsonValue): FieldSet {
  return { isMember: false, children: parseChildren(value).children };
}

function parseChildren(value: JsonValue): FieldSet {
  if (!isJsonObject(value)) throw new Error("expected an object of path elements");
  let isMember = false;
  const children = new Map<PathElement, FieldSet>();
  for (const [text, within] of membersOf(value)) {
    if (text === ".") isMember = true;
    else {
      const element = parsePathElement(text);
      if (element !== undefined) children.set(element, parseChildren(within));
    }
  }
  return { isMember: isMember || children.size === 0, children };
}
