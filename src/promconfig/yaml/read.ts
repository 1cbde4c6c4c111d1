/**
 * Reads YAML into nodes that know where they stand.
 *
 * The `yaml` package finds the structure; what a plain scalar means is left to `resolve.ts`, because
 * upstream reads YAML as go-yaml 2 does, which is neither YAML 1.1 nor 1.2. Bounds: the size of the
 * text here, and the number of steps in `Decoding`, which limits what aliases can multiply.
 */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  type YAMLMap,
  type YAMLParseError,
} from "yaml";
import { assert } from "#base";
import { ConfigError } from "../config-error.ts";
import type { Position, YamlEntry, YamlMap, YamlNode, YamlScalar } from "./node.ts";

/** More than a configuration of a hundred thousand targets; beyond it memory would suffer. */
const textLengthMax = 32 * 1024 * 1024;

const depthMax = 1_000;

/** The first document in `text`, or undefined when there is nothing in it. Throws a `ConfigError`. */
export function readYaml(text: string): YamlNode | undefined {
  if (text.length > textLengthMax) {
    throw new ConfigError(`yaml: document is larger than ${textLengthMax} characters`);
  }
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) return undefined;
  const [error] = document.errors;
  if (error !== undefined) throw syntaxError(error, lines);
  if (document.contents === null) return undefined;
  return new NodeBuilder(document, lines).build(document.contents, 0);
}

function parse(text: string, lines: LineCounter): Document.Parsed | undefined {
  try {
    const documents = parseAllDocuments(text, {
      schema: "failsafe",
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      lineCounter: lines,
      logLevel: "silent",
    });
    return "empty" in documents ? undefined : documents[0];
  } catch (error) {
    // The package descends by recursion, which a hostile depth of brackets exhausts.
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(`yaml: exceeded max depth of ${depthMax}`, { cause: error });
  }
}

class NodeBuilder {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #built = new Map<unknown, YamlNode>();
  readonly #underWay = new Set<unknown>();

  constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  /** Each node is built once, so that any number of aliases of it costs one. */
  build(node: unknown, depth: number): YamlNode {
    const known = this.#built.get(node);
    if (known !== undefined) return known;
    if (depth > depthMax) throw new ConfigError(`yaml: exceeded max depth of ${depthMax}`);
    this.#underWay.add(node);
    const built = this.#buildNew(node, depth);
    this.#underWay.delete(node);
    this.#built.set(node, built);
    return built;
  }

  #buildNew(node: unknown, depth: number): YamlNode {
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined || this.#underWay.has(target)) {
        const problem = target === undefined ? "is not known" : "value contains itself";
        throw new ConfigError(`yaml: anchor '${node.source}' ${problem}`, {
          position: this.#positionOf(node.range),
        });
      }
      return this.build(target, depth + 1);
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => this.build(item, depth + 1));
      return { kind: "list", position: this.#positionOf(node.range), items };
    }
    return isMap(node) ? this.#buildMap(node, depth) : this.#buildScalar(node);
  }

  #buildScalar(node: unknown): YamlScalar {
    if (!isScalar(node)) {
      // A key or value that was left out altogether.
      const position = { line: 1, column: 1 };
      return { kind: "scalar", position, text: "", isPlain: true, tag: undefined };
    }
    return {
      kind: "scalar",
      position: this.#positionOf(node.range),
      text: node.source ?? "",
      isPlain: node.type === undefined || node.type === "PLAIN",
      tag: shortTag(node.tag),
    };
  }

  #buildMap(node: YAMLMap, depth: number): YamlMap {
    const own: YamlEntry[] = [];
    const merged: YamlEntry[] = [];
    for (const pair of node.items) {
      const key = this.#keyOf(pair, depth);
      const value = this.#valueOf(pair, key, depth);
      if (key.text === "<<" && key.isPlain) merged.unshift(...this.#mergedEntries(value));
      else own.push({ key, value });
    }
    const names = new Set(own.map(({ key }) => key.text));
    const added = new Map(
      merged.filter(({ key }) => !names.has(key.text)).map((entry) => [entry.key.text, entry]),
    );
    return {
      kind: "map",
      position: this.#positionOf(node.range),
      entries: [...own, ...added.values()],
    };
  }

  #keyOf(pair: Pair, depth: number): YamlScalar {
    const key = this.build(pair.key, depth + 1);
    if (key.kind !== "scalar") {
      throw new ConfigError("yaml: invalid map key", { position: key.position });
    }
    return key;
  }

  #valueOf(pair: Pair, key: YamlScalar, depth: number): YamlNode {
    if (pair.value !== null) return this.build(pair.value, depth + 1);
    return { kind: "scalar", position: key.position, text: "", isPlain: true, tag: undefined };
  }

  /** What `<<` brings in; of several maps the earlier ones take precedence, so they come last. */
  #mergedEntries(value: YamlNode): YamlEntry[] {
    const maps = value.kind === "list" ? [...value.items].reverse() : [value];
    return maps.flatMap((map) => {
      if (map.kind === "map") return map.entries;
      throw new ConfigError("yaml: map merge requires map or sequence of maps as the value", {
        position: value.position,
      });
    });
  }

  #positionOf(range: readonly number[] | null | undefined): Position {
    const offset = range?.[0];
    assert(offset !== undefined, "a parsed node has a range");
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

function shortTag(tag: string | undefined): string | undefined {
  return tag?.replace(/^tag:yaml\.org,2002:/, "!!");
}

/** Upstream's words for the mistakes that people make; the package's own for the others. */
const syntaxProblems: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: "mapping values are not allowed in this context",
  TAB_AS_INDENT: "found character that cannot start any token",
  BAD_SCALAR_START: "found character that cannot start any token",
  BAD_INDENT: "did not find expected key",
  MISSING_CHAR: "did not find expected ',' or closing bracket or quote",
  IMPOSSIBLE: "could not find expected ':'",
};

function syntaxError(error: YAMLParseError, lines: LineCounter): ConfigError {
  const { line, col } = lines.linePos(error.pos[0]);
  const isTooDeep = error.code === "RESOURCE_EXHAUSTION" || /call stack/.test(error.message);
  if (isTooDeep) return new ConfigError(`yaml: exceeded max depth of ${depthMax}`);
  const problem = syntaxProblems[error.code] ?? error.message;
  return new ConfigError(`yaml: line ${line}: ${problem}`, { position: { line, column: col } });
}
