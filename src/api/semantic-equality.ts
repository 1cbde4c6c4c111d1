/**
 * Whether two objects mean the same, although they may be written differently: what decides that a
 * write changes nothing, or that a spec has changed and the generation goes up.
 */

import type { AnyField, AnySchema, JsonObject, JsonValue } from "./schema/schema.ts";
import { type ResolvedSchema, resolveSchema } from "./schema/resolve.ts";
import { isEqualJson, isJsonList, isJsonObject, memberOf } from "./json-value.ts";
import { compareQuantities, parseQuantity } from "./quantity.ts";
import { ValueError } from "./value-error.ts";

type MaybeValue = JsonValue | undefined;

/**
 * Compares two values with the same schema. Quantities count by amount; null, an absent list or map and
 * an empty one are the same, as are an absent and a zero value of a field that is no pointer.
 */
export function isSemanticallyEqual(
  schema: AnySchema,
  left: MaybeValue,
  right: MaybeValue,
): boolean {
  return isEqual(resolveSchema(schema), left, right);
}

function isEqual(schema: ResolvedSchema, left: MaybeValue, right: MaybeValue): boolean {
  if (left === right) return true;
  switch (schema.form) {
    case "scalar":
      if (schema.scalar === "quantity") return isEqualQuantity(left, right);
      return isEqualJson(left ?? null, right ?? null);
    case "list":
      return isEqualList(resolveSchema(schema.element), left, right);
    case "map":
      return isEqualMap(resolveSchema(schema.element), left, right);
    case "struct":
      return isJsonObject(left) && isJsonObject(right)
        ? isEqualStruct(schema.fields, left, right)
        : isEqualJson(left ?? null, right ?? null);
  }
}

function isEqualQuantity(left: MaybeValue, right: MaybeValue): boolean {
  if (typeof left !== "string" || typeof right !== "string") {
    return isEqualJson(left ?? null, right ?? null);
  }
  try {
    return compareQuantities(parseQuantity(left), parseQuantity(right)) === 0;
  } catch (error) {
    // What is no quantity is compared as the text that it is; validation will refuse it.
    if (error instanceof ValueError) return left === right;
    throw error;
  }
}

function isEqualList(element: ResolvedSchema, left: MaybeValue, right: MaybeValue): boolean {
  const [lefts, rights] = [isJsonList(left) ? left : [], isJsonList(right) ? right : []];
  if (lefts.length !== rights.length) return false;
  return lefts.every((item, index) => isEqual(element, item, rights[index]));
}

function isEqualMap(element: ResolvedSchema, left: MaybeValue, right: MaybeValue): boolean {
  const [lefts, rights] = [isJsonObject(left) ? left : {}, isJsonObject(right) ? right : {}];
  const names = Object.keys(lefts);
  if (names.length !== Object.keys(rights).length) return false;
  return names.every(
    (name) => Object.hasOwn(rights, name) && isEqual(element, lefts[name], rights[name]),
  );
}

function isEqualStruct(
  fields: Readonly<Record<string, AnyField>>,
  left: JsonObject,
  right: JsonObject,
): boolean {
  const isSame = (name: string): boolean => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const [before, after] = [memberOf(left, name), memberOf(right, name)];
    return field === undefined ? isEqualJson(before, after) : isEqualField(field, before, after);
  };
  const added = Object.keys(right).filter((name) => !Object.hasOwn(left, name));
  return Object.keys(left).every(isSame) && added.every(isSame);
}

function isEqualField(field: AnyField, left: MaybeValue, right: MaybeValue): boolean {
  if (left === right) return true;
  const schema = resolveSchema(field.schema);
  if (field.presence === "explicit") return isEqual(schema, left, right);
  return isEqual(schema, left ?? zeroOf(schema), right ?? zeroOf(schema));
}

/** The value that a field has when nothing was said; null where there is none. */
function zeroOf(schema: ResolvedSchema): JsonValue {
  if (schema.form === "struct") return {};
  if (schema.form !== "scalar") return null;
  switch (schema.scalar) {
    case "string":
    case "bytes":
      return "";
    case "boolean":
      return false;
    case "int32":
    case "int64":
    case "double":
    case "intOrString":
      return 0;
    case "quantity":
      return "0";
    case "duration":
      return "0s";
    default:
      return null;
  }
}
