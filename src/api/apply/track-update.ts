import type { JsonObject } from "../schema/schema.ts";
import {
  isEqualJson,
  isJsonList,
  isJsonObject,
  memberOf,
  membersOf,
  textAt,
} from "../json-value.ts";
import { type Author, ownChanges } from "./own-changes.ts";
import { decodeOwners, managedFieldsOf, type Owner, type Owners, withOwners } from "./owner.ts";
import { comparableObject, type WriteTarget } from "./write-target.ts";

/** A write that is not an apply: create, update, and the other patches. */
export interface TrackedUpdate extends Author {
  readonly target: WriteTarget;
  /** The stored object, in normal form; an empty one when the object is being created. */
  readonly before: JsonObject;
  /** The object to be stored, in normal form. It may bring managed fields of its own, or `[]` or `[{}]` to drop them. */
  readonly after: JsonObject;
}

/** `after` with the managed fields that it is to be stored with. */
export function trackUpdate(update: TrackedUpdate): JsonObject {
  const { target, before, after } = update;
  const owners = ownersToStartFrom(update);
  const isCreate = textAt(before, "metadata", "uid") === "";
  // An object whose owners were dropped stays without until somebody applies it.
  if (owners.size === 0 && !isCreate) return withOwners(after, owners);
  const change = {
    before: comparableObject(target, before),
    after: comparableObject(target, after),
  };
  return withOwners(after, ownChanges(target, change, owners, update));
}

/**
 * A write may set managed fields directly: what it sends counts instead of what is stored, unless it
 * sends none, sends nonsense, or goes to a subresource.
 */
function ownersToStartFrom({ target, before, after }: TrackedUpdate): Owners {
  if (target.subresource !== "") return ownersOrNone(before);
  if (dropsOwners(after)) return new Map();
  const stored = managedFieldsOf(before);
  const isUntouched = isEqualJson(managedFieldsOf(after), stored);
  const sent = isUntouched ? new Map<string, Owner>() : ownersOrNone(after);
  if (sent.size === 0) return ownersOrNone(before);
  // What a client wrote by hand is written anew.
  return new Map([...sent].map(([id, owner]) => [id, { ...owner, written: undefined }]));
}

function dropsOwners(object: JsonObject): boolean {
  const entries = managedFieldsOf(object);
  if (!isJsonList(entries)) return false;
  return entries.length === 0 || (entries.length === 1 && isEqualJson(entries[0], {}));
}

function ownersOrNone(object: JsonObject): Owners {
  try {
    return decodeOwners(object);
  } catch {
    // Malformed entries come from a client that writes them by hand: as upstream, they count as none.
    return new Map();
  }
}

/**
 * `after` with the times that the managed fields of `before` have, when nothing but times differs:
 * a write that changes nothing must not be stored. Call it last, when admission is through.
 */
export function withTimesKept(
  before: JsonObject,
  after: JsonObject,
  isSame: (before: JsonObject, after: JsonObject) => boolean,
): JsonObject {
  const old = managedFieldsOf(before);
  const current = managedFieldsOf(after);
  if (!isJsonList(old) || !isJsonList(current) || current.length === 0) return after;
  if (!isEqualJson(old.map(withoutTime), current.map(withoutTime))) return after;
  const metadata = memberOf(after, "metadata");
  const restored = {
    ...after,
    metadata: { ...(isJsonObject(metadata) ? metadata : {}), managedFields: old },
  };
  return isSame(before, restored) ? restored : after;
}

function withoutTime(entry: JsonObject["x"]): JsonObject {
  const members = isJsonObject(entry) ? membersOf(entry) : [];
  return Object.fromEntries(members.filter(([name]) => name !== "time"));
}
