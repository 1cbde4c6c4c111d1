import type { JsonValue } from "#api";
import type { ObjectMeta } from "#api/meta/v1";

/** Metadata of an object that was decoded by its declaration. */
export function decodedMetadata(metadata: JsonValue | undefined): ObjectMeta {
  return (metadata ?? {}) as ObjectMeta;
}
