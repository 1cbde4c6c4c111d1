/** What templates see of labels and annotations: upstream's `KV`, `Pairs` and `Strings`. */
import { compareText } from "#base";
import {
  functionOf,
  type GoList,
  type GoMap,
  type GoStruct,
  type GoValue,
  isKind,
  stringOf,
} from "#gotemplate";
import { type Labels, labelPairs } from "#series";

export function kvOf(labels: Labels): GoMap {
  return kvOfMap(new Map(labelPairs(labels)));
}

function kvOfMap(entries: ReadonlyMap<string, string>): GoMap {
  const pairs = () => sortedPairs(entries);
  return {
    kind: "map",
    typeName: "template.KV",
    elementType: "string",
    entries,
    methods: new Map([
      ["SortedPairs", functionOf([], () => pairsOf(pairs()))],
      ["Remove", functionOf(["[]string"], (names) => without(entries, names))],
      ["Names", functionOf([], () => stringsOf(pairs().map(([name]) => name)))],
      ["Values", functionOf([], () => stringsOf(pairs().map(([, value]) => value)))],
      ["String", functionOf([], () => shownPairs(pairs()))],
    ]),
  };
}

type Pair = readonly [name: string, value: string];

/** By name, the alert's own name before all others. */
function sortedPairs(entries: ReadonlyMap<string, string>): readonly Pair[] {
  const rank = (name: string) => (name === "alertname" ? 0 : 1);
  return [...entries].sort(
    ([left], [right]) => rank(left) - rank(right) || compareText(left, right),
  );
}

function pairsOf(pairs: readonly Pair[]): GoList {
  return {
    kind: "list",
    typeName: "template.Pairs",
    elementType: "template.Pair",
    items: pairs.map(pairOf),
    methods: new Map([
      ["Names", functionOf([], () => stringsOf(pairs.map(([name]) => name)))],
      ["Values", functionOf([], () => stringsOf(pairs.map(([, value]) => value)))],
      ["String", functionOf([], () => shownPairs(pairs))],
    ]),
  };
}

function pairOf([name, value]: Pair): GoStruct {
  const fields = new Map([
    ["Name", name],
    ["Value", value],
  ]);
  return { kind: "struct", typeName: "template.Pair", fields, methods: new Map(), text: undefined };
}

function stringsOf(texts: readonly string[]): GoList {
  return {
    kind: "list",
    typeName: "template.Strings",
    elementType: "string",
    items: texts,
    methods: new Map([
      ["Join", functionOf(["string"], (separator) => texts.join(stringOf(separator)))],
    ]),
  };
}

function without(entries: ReadonlyMap<string, string>, names: GoValue): GoMap {
  const removed = new Set(isKind(names, "list") ? names.items : []);
  return kvOfMap(new Map([...entries].filter(([name]) => !removed.has(name))));
}

function shownPairs(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(", ");
}
