/** How the content of objects is settled before it is stored: what the server owns and keeps. Pure. */

import {
  badRequest,
  encodeJson,
  type Fields,
  isSemanticallyEqual,
  type JsonObject,
  type ObjectKey,
} from "#api";
import { assert } from "#base";
import type { User } from "../authentication.ts";
import type { UpdateTarget } from "../registry/behavior.ts";
import type { Resource } from "../registry/resource.ts";
import { metadataOf, withMetadata } from "./metadata.ts";
import { hasHead } from "./object-bytes.ts";

/** The canonical bytes of an object: complete, but without a resource version. */
export function encodeStored(resource: Resource, object: JsonObject): Uint8Array {
  const versionless = withMetadata(object, { resourceVersion: undefined, selfLink: undefined });
  const bytes = encodeJson(resource.kind, versionless);
  assert(hasHead(bytes, resource.head), "every object starts with its kind's head");
  return bytes;
}

/** The bytes to store for an object that has been encoded. */
export function storedBytes(
  resource: Resource,
  object: JsonObject,
  encoded: Uint8Array,
): Uint8Array {
  const { view } = resource;
  return view === undefined ? encoded : encodeStored(view.stored, view.toStored(object));
}

/** Puts a new object where the request says; throws BadRequest when it says otherwise itself. */
export function placed(resource: Resource, object: JsonObject, key: ObjectKey): JsonObject {
  const { namespace = "" } = metadataOf(object);
  const expected = resource.namespaced ? key.namespace : "";
  if (namespace === expected) return object;
  if (namespace !== "") {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
  return withMetadata(object, { namespace: expected });
}

/** Drops what only the server may say of a new object. */
export function withoutSystemFields(object: JsonObject): JsonObject {
  return withMetadata(object, {
    uid: undefined,
    creationTimestamp: undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
    generation: undefined,
  });
}

/** A new object without what its status subresource will say, at generation 1 if that counts. */
export function preparedForCreate(
  resource: Resource,
  object: JsonObject,
  creator: User,
): JsonObject {
  const { behavior, kind } = resource;
  const hasStatus = kind.resource?.subresources?.["status"] !== undefined;
  const dropsStatus = hasStatus && behavior.statusAtCreation === "dropped";
  const content = dropsStatus ? { ...object, status: undefined } : object;
  const counted =
    behavior.generation === "counted" ? withMetadata(content, { generation: 1 }) : content;
  return behavior.prepareForCreate(counted, creator);
}

/** The object after an update of `target`: the rest stays as it is, and the server's fields do too. */
export function preparedForUpdate(
  resource: Resource,
  object: JsonObject,
  current: JsonObject,
  target: UpdateTarget,
): JsonObject {
  const { behavior, kind } = resource;
  const scoped = withinTarget(resource, object, current, target);
  const before = metadataOf(current);
  const after = metadataOf(scoped);
  const kept = withMetadata(scoped, {
    uid: after.uid === undefined || after.uid === "" ? before.uid : after.uid,
    creationTimestamp: before.creationTimestamp,
    generation: before.generation,
    deletionTimestamp: before.deletionTimestamp ?? after.deletionTimestamp,
    deletionGracePeriodSeconds:
      after.deletionGracePeriodSeconds ?? before.deletionGracePeriodSeconds,
  });
  const prepared = behavior.prepareForUpdate(kept, current, target);
  const counts = behavior.generation === "counted" && target !== "status";
  if (!counts || hasSameContent(kind.fields, prepared, current)) return prepared;
  return withMetadata(prepared, { generation: (before.generation ?? 0) + 1 });
}

function withinTarget(
  { kind }: Resource,
  object: JsonObject,
  current: JsonObject,
  target: UpdateTarget,
): JsonObject {
  const hasStatus = kind.resource?.subresources?.["status"] !== undefined;
  if (target === "object") return hasStatus ? { ...object, status: current["status"] } : object;
  if (target !== "status") return object;
  return { ...current, metadata: object["metadata"], status: object["status"] };
}

/** Whether everything but metadata and status is the same. */
function hasSameContent(fields: Fields, object: JsonObject, current: JsonObject): boolean {
  return Object.entries(fields)
    .filter(([name]) => name !== "metadata" && name !== "status")
    .every(([name, { schema }]) => isSemanticallyEqual(schema, object[name], current[name]));
}
