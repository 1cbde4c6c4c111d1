/**
 * Lays one file over another.
 *
 * https://github.com/compose-spec/compose-spec/blob/main/13-merge.md. Both are in canonical form.
 * Mappings merge key by key, lists grow, other values give way; shapes say where it is otherwise.
 */
import type { DictionaryShape, ListShape, RecordShape, Shape } from "./schema/shape.ts";
import type { ComposeNode, Entry, ListNode, MapNode } from "./tree/node.ts";
import { uniqueItems } from "./unique-items.ts";

/** `over` laid over `base`; undefined when `over` says to remove it. */
export function mergeNodes(
  base: ComposeNode,
  over: ComposeNode,
  shape: Shape,
): ComposeNode | undefined {
  if (over.directive !== undefined) return settle(over);
  const replaces = shape.kind === "list" && shape.merge === "replace";
  if (isNull(over)) return replaces ? over : base;
  if (isNull(base) || replaces) return settle(over);
  if (base.kind === "map" && over.kind === "map") return mergeMaps(base, over, shape);
  if (base.kind === "list" && over.kind === "list") return mergeLists(base, over, shape);
  return over;
}

/** Does what the directives of a value ask for that lies over nothing. */
export function settle(node: ComposeNode): ComposeNode | undefined {
  if (node.directive === "reset") return undefined;
  if (node.kind === "list") {
    const items = node.items.flatMap((item) => settle(item) ?? []);
    return { ...node, directive: undefined, items };
  }
  if (node.kind === "scalar") return { ...node, directive: undefined };
  const entries = [...node.entries].flatMap(([key, entry]): [string, Entry][] => {
    const value = settle(entry.value);
    return value === undefined ? [] : [[key, { ...entry, value }]];
  });
  return { ...node, directive: undefined, entries: new Map(entries) };
}

function mergeMaps(base: MapNode, over: MapNode, shape: Shape): ComposeNode | undefined {
  if (shape.kind === "record" && ruleOf(shape, base, over) === "replace") return settle(over);
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const known = entries.get(key);
    const value =
      known === undefined
        ? settle(entry.value)
        : mergeNodes(known.value, entry.value, shapeAt(shape, key));
    if (value === undefined) entries.delete(key);
    else entries.set(key, { ...entry, value });
  }
  return { ...base, entries };
}

function ruleOf(shape: RecordShape, base: MapNode, over: MapNode): "replace" | "by attribute" {
  return typeof shape.merge === "string" ? shape.merge : shape.merge(base, over);
}

function mergeLists(base: ListNode, over: ListNode, shape: Shape): ComposeNode {
  const added = over.items.flatMap((item) => settle(item) ?? []);
  if (shape.kind !== "list") return { ...base, items: [...base.items, ...added] };
  if (typeof shape.merge === "function") return shape.merge(base, { ...over, items: added });
  return uniqueItems({ ...base, items: [...base.items, ...added] }, shape);
}

const anyShape: Shape = { kind: "anything" };

function shapeAt(shape: RecordShape | DictionaryShape | ListShape | Shape, key: string): Shape {
  if (shape.kind === "dictionary") return shape.value;
  if (shape.kind !== "record" || !Object.hasOwn(shape.fields, key)) return anyShape;
  return shape.fields[key]?.shape ?? anyShape;
}

function isNull(node: ComposeNode): boolean {
  return node.kind === "scalar" && node.value === null;
}
