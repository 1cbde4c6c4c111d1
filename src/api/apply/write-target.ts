import { normalObject } from "../codec/encode-json.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import type { AnyKind, JsonObject } from "../schema/schema.ts";
import { objectAt } from "../json-value.ts";
import { type FieldSet, fieldSetOf } from "./field-set.ts";
import { type KindVersions, singleVersion } from "./kind-versions.ts";
import type { ResetFields } from "./move-ownership.ts";
import { fieldElement } from "./path-element.ts";

/** The endpoint through which an object is written. */
export interface WriteTarget {
  /** The kind in the version that the endpoint serves. */
  readonly kind: AnyKind;
  readonly versions: KindVersions;
  /** For example `status`; empty for the main resource. */
  readonly subresource: string;
  readonly resetFields: ResetFields;
}

/** The endpoint of a kind with a single version: where `status` has its own, each resets the other's. */
export function writeTargetOf(kind: AnyKind, subresource = ""): WriteTarget {
  const reset = resetFieldsOf(kind, subresource);
  return {
    kind,
    versions: singleVersion(kind),
    subresource,
    resetFields: reset === undefined ? new Map() : new Map([[apiVersionOf(kind), reset]]),
  };
}

function resetFieldsOf(kind: AnyKind, subresource: string): FieldSet | undefined {
  if (kind.resource?.subresources?.["status"] === undefined) return undefined;
  if (subresource === "") return fieldSetOf([fieldElement("status")]);
  return subresource === "status" ? fieldSetOf([fieldElement("spec")]) : undefined;
}

/**
 * An object made comparable: in the endpoint's version and without managed fields. It is in normal
 * form, where a struct that is no pointer is always there, so that nobody owns it for itself.
 */
export function comparableObject(target: WriteTarget, object: JsonObject): JsonObject {
  const { kind, versions } = target;
  const stored = object["metadata"] === undefined ? normalObject(kind, object) : object;
  const apiVersion = apiVersionOf(kind);
  const converted = versions.convert({ apiVersion, ...stored, kind: kind.kind }, apiVersion);
  return { ...converted, metadata: withoutOwners(objectAt(converted, "metadata")) };
}

function withoutOwners(metadata: JsonObject): JsonObject {
  const { managedFields: _owners, ...rest } = metadata;
  return rest;
}
