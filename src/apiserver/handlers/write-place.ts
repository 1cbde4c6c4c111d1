import type { ObjectKey } from "#api";
import type { WriteTarget } from "../objects/object-writer.ts";
import type { Resource } from "../registry/resource.ts";
import type { ServerParts } from "../request/request-context.ts";

export interface WritePlace {
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly dryRun: "all" | "none";
}

/** A place to write an object to, with what belongs to its resource. */
export function writeTo(
  { store, reader, allocators }: ServerParts,
  place: WritePlace,
): WriteTarget {
  return { ...place, store, reader, allocator: allocators.get(place.resource) };
}
