/**
 * Sets of fields: who owns what, as a tree of path elements.
 *
 * An element can be owned itself, own nothing but have owned elements within it, or both. The root
 * stands for the whole object, which is never owned. Sets are immutable and share what they can.
 */

import { type PathElement, sortPathElements } from "./path-element.ts";

export interface FieldSet {
  /** Whether this very element is in the set, apart from what is within it. */
  readonly isMember: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const emptyFieldSet: FieldSet = { isMember: false, children: new Map() };

export function isEmptySet(set: FieldSet): boolean {
  return !set.isMember && set.children.size === 0;
}

/** A set of the given paths; their parents are not in it. */
export function fieldSetOf(...paths: readonly (readonly PathElement[])[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.insert(path);
  return builder.set;
}

/** Collects paths into a set. */
export class FieldSetBuilder {
  readonly #root: MutableSet = { isMember: false, children: new Map() };

  /** The set so far; take it when done, as later insertions change it. */
  get set(): FieldSet {
    return this.#root;
  }

  insert(path: readonly PathElement[]): void {
    if (path.length === 0) return;
    let node = this.#root;
    for (const element of path) {
      let child = node.children.get(element);
      if (child === undefined) {
        child = { isMember: false, children: new Map() };
        node.children.set(element, child);
      }
      node = child;
    }
    node.isMember = true;
  }
}

interface MutableSet {
  isMember: boolean;
  readonly children: Map<PathElement, MutableSet>;
}

export function unionOf(left: FieldSet, right: FieldSet): FieldSet {
  if (isEmptySet(left)) return right;
  if (isEmptySet(right)) return left;
  const children = new Map(left.children);
  for (const [element, child] of right.children) {
    const other = children.get(element);
    children.set(element, other === undefined ? child : unionOf(other, child));
  }
  return { isMember: left.isMember || right.isMember, children };
}

export function intersectionOf(left: FieldSet, right: FieldSet): FieldSet {
  const isMember = left.isMember && right.isMember;
  return {
    isMember,
    children: mapChildren(left, (child, element) => {
      const other = right.children.get(element);
      return other === undefined ? emptyFieldSet : intersectionOf(child, other);
    }),
  };
}

/** What is in `left` but not in `right`; children of an element in `right` stay. */
export function differenceOf(left: FieldSet, right: FieldSet): FieldSet {
  if (isDisjoint(left, right)) return left;
  return {
    isMember: left.isMember && !right.isMember,
    children: mapChildren(left, (child, element) => {
      const other = right.children.get(element);
      return other === undefined ? child : differenceOf(child, other);
    }),
  };
}

/** Whether no element is in both sets. */
export function isDisjoint(left: FieldSet, right: FieldSet): boolean {
  if (left.isMember && right.isMember) return false;
  const isLeftSmaller = left.children.size <= right.children.size;
  const [small, large] = isLeftSmaller ? [left, right] : [right, left];
  for (const [element, child] of small.children) {
    const other = large.children.get(element);
    if (other !== undefined && !isDisjoint(child, other)) return false;
  }
  return true;
}

/** What is in `left` but neither in `right` nor within an element of `right`. */
export function deepDifferenceOf(left: FieldSet, right: FieldSet): FieldSet {
  return {
    isMember: left.isMember,
    children: mapChildren(left, (child, element) => {
      const other = right.children.get(element);
      if (other === undefined) return child;
      return other.isMember ? emptyFieldSet : deepDifferenceOf(child, other);
    }),
  };
}

/** The elements with nothing within them. */
export function leavesOf(set: FieldSet): FieldSet {
  return {
    isMember: set.isMember && set.children.size === 0,
    children: mapChildren(set, leavesOf),
  };
}

export function hasPath(set: FieldSet, path: readonly PathElement[]): boolean {
  let node: FieldSet | undefined = set;
  for (const element of path) node = node?.children.get(element);
  return path.length > 0 && node !== undefined && node.isMember;
}

/** What is within `element`, as a set of its own. */
export function setWithin(set: FieldSet, element: PathElement): FieldSet {
  const child = set.children.get(element);
  return child === undefined ? emptyFieldSet : { isMember: false, children: child.children };
}

export function isEqualSet(left: FieldSet, right: FieldSet): boolean {
  if (left.isMember !== right.isMember || left.children.size !== right.children.size) return false;
  for (const [element, child] of left.children) {
    const other = right.children.get(element);
    if (other === undefined || !isEqualSet(child, other)) return false;
  }
  return true;
}

/** Every path in the set: those that end at a level before those that go deeper. */
export function pathsOf(set: FieldSet): readonly (readonly PathElement[])[] {
  const elements = sortPathElements(set.children.keys());
  const ending = elements.filter((element) => set.children.get(element)?.isMember);
  const deeper = elements.flatMap((element) =>
    pathsOf(setWithin(set, element)).map((path) => [element, ...path]),
  );
  return [...ending.map((element) => [element]), ...deeper];
}

function mapChildren(
  set: FieldSet,
  change: (child: FieldSet, element: PathElement) => FieldSet,
): ReadonlyMap<PathElement, FieldSet> {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of set.children) {
    const changed = change(child, element);
    if (!isEmptySet(changed)) children.set(element, changed);
  }
  return children;
}
