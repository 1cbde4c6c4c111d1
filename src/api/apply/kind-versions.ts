import { normalObject } from "../codec/encode-json.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import type { AnyKind, JsonObject } from "../schema/schema.ts";
import { textAt } from "../json-value.ts";
import { type Place, placeOf } from "./shape.ts";

/** The versions in which objects of one kind can be seen, and how to get from one to another. */
export interface KindVersions {
  /** The kind in a version such as `apps/v1`; undefined when that is not served (any more). */
  findKind(apiVersion: string): AnyKind | undefined;
  /** The object as of that version, which `findKind` knows. The object says which it is in. */
  convert(object: JsonObject, apiVersion: string): JsonObject;
}

/** A kind that exists in one version only. */
export function singleVersion(kind: AnyKind): KindVersions {
  const only = apiVersionOf(kind);
  return {
    findKind: (apiVersion) => (apiVersion === only ? kind : undefined),
    convert: (object) => object,
  };
}

/** An object as one version has it. */
export interface VersionedObject {
  readonly place: Place;
  readonly object: JsonObject;
}

/** The object as of `apiVersion`; undefined when that version is not served. */
export function findVersion(
  versions: KindVersions,
  object: JsonObject,
  apiVersion: string,
): VersionedObject | undefined {
  const kind = versions.findKind(apiVersion);
  if (kind === undefined) return undefined;
  const place = placeOf(kind);
  if (textAt(object, "apiVersion") === apiVersion) return { place, object };
  return { place, object: normalObject(kind, versions.convert(object, apiVersion)) };
}
