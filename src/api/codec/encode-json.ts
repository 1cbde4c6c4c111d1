/**
 * Objects to JSON, in normal form (see plan.ts) and in the order of their declarations.
 *
 * With a kind, what the object leaves open is filled in and zero values are dropped, so that objects
 * made by hand and objects read from a client give the same bytes. Without one, the object is written
 * as it is. There is no trailing newline: whoever writes a response or a watch event adds it.
 */

import { type AnyKind, asJsonObject, type JsonObject, type JsonValue } from "../schema/schema.ts";
import { type FieldPlan, planOf, type StructPlan, type ValuePlan } from "./plan.ts";
import { isJsonList, isJsonObject } from "../json-value.ts";
import { isZero, jsonTextOf, utf8Of } from "./scalars.ts";

/** UTF-8 JSON of `object`, which is one of `kind` unless that is undefined. */
export function encodeJson(kind: AnyKind | undefined, object: object): Uint8Array {
  return utf8Of(encodeJsonText(kind, object));
}

export function encodeJsonText(kind: AnyKind | undefined, object: object): string {
  const json = asJsonObject(object);
  return jsonTextOf(kind === undefined ? json : normalStruct(planOf(kind), json));
}

/** The normal form of an object that has the right types but may leave out what is implied. */
export function normalObject(kind: AnyKind, object: object): JsonObject {
  return normalStruct(planOf(kind), asJsonObject(object));
}

function normalStruct(plan: StructPlan, object: JsonObject): JsonObject {
  const normal: Record<string, JsonValue> = {};
  for (const field of plan.fields) {
    const value = normalField(field, object[field.name]);
    if (value !== undefined) normal[field.name] = value;
  }
  return normal;
}

function normalField(field: FieldPlan, value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || value === null) return field.zero?.();
  if (field.isDroppedWhenZero && isZero(value)) return undefined;
  return normalValue(field.value, value);
}

function normalValue(plan: ValuePlan, value: JsonValue): JsonValue {
  switch (plan.form) {
    case "struct":
      return isJsonObject(value) ? normalStruct(plan.struct, value) : value;
    case "list": {
      const { element } = plan;
      const isDeep = element.form === "struct" && isJsonList(value);
      return isDeep ? value.map((item) => normalValue(element, item)) : value;
    }
    case "map": {
      const { element } = plan;
      if (element.form !== "struct" || !isJsonObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, normalValue(element, item ?? {})]),
      );
    }
    default:
      return value;
  }
}
