import { type WriteTarget, writeTargetOf } from "#api";
import type { Resource } from "../registry/resource.ts";

/** The endpoint through which fields are owned: one kind, seen in each of its versions. */
export function fieldTargetOf({ kind, versions }: Resource, subresource: string): WriteTarget {
  return { ...writeTargetOf(kind, subresource), versions };
}
