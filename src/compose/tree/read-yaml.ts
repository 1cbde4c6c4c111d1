/**
 * Reads YAML into trees that know where they stand.
 *
 * The `yaml` package finds the structure; `resolve-scalar.ts` says what a scalar means. Bounds: the
 * size of the text, its depth, and the number of values that it stands for once every alias is
 * followed, so that a few lines of aliases of aliases cannot become a billion values.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseAllDocuments,
  type YAMLMap,
  type YAMLParseError,
} from "yaml";
import { type ComposeError, composeError } from "../compose-error.ts";
import type { Place } from "../place.ts";
import type { ComposeNode, Directive, Entry, ScalarNode } from "./node.ts";
import { resolveScalar } from "./resolve-scalar.ts";

const textLengthMax = 8 * 1024 * 1024;

const depthMax = 100;

/** What upstream allows too. */
const nodesMax = 100_000;

/** The documents in `text`, without empty ones. Throws a `ComposeError`. */
export function readYaml(text: string, file: string): readonly ComposeNode[] {
  if (text.length > textLengthMax) {
    throw composeError(`${file} is larger than ${textLengthMax} characters`);
  }
  const lines = new LineCounter();
  return parse(text, file, lines).flatMap((document) => {
    const builder = new NodeBuilder(file, lines);
    const [error] = document.errors;
    if (error !== undefined) throw syntaxError(error, file, builder.placeOf(error.pos));
    return document.contents === null ? [] : [builder.build(document.contents, 0)];
  });
}

function parse(text: string, file: string, lines: LineCounter): readonly Document.Parsed[] {
  try {
    const documents = parseAllDocuments(text, {
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: "silent",
    });
    return "empty" in documents ? [] : documents;
  } catch (error) {
    // The package descends by recursion, which a hostile depth of brackets exhausts.
    if (!(error instanceof RangeError)) throw error;
    throw tooDeep(file);
  }
}

function syntaxError(error: YAMLParseError, file: string, place: Place): ComposeError {
  const isTooDeep = error.code === "RESOURCE_EXHAUSTION" || error.message.includes("call stack");
  if (isTooDeep) return tooDeep(file);
  return composeError(error.message.split(" at line ")[0] ?? error.message, place);
}

function tooDeep(file: string): ComposeError {
  return composeError(`${file} is nested more than ${depthMax} levels deep`);
}

/** Builds the tree of one document. */
class NodeBuilder {
  readonly #file: string;
  readonly #lines: LineCounter;
  /** Built already, or undefined while it is being built, as an anchor that contains itself is. */
  readonly #anchors = new Map<string, ComposeNode | undefined>();
  /** How many values a node stands for with all its aliases followed. */
  readonly #weights = new Map<ComposeNode, number>();

  constructor(file: string, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  placeOf(range: readonly number[] | null | undefined): Place {
    const { line, col } = this.#lines.linePos(range?.[0] ?? 0);
    return { file: this.#file, line, column: col };
  }

  build(node: ParsedNode, depth: number): ComposeNode {
    const place = this.placeOf(node.range);
    if (depth > depthMax) throw composeError(`nested more than ${depthMax} levels deep`, place);
    if (isAlias(node)) return this.#target(node.source, place);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, undefined);
    const built = this.#buildNew(node, place, depth);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built);
    return this.#weighed(built);
  }

  #target(anchor: string, place: Place): ComposeNode {
    const target = this.#anchors.get(anchor);
    if (target !== undefined) return target;
    const problem = this.#anchors.has(anchor) ? "value contains itself" : "is not known";
    throw composeError(`anchor '${anchor}' ${problem}`, place);
  }

  #buildNew(node: ParsedNode, place: Place, depth: number): ComposeNode {
    const directive = directiveOf(node.tag);
    if (isMap(node)) {
      return { kind: "map", place, directive, entries: this.#entriesOf(node, depth) };
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item, depth + 1));
      return { kind: "list", place, directive, items };
    }
    const text = isScalar(node) ? (node.source ?? "") : "";
    const isPlain = isScalar(node) && (node.type === undefined || node.type === "PLAIN");
    const value = isPlain && !isTextTag(node.tag) ? resolveScalar(text) : text;
    return { kind: "scalar", place, directive, value, source: text };
  }

  #entriesOf(node: YAMLMap.Parsed, depth: number): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const pair of node.items) {
      const keyPlace = this.placeOf(pair.key.range);
      const key = this.#keyOf(pair.key);
      const value = pair.value === null ? nullNode(keyPlace) : this.build(pair.value, depth + 1);
      const known = entries.get(key);
      if (known !== undefined) {
        const { line } = known.keyPlace;
        throw composeError(`mapping key "${key}" already defined at line ${line}`, keyPlace);
      }
      if (key === "<<") merged.push({ keyPlace, value });
      else entries.set(key, { keyPlace, value });
    }
    return merged.length === 0 ? entries : withMerged(entries, merged);
  }

  #keyOf(key: ParsedNode): string {
    if (isScalar(key)) return key.source ?? "";
    const built = this.build(key, 0);
    if (built.kind === "scalar") return built.source ?? "";
    throw composeError("non-string key", built.place);
  }

  #weighed(node: ComposeNode): ComposeNode {
    const parts =
      node.kind === "map"
        ? [...node.entries.values()].map(({ value }) => value)
        : node.kind === "list"
          ? node.items
          : [];
    const weight = parts.reduce((sum, part) => sum + (this.#weights.get(part) ?? 1), 1);
    if (weight > nodesMax) {
      throw composeError(`compose file exceeds maximum node visit limit (${nodesMax})`, node.place);
    }
    this.#weights.set(node, weight);
    return node;
  }
}

/** What `<<` brings in stands behind what the map has itself, and earlier maps before later ones. */
function withMerged(
  own: ReadonlyMap<string, Entry>,
  merged: readonly Entry[],
): ReadonlyMap<string, Entry> {
  const maps = merged.flatMap(({ value }) => (value.kind === "list" ? value.items : [value]));
  const entries = new Map(own);
  for (const map of maps) {
    if (map.kind !== "map") {
      throw composeError("map merge requires map or sequence of maps as the value", map.place);
    }
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  }
  return entries;
}

function nullNode(place: Place): ScalarNode {
  return { kind: "scalar", place, directive: undefined, value: null, source: "" };
}

function directiveOf(tag: string | undefined): Directive | undefined {
  if (tag === "!reset") return "reset";
  return tag === "!override" ? "override" : undefined;
}

function isTextTag(tag: string | undefined): boolean {
  return tag === "!!str" || tag === "tag:yaml.org,2002:str";
}
