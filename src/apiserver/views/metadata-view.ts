import type { JsonObject } from "#api";
import type { StoredObject } from "../objects/stored-object.ts";

/** An object reduced to its metadata: what the garbage collector and caches of names ask for. */
export function metadataViewOf(
  object: JsonObject,
  { viewVersion }: { readonly viewVersion: string },
): JsonObject {
  return {
    kind: "PartialObjectMetadata",
    apiVersion: viewVersion,
    metadata: object["metadata"],
  };
}

export function metadataListOf(
  objects: readonly Pick<StoredObject, "value">[],
  metadata: JsonObject,
  presentation: { readonly viewVersion: string },
): JsonObject {
  return {
    kind: "PartialObjectMetadataList",
    apiVersion: presentation.viewVersion,
    metadata,
    items: objects.map(({ value }) => metadataViewOf(value, presentation)),
  };
}
