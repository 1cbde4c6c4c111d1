import type { Position, YamlEntry, YamlMap, YamlNode } from "../yaml/node.ts";
import type { YamlValue } from "../yaml/write.ts";
import { type Decoded, type Decoding, type Problem, refuse, type YamlType } from "./yaml-type.ts";

/** What a struct is made of: one option, or several that belong together under one property. */
export interface Part<T> {
  readonly keys: readonly string[];
  readonly zero: T;
  /** What it is where the file does not mention it. */
  readonly initial: T;
  /** Decodes those of its keys that the file has. */
  decode(nodes: ReadonlyMap<string, YamlNode>, decoding: Decoding): Decoded<T>;
  isEmpty(value: T): boolean;
  encode(value: T): readonly (readonly [key: string, YamlValue])[];
}

type Parts = Readonly<Record<string, Part<unknown>>>;

/** The static type that a table of parts declares. */
export type ValueOf<P> = {
  readonly [Name in keyof P]: P[Name] extends Part<infer T> ? T : never;
};

export interface StructType<T> extends YamlType<T> {
  /** All options at their defaults. */
  readonly initial: T;
  /** The options as a part of another struct, beside that one's own. */
  readonly inline: Part<T>;
}

/** An option that is shown unless it is empty. */
export function field<T>(key: string, type: YamlType<T>, initial: T = type.zero): Part<T> {
  return fieldOf(key, type, { initial, show: "unless empty" });
}

/** An option that is always shown. */
export function shownField<T>(key: string, type: YamlType<T>, initial: T = type.zero): Part<T> {
  return fieldOf(key, type, { initial, show: "always" });
}

function fieldOf<T>(
  key: string,
  type: YamlType<T>,
  options: { readonly initial: T; readonly show: "always" | "unless empty" },
): Part<T> {
  const isHidden = (value: T) => options.show === "unless empty" && type.isEmpty(value);
  return {
    keys: [key],
    zero: type.zero,
    initial: options.initial,
    decode: (nodes, decoding) => {
      const node = nodes.get(key);
      return node === undefined ? { value: options.initial } : decoding.decode(type, node);
    },
    isEmpty: type.isEmpty,
    encode: (value) => (isHidden(value) ? [] : [[key, type.encode(value)]]),
  };
}

/**
 * Declares a struct. `check` sees a value without type errors and says what is wrong with it; `fill`
 * then completes it. Neither is asked for a struct that is written inline: its owner does that.
 */
export function struct<const P extends Parts>(
  goType: string,
  parts: P,
  rules: {
    readonly check?: (value: ValueOf<P>) => Problem | undefined;
    readonly fill?: (value: ValueOf<P>) => ValueOf<P>;
  } = {},
): StructType<ValueOf<P>> {
  const table = Object.entries(parts);
  const build = (part: (name: string, part: Part<unknown>) => unknown) =>
    Object.fromEntries(table.map(([name, one]) => [name, part(name, one)])) as ValueOf<P>;
  const keys = table.flatMap(([, part]) => part.keys);
  const zero = build((_name, part) => part.zero);
  const initial = build((_name, part) => part.initial);
  const valueAt = (value: ValueOf<P>, name: string) => (value as Record<string, unknown>)[name];
  const isEmpty = (value: ValueOf<P>) =>
    table.every(([name, part]) => part.isEmpty(valueAt(value, name)));
  const encodeParts = (value: ValueOf<P>) =>
    table.flatMap(([name, part]) => part.encode(valueAt(value, name)));
  const decodeParts = (
    nodes: ReadonlyMap<string, YamlNode>,
    decoding: Decoding,
  ): Decoded<ValueOf<P>> => {
    const errorCount = decoding.typeErrorCount;
    const decoded = build((_name, part) => part.decode(nodes, decoding)?.value);
    return decoding.typeErrorCount > errorCount ? undefined : { value: decoded };
  };
  return {
    goType,
    zero,
    initial,
    inline: { keys, zero, initial, decode: decodeParts, isEmpty, encode: encodeParts },
    isEmpty,
    encode: (value) => ({ kind: "map", entries: encodeParts(value) }),
    decode: (node, decoding) => {
      if (node.kind !== "map") return decoding.mismatch(node, goType);
      const errorCount = decoding.typeErrorCount;
      const nodes = nodesByKey(node, { goType, keys }, decoding);
      const decoded = decodeParts(nodes, decoding);
      if (decoded === undefined || decoding.typeErrorCount > errorCount) return undefined;
      return finish(decoded.value, node.position, decoding);
    },
  };

  function finish(value: ValueOf<P>, position: Position, decoding: Decoding): Decoded<ValueOf<P>> {
    decoding.place(value, position);
    refuse(rules.check?.(value), position, decoding);
    const filled = rules.fill?.(value) ?? value;
    decoding.place(filled, position);
    return { value: filled };
  }
}

function nodesByKey(
  node: YamlMap,
  { goType, keys }: { readonly goType: string; readonly keys: readonly string[] },
  decoding: Decoding,
): ReadonlyMap<string, YamlNode> {
  const nodes = new Map<string, YamlNode>();
  for (const { key, value } of node.entries satisfies readonly YamlEntry[]) {
    const name = key.text;
    if (!keys.includes(name)) {
      if (decoding.unknownFields === "ignore") continue;
      decoding.note(key.position, `field ${name} not found in type ${goType}`);
    } else if (nodes.has(name)) {
      decoding.note(key.position, `field ${name} already set in type ${goType}`);
    } else {
      nodes.set(name, value);
    }
  }
  return nodes;
}
