import type { JsonObject, JsonValue } from "#api";
import type { ObjectMeta } from "#api/meta/v1";
import { decodedMetadata } from "./decode-stored.ts";

/** The metadata of a decoded object; empty where the object has none. */
export function metadataOf(object: JsonObject): ObjectMeta {
  return decodedMetadata(object["metadata"]);
}

/** The object with other metadata; members that are undefined are left out. */
export function withMetadata(object: JsonObject, changes: Partial<ObjectMeta>): JsonObject {
  const metadata: Record<string, JsonValue | undefined> = { ...jsonOf(metadataOf(object)) };
  for (const [name, value] of Object.entries(jsonOf(changes))) {
    if (value === undefined) delete metadata[name];
    else metadata[name] = value;
  }
  return { ...object, metadata };
}

/** Whether the object waits for its finalizers or its grace period. */
export function isBeingDeleted(object: JsonObject): boolean {
  return metadataOf(object).deletionTimestamp !== undefined;
}

/** Every typed value is JSON: types are declared by the schemas of JSON. */
function jsonOf(value: Partial<ObjectMeta>): Readonly<Record<string, JsonValue | undefined>> {
  return Object.fromEntries(Object.entries(value));
}
