/** Reads values out of trees. The types are those that the shapes declare. */
import type { Holds, PlainValue, RecordShape, Shape } from "./schema/shape.ts";
import type { ComposeNode, MapNode } from "./tree/node.ts";

/** The value that a node in canonical form holds. The node has been checked against the shape. */
export function decode<T>(node: ComposeNode, shape: Shape & Holds<T>): T {
  return valueOf(node, shape) as T;
}

function valueOf(node: ComposeNode, shape: Shape): unknown {
  if (shape.kind === "anything") return plainOf(node);
  if (node.kind === "list") {
    const item = shape.kind === "list" ? shape.item : shape;
    return node.items.map((one) => valueOf(one, item));
  }
  if (node.kind === "map") {
    if (shape.kind === "record") return recordOf(node, shape);
    const value = shape.kind === "dictionary" ? shape.value : shape;
    return new Map([...node.entries].map(([key, entry]) => [key, valueOf(entry.value, value)]));
  }
  if (node.value === null) return shape.kind === "record" ? {} : null;
  return shape.kind === "text" && shape.format !== undefined
    ? shape.format.value(String(node.value))
    : node.value;
}

function recordOf(node: MapNode, shape: RecordShape): unknown {
  const fields: [string, unknown][] = [];
  const extensions: [string, PlainValue][] = [];
  for (const [key, { value }] of node.entries) {
    const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
    if (field === undefined) extensions.push([key, plainOf(value)]);
    else {
      const decoded = valueOf(value, field.shape);
      if (decoded !== null) fields.push([key, decoded]);
    }
  }
  if (extensions.length > 0) fields.push(["extensions", Object.fromEntries(extensions)]);
  return Object.fromEntries(fields);
}

/** The tree as plain values, as JSON has them. */
export function plainOf(node: ComposeNode): PlainValue {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainOf);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plainOf(entry.value)]));
}
