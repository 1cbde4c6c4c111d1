/**
 * A schema as server-side apply sees it: scalars, lists and maps, each either merged or atomic.
 *
 * Structs and maps merge member by member unless declared atomic; lists are atomic unless declared
 * sets or keyed. Free JSON has the shape of the value at hand: objects merge, lists do not.
 */

import type { AnyField, AnySchema, JsonValue, ListSchema, ScalarName } from "../schema/schema.ts";
import { type ResolvedSchema, resolveSchema } from "../schema/resolve.ts";
import { isJsonList, isJsonObject } from "../json-value.ts";

/** Where a value stands: its schema, and whether the field there merges an otherwise atomic struct. */
export interface Place {
  readonly schema: ResolvedSchema | "free";
  readonly isGranular: boolean;
}

export interface ScalarShape {
  readonly form: "scalar";
  readonly accepts: "string" | "numeric" | "boolean" | "any";
}

export interface ListShape {
  readonly form: "list";
  /** What tells items apart: their value, some of their members, or nothing: the list is atomic. */
  readonly identity: "value" | "keys" | "none";
  readonly keys: readonly ListKey[];
  readonly item: Place;
}

/** A member that tells items apart, and what it counts as when absent. */
export interface ListKey {
  readonly name: string;
  readonly whenAbsent: JsonValue | undefined;
}

export interface MapShape {
  readonly form: "map";
  readonly isAtomic: boolean;
  /** Where the member stands; undefined when the schema has no such member. */
  placeOf(name: string): Place | undefined;
  /** Whether the member is a field that the schema names, rather than a free key. */
  isField(name: string): boolean;
}

export type Shape = ScalarShape | ListShape | MapShape;

export function placeOf(schema: AnySchema): Place {
  return { schema: resolveSchema(schema), isGranular: false };
}

const freePlace: Place = { schema: "free", isGranular: false };
const freeMap: MapShape = {
  form: "map",
  isAtomic: false,
  placeOf: () => freePlace,
  isField: () => false,
};
const freeList: ListShape = { form: "list", identity: "none", keys: [], item: freePlace };

/** The shape at `place`; `value` decides where the schema leaves it open. */
export function shapeOf(place: Place, value: JsonValue | undefined): Shape {
  const { schema } = place;
  if (schema === "free") return freeShape(value);
  switch (schema.form) {
    case "scalar":
      return scalarShape(schema.scalar, value);
    case "list":
      return listShape(schema);
    case "map": {
      const member = placeOf(schema.element);
      const isAtomic = schema.mapType === "atomic";
      return { form: "map", isAtomic, placeOf: () => member, isField: () => false };
    }
    case "struct": {
      const { fields } = schema;
      const isField = (name: string) => Object.hasOwn(fields, name);
      return {
        form: "map",
        isAtomic: schema.mapType === "atomic" && !place.isGranular,
        placeOf: (name) => (isField(name) ? placeOfField(fields[name]) : undefined),
        isField,
      };
    }
  }
}

function placeOfField(field: AnyField | undefined): Place | undefined {
  if (field === undefined) return undefined;
  return { schema: resolveSchema(field.schema), isGranular: field.mapType === "granular" };
}

function freeShape(value: JsonValue | undefined): Shape {
  if (isJsonObject(value)) return freeMap;
  return isJsonList(value) ? freeList : { form: "scalar", accepts: "any" };
}

function scalarShape(scalar: ScalarName, value: JsonValue | undefined): Shape {
  switch (scalar) {
    case "boolean":
      return { form: "scalar", accepts: "boolean" };
    case "int32":
    case "int64":
    case "double":
      return { form: "scalar", accepts: "numeric" };
    case "quantity":
    case "intOrString":
      return { form: "scalar", accepts: "any" };
    case "rawExtension":
    case "fieldsV1":
      return freeMap;
    case "json":
      return freeShape(value);
    default:
      return { form: "scalar", accepts: "string" };
  }
}

function listShape(schema: ListSchema<unknown>): ListShape {
  const item = placeOf(schema.element);
  switch (schema.listType) {
    case "set":
      return { form: "list", identity: "value", keys: [], item };
    case "map": {
      const keys = schema.mapKeys.map((name) => ({ name, whenAbsent: defaultOf(item, name) }));
      return { form: "list", identity: "keys", keys, item };
    }
    default:
      return { form: "list", identity: "none", keys: [], item };
  }
}

function defaultOf({ schema }: Place, name: string): JsonValue | undefined {
  if (schema === "free" || schema.form !== "struct") return undefined;
  return Object.hasOwn(schema.fields, name) ? schema.fields[name]?.defaultValue : undefined;
}
