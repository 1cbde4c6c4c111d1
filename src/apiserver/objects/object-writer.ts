/**
 * Writes objects: each write is one compare-and-swap on the revision that it was decided on, and is
 * decided again when another write came in between.
 */

import {
  alreadyExists,
  conflict,
  isSemanticallyEqual,
  type JsonObject,
  type ObjectKey,
  StatusError,
} from "#api";
import type { Store, Write } from "#store";
import type { Resource } from "../registry/resource.ts";
import { isBeingDeleted } from "./metadata.ts";
import { encodeStored } from "./object-content.ts";
import type { ObjectReader } from "./object-reader.ts";
import { StoredObject, storeKeyOf } from "./stored-object.ts";

/** Where and how an object is written. */
export interface WriteTarget {
  readonly store: Store;
  readonly reader: ObjectReader;
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly dryRun: "all" | "none";
}

/** What an update decided to do with the object as it is now. */
export type UpdateDecision =
  | { readonly kind: "put"; readonly object: JsonObject }
  | { readonly kind: "delete"; readonly object: JsonObject }
  /** Nothing to do; `object` is what the client is told. */
  | { readonly kind: "leave" };

export interface UpdateOutcome {
  /** The object after the write; after a deletion its last state. */
  readonly object: StoredObject;
  readonly kind: "put" | "delete" | "leave";
}

/** More lost races than this for one write mean that something is wrong. */
const attemptCountMax = 50;

export const optimisticLockMessage =
  "the object has been modified; please apply your changes to the latest version and try again";

/** Stores a new object; throws AlreadyExists. */
export async function createStored(target: WriteTarget, object: JsonObject): Promise<StoredObject> {
  const { store, resource, key } = target;
  const storeKey = storeKeyOf(resource, key);
  const value = encodeStored(resource, object);
  if (target.dryRun === "all") {
    const present = await store.find(storeKey);
    if (present !== undefined) throw existing(resource, new StoredObject(resource, present));
    return new StoredObject(resource, { key: storeKey, value, revision: 0 });
  }
  const commit = await store.commit([{ key: storeKey, revision: 0 }], [put(storeKey, value)]);
  if (commit.kind === "committed") {
    return new StoredObject(resource, { key: storeKey, value, revision: commit.revision });
  }
  if (commit.current === undefined) throw alreadyExists(resource.resourceName, key.name);
  throw existing(resource, new StoredObject(resource, commit.current));
}

/**
 * Changes an object by what `decide` makes of its present state. `decide` may run several times and
 * refuses by throwing. Throws NotFound when there is no object.
 */
export async function updateStored(
  target: WriteTarget,
  decide: (current: StoredObject) => Promise<UpdateDecision>,
): Promise<UpdateOutcome> {
  for (let attempt = 0; attempt < attemptCountMax; attempt++) {
    const current = await target.reader.get(target.resource, target.key);
    const decision = await decide(current);
    const outcome = await commitDecision(target, current, decision);
    if (outcome !== undefined) return outcome;
  }
  throw conflict(target.resource.resourceName, target.key.name, optimisticLockMessage);
}

/** Undefined when another write was faster. */
async function commitDecision(
  { store, resource, dryRun }: WriteTarget,
  current: StoredObject,
  decision: UpdateDecision,
): Promise<UpdateOutcome | undefined> {
  if (decision.kind === "leave") return { object: current, kind: "leave" };
  const value = encodeStored(resource, decision.object);
  if (decision.kind === "put" && isUnchanged(current, value)) {
    return { object: current, kind: "leave" };
  }
  const key = current.storeKey;
  if (dryRun === "all") {
    const revision = current.revision;
    return { object: new StoredObject(resource, { key, value, revision }), kind: decision.kind };
  }
  const write: Write = decision.kind === "put" ? put(key, value) : { kind: "delete", key };
  const commit = await store.commit([{ key, revision: current.revision }], [write]);
  if (commit.kind === "conflict") return undefined;
  const object = new StoredObject(resource, { key, value, revision: commit.revision });
  return { object, kind: decision.kind };
}

/** A write that changes nothing takes no revision, so that controllers do not wake each other. */
function isUnchanged(current: StoredObject, value: Uint8Array): boolean {
  // What means the same is written in the same length, whatever the order of its map keys.
  if (value.length !== current.bytes.length) return false;
  if (value.every((byte, index) => byte === current.bytes[index])) return true;
  const { resource, storeKey: key, revision } = current;
  const wanted = new StoredObject(resource, { key, value, revision });
  return isSemanticallyEqual(resource.kind, wanted.value, current.value);
}

function put(key: string, value: Uint8Array): Write {
  return { kind: "put", key, value };
}

function existing(resource: Resource, present: StoredObject): StatusError {
  const error = alreadyExists(resource.resourceName, present.key.name);
  if (!isBeingDeleted(present.value)) return error;
  const { details } = error;
  const message = `object is being deleted: ${error.message}`;
  return new StatusError("AlreadyExists", message, details === undefined ? {} : { details });
}
