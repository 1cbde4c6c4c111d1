import { compareText } from "#base";
import type { YamlNode } from "../yaml/node.ts";
import type { YamlValue } from "../yaml/write.ts";
import { text } from "./scalar.ts";
import { type Decoding, refuse, type YamlType } from "./yaml-type.ts";

export interface ListOptions {
  /** Upstream's name for the list; `[]` and the name of its items unless given. */
  readonly goType?: string;
  /** Refuses an item that is written without a value, in these words. */
  readonly nullItem?: string;
  /** Shown as `[a, b]`. */
  readonly flow?: boolean;
}

/** A list; items of another type are noted and left out. */
export function list<T>(item: YamlType<T>, options: ListOptions = {}): YamlType<readonly T[]> {
  const goType = options.goType ?? `[]${item.goType}`;
  return {
    goType,
    zero: [],
    decode: (node, decoding) => {
      if (node.kind !== "list") return decoding.mismatch(node, goType);
      return { value: node.items.flatMap((one) => decodeItem(item, one, options, decoding)) };
    },
    isEmpty: (value) => value.length === 0,
    encode: (value) => ({
      kind: "list",
      items: value.map((one) => item.encode(one)),
      flow: options.flow ?? false,
    }),
  };
}

function decodeItem<T>(
  item: YamlType<T>,
  node: YamlNode,
  { nullItem }: ListOptions,
  decoding: Decoding,
): T[] {
  const decoded = decoding.decode(item, node);
  if (decoded === undefined) return [];
  if (decoded.value === item.zero) refuse(nullItem, node.position, decoding);
  return [decoded.value];
}

/** A map from text to values of one type, shown in the order of its keys. */
export function mapOf<T>(
  item: YamlType<T>,
  goType = `map[string]${item.goType}`,
  key: YamlType<string> = text,
): YamlType<ReadonlyMap<string, T>> {
  return {
    goType,
    zero: new Map(),
    decode: (node, decoding) => {
      if (node.kind !== "map") return decoding.mismatch(node, goType);
      const value = new Map<string, T>();
      for (const entry of node.entries) {
        const name = decoding.decode(key, entry.key);
        const decoded = decoding.decode(item, entry.value);
        if (name === undefined || decoded === undefined) continue;
        if (value.has(name.value)) {
          const problem = `key ${JSON.stringify(name.value)} already set in map`;
          decoding.note(entry.value.position, problem);
        }
        value.set(name.value, decoded.value);
      }
      return { value };
    },
    isEmpty: (value) => value.size === 0,
    encode: (value) => ({ kind: "map", entries: sortedEntries(value, item) }),
  };
}

function sortedEntries<T>(
  value: ReadonlyMap<string, T>,
  item: YamlType<T>,
): readonly (readonly [string, YamlValue])[] {
  return [...value]
    .sort(([left], [right]) => compareText(left, right))
    .map(([name, one]) => [name, item.encode(one)]);
}

/** A value that may be absent, which differs from its empty value. */
export function optional<T>(type: YamlType<T>): YamlType<T | undefined> {
  return {
    goType: type.goType,
    zero: undefined,
    decode: (node, decoding) => type.decode(node, decoding),
    isEmpty: (value) => value === undefined,
    encode: (value) => (value === undefined ? nothing : type.encode(value)),
  };
}

const nothing: YamlValue = { kind: "literal", text: "null" };
