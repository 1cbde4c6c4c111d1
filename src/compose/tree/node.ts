/**
 * A Compose file as a tree in which every value and every key knows where it was written.
 *
 * All steps of loading turn such trees into such trees, so that a mistake found at the end, after
 * interpolation, `extends`, `include` and merging, still points at the line that has it.
 */
import type { Place } from "../place.ts";

/** What an override file may ask for with a YAML tag: remove the value, or replace it whole. */
export type Directive = "reset" | "override";

interface Written {
  readonly place: Place;
  readonly directive: Directive | undefined;
}

export interface MapNode extends Written {
  readonly kind: "map";
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** Of the key, which is what people look for. */
  readonly keyPlace: Place;
  readonly value: ComposeNode;
}

export interface ListNode extends Written {
  readonly kind: "list";
  readonly items: readonly ComposeNode[];
}

export interface ScalarNode extends Written {
  readonly kind: "scalar";
  readonly value: ScalarValue;
  /** How a number was written, for attributes that are text after all: `1234567890123456789`. */
  readonly source: string | undefined;
}

export type ScalarValue = string | number | boolean | null;

export type ComposeNode = MapNode | ListNode | ScalarNode;

/** From the root to a value: keys of maps and indexes of lists. */
export type Path = readonly (string | number)[];

export function mapNode(
  entries: Iterable<readonly [key: string, value: ComposeNode]>,
  place: Place,
): MapNode {
  const placed = new Map<string, Entry>();
  for (const [key, value] of entries) placed.set(key, { keyPlace: value.place, value });
  return { kind: "map", place, directive: undefined, entries: placed };
}

export function listNode(items: readonly ComposeNode[], place: Place): ListNode {
  return { kind: "list", place, directive: undefined, items };
}

export function scalarNode(value: ScalarValue, place: Place): ScalarNode {
  return { kind: "scalar", place, directive: undefined, value, source: undefined };
}

/** The text of a scalar, if that is what it is. */
export function textOf(node: ComposeNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** The texts in a list. */
export function textsOf(node: ComposeNode | undefined): readonly string[] {
  return node?.kind === "list" ? node.items.flatMap((item) => textOf(item) ?? []) : [];
}

export function isTrue(node: ComposeNode | undefined): boolean {
  return node?.kind === "scalar" && node.value === true;
}

function findEntry(node: ComposeNode | undefined, key: string): Entry | undefined {
  return node?.kind === "map" ? node.entries.get(key) : undefined;
}

export function findValue(node: ComposeNode | undefined, key: string): ComposeNode | undefined {
  return findEntry(node, key)?.value;
}

/** The map with `value` under `key`; an entry that is there already keeps its rank. */
export function withEntry(map: MapNode, key: string, value: ComposeNode): MapNode {
  const keyPlace = map.entries.get(key)?.keyPlace ?? value.place;
  return { ...map, entries: new Map(map.entries).set(key, { keyPlace, value }) };
}

export function withoutEntry(map: MapNode, key: string): MapNode {
  if (!map.entries.has(key)) return map;
  const entries = new Map(map.entries);
  entries.delete(key);
  return { ...map, entries };
}

/** `services.web.ports.0`, as upstream's messages call it. */
export function formatPath(path: Path): string {
  return path.join(".");
}

/** The value at `path`, if there is one. */
export function nodeAt(root: ComposeNode, path: Path): ComposeNode | undefined {
  return path.reduce<ComposeNode | undefined>(
    (node, step) =>
      node?.kind === "list" ? node.items[Number(step)] : findValue(node, String(step)),
    root,
  );
}

/** Where the value at `path` was written, or the nearest thing around it that was written. */
export function placeAt(root: ComposeNode, path: Path): Place {
  let node = root;
  let place = root.place;
  for (const step of path) {
    const entry = typeof step === "string" ? findEntry(node, step) : undefined;
    const next = entry?.value ?? (node.kind === "list" ? node.items[Number(step)] : undefined);
    if (next === undefined) break;
    place = entry?.keyPlace ?? next.place;
    node = next;
  }
  return place;
}
