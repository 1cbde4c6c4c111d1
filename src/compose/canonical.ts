/**
 * Brings a file into canonical form and finds what in it has the wrong type.
 *
 * Short syntaxes become long ones, numbers and text are exchanged where the specification allows
 * both, relative paths become absolute. What is missing is not noticed here: another file may still
 * bring it (`complete.ts`). Doing it twice changes nothing.
 */
import type { Remark } from "./compose-error.ts";
import type {
  DictionaryShape,
  ListShape,
  NumberShape,
  Problem,
  RecordShape,
  Shape,
  TextShape,
} from "./schema/shape.ts";
import { joinPath } from "./path.ts";
import {
  type ComposeNode,
  type Entry,
  formatPath,
  listNode,
  type MapNode,
  mapNode,
  type Path,
  type ScalarNode,
  scalarNode,
  textOf,
} from "./tree/node.ts";
import { uniqueItems } from "./unique-items.ts";

export interface CanonicalOptions {
  /** Where relative paths start. */
  readonly directory: string;
  /** What `~` stands for. */
  readonly home: string | undefined;
  /** What is done about attributes that the specification does not have. */
  readonly unknown: "refuse" | "warn";
  /** Whether variables are still in the texts, which then cannot always be understood. */
  readonly variables: "replaced" | "kept";
}

export interface Canonical {
  readonly node: ComposeNode;
  readonly problems: readonly Remark[];
  readonly warnings: readonly Remark[];
}

/** How many values the short syntaxes of one file may expand to; a port range can be long. */
const expandedMax = 100_000;

export function canonicalOf(node: ComposeNode, shape: Shape, options: CanonicalOptions): Canonical {
  const pass = new CanonicalPass(options);
  return {
    node: pass.visit(node, shape, []),
    problems: pass.problems,
    warnings: pass.warnings,
  };
}

class CanonicalPass {
  readonly problems: Remark[] = [];
  readonly warnings: Remark[] = [];
  readonly #options: CanonicalOptions;
  #expanded = 0;

  constructor(options: CanonicalOptions) {
    this.#options = options;
  }

  visit(node: ComposeNode, shape: Shape, path: Path): ComposeNode {
    // A value to remove may be anything; an empty one may yet be filled by another file.
    if (node.directive === "reset") return node;
    const visited = this.#visitShape(node, shape, path);
    return visited.directive === node.directive
      ? visited
      : { ...visited, directive: node.directive };
  }

  #visitShape(node: ComposeNode, shape: Shape, path: Path): ComposeNode {
    switch (shape.kind) {
      case "text":
        return this.#text(node, shape, path);
      case "number":
        return this.#number(node, shape, path);
      case "flag":
        return this.#flag(node, path);
      case "list":
        return this.#list(node, shape, path);
      case "dictionary":
        return this.#dictionary(node, shape, path);
      case "record":
        return this.#record(node, shape, path);
      case "anything":
        return node;
    }
  }

  #text(node: ComposeNode, shape: TextShape, path: Path): ComposeNode {
    if (node.kind !== "scalar") return this.#mismatch(node, "string", path);
    if (node.value === null) return shape.nulls === "empty" ? scalarNode("", node.place) : node;
    const text = textFrom(node, shape.also);
    if (text === undefined) return this.#mismatch(node, "string", path);
    if (this.#isOpen(text)) return node;
    if (shape.oneOf !== undefined && !shape.oneOf.includes(text)) {
      const words = shape.oneOf.map((word) => `'${word}'`).join(", ");
      return this.#refuse(node, path, `value must be one of ${words}`);
    }
    const canonical = shape.format?.canonical(text, node) ?? text;
    if (typeof canonical !== "string") return this.#refuse(node, path, canonical.problem);
    const completed = this.#completedPath(canonical, shape);
    return completed === node.value ? node : scalarNode(completed, node.place);
  }

  #completedPath(text: string, shape: TextShape): string {
    const path = shape.format?.path ?? "none";
    if (path === "none" || text === "") return text;
    return path === "context" && isElsewhere(text) ? text : this.#absolute(text);
  }

  #absolute(path: string): string {
    const { directory, home } = this.#options;
    if (home !== undefined && /^~(?:\/|$)/.test(path)) return joinPath(home, path.slice(2));
    return /^[a-z]:[\\/]|^\\\\|^~/i.test(path) ? path : joinPath(directory, path);
  }

  #number(node: ComposeNode, shape: NumberShape, path: Path): ComposeNode {
    const wanted = shape.whole ? "integer" : "number";
    if (node.kind !== "scalar") return this.#mismatch(node, wanted, path);
    if (node.value === null) return node;
    const text = textOf(node);
    if (text !== undefined && this.#isOpen(text)) return node;
    const value = typeof node.value === "number" ? node.value : numberFrom(text, shape);
    if (value === undefined || Number.isNaN(value) || (shape.whole && !Number.isInteger(value))) {
      return this.#mismatch(node, wanted, path);
    }
    if (value < shape.min) {
      return this.#refuse(node, path, `must be greater than or equal to ${shape.min}`);
    }
    if (value > shape.max) {
      return this.#refuse(node, path, `must be less than or equal to ${shape.max}`);
    }
    return scalarNode(value, node.place);
  }

  #flag(node: ComposeNode, path: Path): ComposeNode {
    if (node.kind !== "scalar") return this.#mismatch(node, "boolean", path);
    if (node.value === null || typeof node.value === "boolean") return node;
    const text = textOf(node);
    if (text !== undefined && this.#isOpen(text)) return node;
    const [, isTrue] = /^(?:(true|y|yes|on)|false|n|no|off)$/i.exec(text ?? "") ?? [];
    const isFalse = isTrue === undefined && /^(?:false|n|no|off)$/i.test(text ?? "");
    if (isTrue === undefined && !isFalse) return this.#mismatch(node, "boolean", path);
    return scalarNode(!isFalse, node.place);
  }

  #list(node: ComposeNode, shape: ListShape, path: Path): ComposeNode {
    if (isEmpty(node)) return node;
    const short = shape.short?.(node);
    if (short !== undefined) return this.#visitShort(short, node, { shape, path });
    if (node.kind !== "list") {
      if (shape.single === "allowed" && node.kind === "scalar") {
        return this.visit(listNode([node], node.place), shape, path);
      }
      const wanted = shape.single === "allowed" ? "array or string" : "array";
      return this.#mismatch(node, wanted, path);
    }
    const items = node.items
      .filter((item) => item.directive !== "reset")
      .flatMap((item, index) => this.#items(item, shape, [...path, index]));
    return uniqueItems({ ...node, items }, shape);
  }

  #items(item: ComposeNode, shape: ListShape, path: Path): readonly ComposeNode[] {
    const text = textOf(item);
    if (text !== undefined && this.#isOpen(text)) return [item];
    const expanded = shape.expand?.(item) ?? [item];
    if ("problem" in expanded) return [this.#refuse(item, path, expanded.problem)];
    this.#expanded += expanded.length;
    if (this.#expanded > expandedMax) {
      return [this.#refuse(item, path, `expands to more than ${expandedMax} values`)];
    }
    return expanded.map((one) => this.visit(one, shape.item, path));
  }

  #dictionary(node: ComposeNode, shape: DictionaryShape, path: Path): ComposeNode {
    if (isEmpty(node)) return node;
    const map = node.kind === "list" ? this.#mapFrom(node.items, shape, path) : node;
    if (map.kind !== "map") {
      return this.#mismatch(node, shape.list === "refused" ? "mapping" : "array or mapping", path);
    }
    const entries: [string, Entry][] = [];
    for (const [key, entry] of map.entries) {
      if (!shape.keys.test(key)) {
        this.#unknown(key, entry, path);
        continue;
      }
      const value = this.visit(entry.value, shape.value, [...path, key]);
      entries.push([key, { ...entry, value }]);
    }
    return { ...map, place: node.place, entries: new Map(entries) };
  }

  #mapFrom(items: readonly ComposeNode[], shape: DictionaryShape, path: Path): ComposeNode {
    const entries: [string, ComposeNode][] = [];
    for (const [index, item] of items.entries()) {
      const text = item.kind === "scalar" ? textFrom(item, "numbers and flags") : undefined;
      if (shape.list === "refused" || text === undefined) {
        const wanted = shape.list === "refused" ? "mapping" : "string";
        return this.#mismatch(item, wanted, shape.list === "refused" ? path : [...path, index]);
      }
      entries.push(shape.list === "names" ? named(text, item, shape) : pair(text, item));
    }
    for (const [key, value] of entries) {
      if (shape.list === "pairs" && /\s$/.test(key)) {
        this.#refuse(value, path, `variable '${key}' is declared with a trailing space`);
      }
    }
    return mapNode(entries, items[0]?.place ?? nowhere);
  }

  #record(node: ComposeNode, shape: RecordShape, path: Path): ComposeNode {
    if (isEmpty(node)) return node;
    const short = shape.short?.(node);
    if (short !== undefined) return this.#visitShort(short, node, { shape, path });
    if (node.kind !== "map") {
      const wanted = shape.short === undefined ? "mapping" : "mapping or string";
      return this.#mismatch(node, wanted, path);
    }
    const prepared = shape.prepare?.(node) ?? node;
    if ("problem" in prepared) return this.#refuse(node, path, prepared.problem);
    const entries = [...prepared.entries].flatMap(([key, entry]) =>
      this.#attribute(key, entry, { shape, path }),
    );
    const visited: MapNode = { ...prepared, entries: new Map(entries) };
    return shape.finish?.(visited, (relative) => this.#absolute(relative)) ?? visited;
  }

  #attribute(
    key: string,
    entry: Entry,
    { shape, path }: { readonly shape: RecordShape; readonly path: Path },
  ): readonly (readonly [string, Entry])[] {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field !== undefined) {
      return [[key, { ...entry, value: this.visit(entry.value, field.shape, [...path, key]) }]];
    }
    if (key.startsWith("x-") && shape.extensions === "allowed") return [[key, entry]];
    this.#unknown(key, entry, path);
    return [];
  }

  #visitShort(
    short: ComposeNode | Problem,
    node: ComposeNode,
    { shape, path }: { readonly shape: Shape; readonly path: Path },
  ): ComposeNode {
    if (!("problem" in short)) return this.visit(short, shape, path);
    const text = textOf(node);
    return text !== undefined && this.#isOpen(text)
      ? node
      : this.#refuse(node, path, short.problem);
  }

  /** Whether a variable still stands in it, so that it may become anything. */
  #isOpen(text: string): boolean {
    return this.#options.variables === "kept" && text.includes("$");
  }

  #mismatch(node: ComposeNode, wanted: string, path: Path): ComposeNode {
    return this.#refuse(node, path, `must be a ${wanted}`);
  }

  #refuse(node: ComposeNode, path: Path, problem: string): ComposeNode {
    this.problems.push({ place: node.place, message: `${formatPath(path)} ${problem}`.trim() });
    return node;
  }

  #unknown(key: string, entry: Entry, path: Path): void {
    const message = `${formatPath(path)} additional properties '${key}' not allowed`.trim();
    const remarks = this.#options.unknown === "warn" ? this.warnings : this.problems;
    remarks.push({ place: entry.keyPlace, message });
  }
}

const nowhere = { file: "", line: 1, column: 1 };

function isEmpty(node: ComposeNode): boolean {
  return node.kind === "scalar" && node.value === null;
}

/** The text that a scalar stands for, where a number or a flag may. */
function textFrom(node: ScalarNode, also: TextShape["also"]): string | undefined {
  const { value } = node;
  if (typeof value === "string") return value;
  if (typeof value === "number" && also !== "nothing") return numberText(value, node.source);
  return typeof value === "boolean" && also === "numbers and flags" ? String(value) : undefined;
}

/** Whole numbers keep all their digits; anything else is written as short as it can be. */
function numberText(value: number, source: string | undefined): string {
  return source !== undefined && /^-?(?:0|[1-9]\d*)$/.test(source) ? source : String(value);
}

function numberFrom(text: string | undefined, { words }: NumberShape): number | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(words, text)) return words[text];
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function pair(text: string, item: ComposeNode): [string, ComposeNode] {
  const end = text.indexOf("=");
  return end === -1
    ? [text, scalarNode(null, item.place)]
    : [text.slice(0, end), scalarNode(text.slice(end + 1), item.place)];
}

function named(text: string, item: ComposeNode, shape: DictionaryShape): [string, ComposeNode] {
  return [text, shape.nameMeans?.(item) ?? scalarNode(null, item.place)];
}

/** Repositories, images and other services, in place of directories. */
function isElsewhere(context: string): boolean {
  return /^(?:[a-z][a-z0-9+.-]*:|git@|github\.com\/)/i.test(context) && !/^[a-z]:\\/i.test(context);
}
