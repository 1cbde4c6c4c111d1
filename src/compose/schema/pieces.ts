/** What several parts of the Compose file are made of. */
import {
  type ComposeNode,
  findValue,
  listNode,
  type MapNode,
  mapNode,
  type ScalarValue,
  scalarNode,
  textOf,
  withEntry,
} from "../tree/node.ts";
import {
  dictionary,
  type Extensions,
  list,
  looseText,
  nullableText,
  type Problem,
  record,
  text,
  whole,
} from "./shape.ts";
import { splitWords } from "./shell-words.ts";

/** What a name in the file may be made of. */
export const nameKeys = /^[a-zA-Z0-9._-]+$/;

/** A list of texts in which each stands once. */
export function textSet() {
  return list(text(), { identity: keyOfPair });
}

/** One text, or a list of them. */
export function textOrList() {
  return list(text(), { single: "allowed", identity: keyOfPair });
}

/** `KEY: value` or `- KEY=value`. A key without a value is one with an empty value. */
export function labels() {
  return dictionary(looseText(), { list: "pairs" });
}

/** As `labels`, but the value of a key without one comes from the environment of the command. */
export function environment() {
  return dictionary(nullableText(), { list: "pairs" });
}

/** Options of a driver: whatever the driver knows. */
export function driverOptions() {
  return dictionary(looseText());
}

/** A command line: text that is split into words, or the words. */
export function command() {
  return list(text("numbers"), { merge: "replace", short: wordsOf });
}

function wordsOf(node: ComposeNode): ComposeNode | Problem | undefined {
  const line = textOf(node);
  if (line === undefined) return undefined;
  const words = splitWords(line);
  if ("problem" in words) return words;
  return listNode(
    words.map((word) => scalarNode(word, node.place)),
    node.place,
  );
}

/** Of `KEY=value` the key; of other text all of it. */
export function keyOfPair(item: ComposeNode): string {
  const content = item.kind === "scalar" ? String(item.value) : "";
  const end = content.indexOf("=");
  return end === -1 ? content : content.slice(0, end);
}

/** The identity of something mounted: where it is seen in the container. */
export function mountTarget(fallback: string) {
  return (item: ComposeNode): string =>
    textOf(findValue(item, "target")) ?? `${fallback}/${textOf(findValue(item, "source")) ?? ""}`;
}

/** A map with `key` alone, for text that stands for a longer form. */
export function shortFor(key: string) {
  return (node: ComposeNode): ComposeNode | undefined =>
    textOf(node) === undefined ? undefined : mapNode([[key, node]], node.place);
}

/** Adds values for attributes that are not there. */
export function withDefaults(defaults: Readonly<Record<string, ScalarValue>>) {
  return (node: MapNode): MapNode =>
    Object.entries(defaults)
      .filter(([key]) => !node.entries.has(key))
      .reduce((map, [key, value]) => withEntry(map, key, scalarNode(value, node.place)), node);
}

/** `soft` and `hard`, or one number for both. */
export const ulimits = dictionary(
  record(
    { soft: whole(), hard: whole() },
    {
      merge: "replace",
      short: (node) =>
        node.kind === "scalar" && node.value !== null
          ? mapNode(
              [
                ["soft", node],
                ["hard", node],
              ],
              node.place,
            )
          : undefined,
    },
  ),
  { keys: /^[a-z]+$/ },
);

/** `host=address`, once for each address of a host. */
export function extraHosts() {
  return list(text(), { short: hostPairs, expand: hostPair, identity: wholeText });
}

function hostPairs(node: ComposeNode): ComposeNode | undefined {
  if (node.kind !== "map") return undefined;
  const pairs = [...node.entries].flatMap(([host, { value }]) => {
    const addresses = value.kind === "list" ? value.items : [value];
    return addresses.map((address) =>
      scalarNode(`${host}=${address.kind === "scalar" ? address.value : ""}`, address.place),
    );
  });
  return listNode(pairs, node.place);
}

function hostPair(item: ComposeNode): readonly ComposeNode[] | Problem {
  const pair = textOf(item);
  if (pair === undefined) return [item];
  const end = pair.includes("=") ? pair.indexOf("=") : pair.indexOf(":");
  if (end === -1) return { problem: `invalid additional host, missing IP: ${pair}` };
  const host = pair.slice(0, end);
  if (host === "" || /[:=]/.test(host)) return { problem: `bad host name '${host}'` };
  return pair
    .slice(end + 1)
    .split(",")
    .map((address) => scalarNode(`${host}=${address.replace(/^\[(.+)\]$/, "$1")}`, item.place));
}

function wholeText(item: ComposeNode): string {
  return textOf(item) ?? "";
}

/** The specification's `x-…` attributes of `value`, none where it has none. */
export function extensionsOf(value: { readonly extensions?: Extensions }): Extensions {
  return value.extensions ?? {};
}
