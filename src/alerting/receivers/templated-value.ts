/** Options of any shape with templates in their texts: details of an incident, a payload. */
import {
  ConfigError,
  isNullScalar,
  readYaml,
  resolveScalar,
  type YamlNode,
  type YamlScalar,
  type YamlType,
  type YamlValue,
} from "#promconfig";

export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | ReadonlyMap<string, PlainValue>;

/** Whatever the file says; undefined where it says nothing. */
export const anyYaml: YamlType<PlainValue | undefined> = {
  goType: "interface {}",
  zero: undefined,
  decode: (node) => ({ value: plainOf(node) }),
  isEmpty: (value) => value === undefined,
  encode: (value) => shownValue(value ?? null),
};

/** Whatever the file says under names. */
export const anyYamlMap: YamlType<ReadonlyMap<string, PlainValue>> = {
  goType: "map[string]interface {}",
  zero: new Map(),
  decode: (node, decoding) => {
    const value = plainOf(node);
    if (value instanceof Map) return { value };
    return decoding.mismatch(node, "map[string]interface {}");
  },
  isEmpty: (value) => value.size === 0,
  encode: shownValue,
};

/**
 * The value for JSON, with its texts rendered. A text that becomes a number, a list or a map is one:
 * `{{ .Alerts | toJson }}` gives alerts, and not their spelling.
 */
export function renderedValue(value: PlainValue, render: (template: string) => string): unknown {
  if (typeof value === "string") return structured(render(value));
  if (Array.isArray(value)) return value.map((item) => renderedValue(item, render));
  if (value instanceof Map) {
    const entries = [...value].map(([name, one]) => [render(name), renderedValue(one, render)]);
    return Object.fromEntries(entries) as unknown;
  }
  return value;
}

function structured(text: string): unknown {
  try {
    const node = readYaml(text);
    return node === undefined ? null : jsonOf(plainOf(node));
  } catch (error) {
    // A text that is no YAML is a text.
    if (!(error instanceof ConfigError)) throw error;
    return text;
  }
}

/** What was rendered is taken as it is: its texts are not read a second time. */
function jsonOf(value: PlainValue): unknown {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries([...value].map(([name, one]) => [name, jsonOf(one)]));
}

function plainOf(node: YamlNode): PlainValue {
  if (node.kind === "list") return node.items.map(plainOf);
  if (node.kind === "scalar") return scalarOf(node);
  return new Map(node.entries.map(({ key, value }) => [key.text, plainOf(value)] as const));
}

function scalarOf(node: YamlScalar): PlainValue {
  if (isNullScalar(node)) return null;
  const resolved = resolveScalar(node);
  return "value" in resolved ? resolved.value : null;
}

function shownValue(value: PlainValue): YamlValue {
  if (typeof value === "string") return { kind: "text", text: value };
  if (Array.isArray(value)) return { kind: "list", items: value.map(shownValue), flow: false };
  if (value instanceof Map) {
    const entries = [...value].map(([name, one]) => [name, shownValue(one)] as const);
    return { kind: "map", entries };
  }
  return { kind: "literal", text: JSON.stringify(value) };
}
