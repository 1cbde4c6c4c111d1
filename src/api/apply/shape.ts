/**
 * A schema as server-side apply sees it: scalars, lists and maps, each either merged or atomic.
 *
 * Structs and maps merge member by member unless declared atomic; lists are atomic unless declared
 * sets or keyed. Free JSON has the shape of the value at hand: objects merge, lists do not.
 */

import { compareText } from "#base";
import type {
  AnyField,
  AnySchema,
  JsonValue,
  ListSchema,
  ScalarName,
  ScalarSchema,
} from "../schema/schema.ts";
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
  /** Sorted by name. */
  readonly keys: readonly ListKey[];
  readonly item: Place;
}

/** A member that tells items apart, and what it counts as when absent. */
interface ListKey {
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

/** Memos of pure results; entries live as long as the declarations they are made of. */
const places = new WeakMap<AnySchema, Place>();
const shapes = new WeakMap<Place, Shape>();

export function placeOf(schema: AnySchema): Place {
  const known = places.get(schema);
  if (known !== undefined) return known;
  const place = { schema: resolveSchema(schema), isGranular: false };
  places.set(schema, place);
  return place;
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
  if (schema.form === "scalar") return scalarShape(schema.scalar, value);
  const known = shapes.get(place);
  if (known !== undefined) return known;
  const shape = containerShape(schema, place.isGranular);
  shapes.set(place, shape);
  return shape;
}

function containerShape(
  schema: Exclude<ResolvedSchema, ScalarSchema<unknown>>,
  isGranular: boolean,
): Shape {
  switch (schema.form) {
    case "list":
      return listShape(schema);
    case "map": {
      const member = placeOf(schema.element);
      const isAtomic = schema.mapType === "atomic";
      return { form: "map", isAtomic, placeOf: () => member, isField: () => false };
    }
    case "struct": {
      const fields = Object.entries(schema.fields);
      const members = new Map(fields.map(([name, field]) => [name, fieldPlace(field)]));
      return {
        form: "map",
        isAtomic: schema.mapType === "atomic" && !isGranular,
        placeOf: (name) => members.get(name),
        isField: (name) => members.has(name),
      };
    }
  }
}

function fieldPlace(field: AnyField): Place {
  if (field.mapType !== "granular") return placeOf(field.schema);
  return { schema: resolveSchema(field.schema), isGranular: true };
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
      const names = [...schema.mapKeys].sort(compareText);
      const keys = names.map((name) => ({ name, whenAbsent: defaultOf(item, name) }));
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
