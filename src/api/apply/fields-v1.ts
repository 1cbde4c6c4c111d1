/** Field sets as `managedFields` carries them: nested objects whose keys are path elements. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonObject, membersOf } from "../json-value.ts";
import { emptyFieldSet, type FieldSet } from "./field-set.ts";
import { type PathElement, parsePathElement, sortPathElements } from "./path-element.ts";

/** Writes a set in canonical order; an element that is owned and has more within it carries `.`. */
export function formatFieldsV1(set: FieldSet): JsonObject {
  const entries = sortPathElements(set.children.keys()).map((element): [string, JsonObject] => {
    const child = set.children.get(element) ?? emptyFieldSet;
    const within = formatFieldsV1(child);
    const isBoth = child.isMember && child.children.size > 0;
    return [element, isBoth ? { ".": {}, ...within } : within];
  });
  return Object.fromEntries(entries);
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
