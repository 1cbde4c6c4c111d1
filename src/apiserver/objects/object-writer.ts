/**
 * Writes objects: each write is one compare-and-swap on the revision that it was decided on, and is
 * decided again when another write came in between.
 */

import {
  alreadyExists,
  conflict,
  invalid,
  isSemanticallyEqual,
  type JsonObject,
  type ObjectKey,
  StatusError,
} from "#api";
import type { Commit, Condition, Store, Stored, Write } from "#store";
import type { Allocation, Allocator } from "../allocation/claims.ts";
import type { Resource } from "../registry/resource.ts";
import { isBeingDeleted, withMetadata } from "./metadata.ts";
import { encodeStored, storedBytes } from "./object-content.ts";
import type { ObjectReader } from "./object-reader.ts";
import { objectOfStored, StoredObject, storeKeyOf } from "./stored-object.ts";

/** Where and how an object is written. */
export interface WriteTarget {
  readonly store: Store;
  readonly reader: ObjectReader;
  readonly resource: Resource;
  readonly key: ObjectKey;
  readonly dryRun: "all" | "none";
  /** Gives the objects of this resource what they hold exclusively. */
  readonly allocator: Allocator | undefined;
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
  const { resource, key } = target;
  const storeKey = storeKeyOf(resource, key);
  for (let attempt = 0; attempt < attemptCountMax; attempt++) {
    const allocation = await allocate(target, object, undefined);
    const value = encodeStored(resource, allocation.object);
    const written = storedBytes(resource, allocation.object, value);
    const commit = await commitWrite(target, { key: storeKey, revision: 0 }, written, allocation);
    if (commit.kind === "committed") {
      return new StoredObject(resource, { key: storeKey, value, revision: commit.revision });
    }
    if (commit.key === storeKey) throw existing(target, commit.current);
    refuseTaken(target, allocation, commit.key);
  }
  throw conflict(resource.resourceName, key.name, optimisticLockMessage);
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
  target: WriteTarget,
  current: StoredObject,
  decision: UpdateDecision,
): Promise<UpdateOutcome | undefined> {
  if (decision.kind === "leave") return { object: current, kind: "leave" };
  const { resource, allocator } = target;
  const allocation =
    decision.kind === "delete"
      ? { object: decision.object, claims: [], released: allocator?.held(current.value) ?? [] }
      : await allocate(target, decision.object, current.value);
  const value = encodeStored(resource, allocation.object);
  if (decision.kind === "put" && isUnchanged(current, value, allocation.object)) {
    return { object: current, kind: "leave" };
  }
  const { storeKey: key, revision } = current;
  const isPut = decision.kind === "put";
  const written = isPut ? storedBytes(resource, allocation.object, value) : undefined;
  const commit = await commitWrite(target, { key, revision }, written, allocation);
  if (commit.kind === "conflict") {
    if (commit.key !== key) refuseTaken(target, allocation, commit.key);
    return undefined;
  }
  const told = target.dryRun === "all" ? revision : commit.revision;
  return {
    object: new StoredObject(resource, { key, value, revision: told }),
    kind: decision.kind,
  };
}

async function allocate(
  { allocator }: WriteTarget,
  object: JsonObject,
  current: JsonObject | undefined,
): Promise<Allocation> {
  return (await allocator?.allocate(object, current)) ?? { object, claims: [], released: [] };
}

/** Writes an object, or deletes it when there is no value, together with its claims. */
async function commitWrite(
  { store, dryRun }: WriteTarget,
  condition: Condition,
  value: Uint8Array | undefined,
  { claims, released }: Allocation,
): Promise<Commit> {
  const { key } = condition;
  const conditions = [condition, ...claims.map((claim) => ({ key: claim.key, revision: 0 }))];
  if (dryRun === "all") return tryCommit(store, conditions);
  return store.commit(conditions, [
    value === undefined ? { kind: "delete", key } : { kind: "put", key, value },
    ...claims.map((claim): Write => ({ kind: "put", key: claim.key, value: claim.value })),
    ...released.map((free): Write => ({ kind: "delete", key: free })),
  ]);
}

/** What a commit would say, without one; revision 0 is that of an object which is not stored. */
async function tryCommit(store: Store, conditions: readonly Condition[]): Promise<Commit> {
  for (const { key, revision } of conditions) {
    const current = await store.find(key);
    if ((current?.revision ?? 0) !== revision) return { kind: "conflict", key, current };
  }
  return { kind: "committed", revision: 0 };
}

/** A claim that the client chose cannot be exchanged for another. */
function refuseTaken({ resource, key }: WriteTarget, { claims }: Allocation, taken: string): void {
  const refusal = claims.find((claim) => claim.key === taken)?.refusal;
  if (refusal !== undefined) throw invalid(resource.kindName, key.name, [refusal]);
}

/** A write that changes nothing takes no revision, so that controllers do not wake each other. */
function isUnchanged(current: StoredObject, value: Uint8Array, object: JsonObject): boolean {
  // What means the same is written in the same length, whatever the order of its map keys.
  if (value.length !== current.bytes.length) return false;
  if (isSameBytes(value, current.bytes)) return true;
  const resourceVersion = String(current.revision);
  const wanted = withMetadata(object, { resourceVersion });
  return isSemanticallyEqual(current.resource.kind, wanted, current.value);
}

/** A loop rather than a callback for each byte: it runs for every update. */
function isSameBytes(left: Uint8Array, right: Uint8Array): boolean {
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

function existing({ resource, key }: WriteTarget, stored: Stored | undefined): StatusError {
  const error = alreadyExists(resource.resourceName, key.name);
  if (stored === undefined) return error;
  if (!isBeingDeleted(objectOfStored(resource, stored).value)) return error;
  const { details } = error;
  const message = `object is being deleted: ${error.message}`;
  return new StatusError("AlreadyExists", message, details === undefined ? {} : { details });
}
