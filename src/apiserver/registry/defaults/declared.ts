import {
  type AnySchema,
  customKinds,
  type AnyStruct,
  isJsonList,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "#api";
import type { BehaviorEntry } from "../behavior.ts";

/** Custom resources say their defaults where they are declared. */
export const declaredDefaults: readonly BehaviorEntry[] = customKinds.map((kind) => ({
  kind,
  behavior: { applyDefaults: (object) => withDefaults(kind, object) },
}));

/** The object with the defaults of its declaration, wherever a struct that has some is there. */
export function withDefaults(struct: AnyStruct, object: JsonObject): JsonObject {
  let complete = object;
  for (const [name, field] of Object.entries(struct.fields)) {
    const value = object[name];
    const filled =
      value === undefined ? field.defaultValue : valueWithDefaults(field.schema, value);
    if (filled !== value) complete = { ...complete, [name]: filled };
  }
  return complete;
}

/** The same value where nothing is missing. */
function valueWithDefaults(schema: AnySchema, value: JsonValue): JsonValue {
  switch (schema.form) {
    case "scalar":
      return value;
    case "lazy":
      return valueWithDefaults(schema.resolve(), value);
    case "struct":
      // The types that custom resources borrow have their defaults elsewhere.
      return schema.package.isCustom === true && isJsonObject(value)
        ? withDefaults(schema, value)
        : value;
    case "list":
      return isJsonList(value) ? listWithDefaults(schema.element, value) : value;
    case "map":
      return isJsonObject(value) ? mapWithDefaults(schema.element, value) : value;
  }
}

function listWithDefaults(element: AnySchema, list: readonly JsonValue[]): JsonValue {
  const complete = list.map((item) => valueWithDefaults(element, item));
  return complete.every((item, index) => item === list[index]) ? list : complete;
}

function mapWithDefaults(element: AnySchema, map: JsonObject): JsonValue {
  const members = Object.entries(map).map(
    ([key, member]) =>
      [key, member === undefined ? member : valueWithDefaults(element, member)] as const,
  );
  return members.every(([key, member]) => member === map[key]) ? map : Object.fromEntries(members);
}
