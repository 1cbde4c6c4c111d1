import type { JsonObject, JsonValue } from "#api";
import type { ObjectMeta } from "#api/meta/v1";

/**
 * Decodes bytes that this server encoded itself: they are valid, of their kind and defaulted, so there
 * is nothing to check.
 */
export function decodeStoredText(text: string): JsonObject {
  return JSON.parse(text) as JsonObject;
}

/** Metadata of an object that was decoded by its declaration. */
export function decodedMetadata(metadata: JsonValue | undefined): ObjectMeta {
  return (metadata ?? {}) as ObjectMeta;
}
