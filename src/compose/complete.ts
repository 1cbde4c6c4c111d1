/** What can be said about a model only once all files are in: what is missing, and what is implied. */
import type { Remark } from "./compose-error.ts";
import type { RecordShape, Shape } from "./schema/shape.ts";
import { type ComposeNode, type Entry, formatPath, type MapNode, type Path } from "./tree/node.ts";

export interface Completed {
  readonly node: ComposeNode;
  readonly problems: readonly Remark[];
}

/** Fills in what attributes imply, and finds those that are missing or empty but must not be. */
export function complete(node: ComposeNode, shape: Shape): Completed {
  const problems: Remark[] = [];
  return { node: visit(node, shape, []), problems };

  function visit(at: ComposeNode, is: Shape, path: Path): ComposeNode {
    if (at.kind === "scalar") {
      if (at.value === null && !mayBeNull(is)) {
        problems.push({ place: at.place, message: `${formatPath(path)} must be a ${nounOf(is)}` });
      }
      return at;
    }
    if (at.kind === "list") {
      if (is.kind !== "list") return at;
      return {
        ...at,
        items: at.items.map((item, index) => visit(item, is.item, [...path, index])),
      };
    }
    if (is.kind === "dictionary") return { ...at, entries: entriesOf(at, () => is.value, path) };
    return is.kind === "record" ? visitRecord(at, is, path) : at;
  }

  function visitRecord(at: MapNode, is: RecordShape, path: Path): MapNode {
    for (const [name, { presence }] of Object.entries(is.fields)) {
      if (presence === "required" && !at.entries.has(name)) {
        const message = `${formatPath(path)} missing property '${name}'`.trim();
        problems.push({ place: at.place, message });
      }
    }
    const filled = is.fill?.(at) ?? at;
    return { ...filled, entries: entriesOf(filled, (key) => fieldShape(is, key), path) };
  }

  function entriesOf(
    at: MapNode,
    shapeOf: (key: string) => Shape,
    path: Path,
  ): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const [key, { keyPlace, value }] of at.entries) {
      entries.set(key, { keyPlace, value: visit(value, shapeOf(key), [...path, key]) });
    }
    return entries;
  }
}

const anyShape: Shape = { kind: "anything" };

function fieldShape(shape: RecordShape, key: string): Shape {
  return Object.hasOwn(shape.fields, key) ? (shape.fields[key]?.shape ?? anyShape) : anyShape;
}

function mayBeNull(shape: Shape): boolean {
  if (shape.kind === "anything") return true;
  if (shape.kind === "record") return shape.empty === "allowed";
  if (shape.kind === "text") return shape.nulls !== "refused";
  return shape.kind === "list" && shape.merge === "replace";
}

const nouns: Readonly<Record<Shape["kind"], string>> = {
  text: "string",
  number: "number",
  flag: "boolean",
  list: "array",
  dictionary: "mapping",
  record: "mapping",
  anything: "value",
};

function nounOf(shape: Shape): string {
  return shape.kind === "number" && shape.whole ? "integer" : nouns[shape.kind];
}
