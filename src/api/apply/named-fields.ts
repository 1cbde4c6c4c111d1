import type { FieldSet } from "./field-set.ts";
import { fieldNameOf, isKeyElement, type PathElement } from "./path-element.ts";
import { type Place, shapeOf } from "./shape.ts";

/**
 * The set with every struct field on the way to an owned field made a member too: owning
 * `.spec.replicas` then includes `.spec`. Free keys of maps and items of lists are not added.
 */
export function withNamedFields(set: FieldSet, place: Place | undefined): FieldSet {
  const shape = place === undefined ? undefined : shapeOf(place, undefined);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const name = fieldNameOf(element);
    let within: Place | undefined;
    let isField = false;
    if (name !== undefined && shape?.form === "map") {
      within = shape.placeOf(name);
      isField = shape.isField(name);
    } else if (isKeyElement(element) && shape?.form === "list") {
      within = shape.item;
    }
    const named = withNamedFields(child, within);
    children.set(element, isField ? { isMember: true, children: named.children } : named);
  }
  return { isMember: set.isMember, children };
}
