/**
 * Server-side apply: a client says what it wants of an object and nothing else; the server merges that
 * into the object and remembers, field by field, who asked for what.
 *
 * In short: merge the configuration into the live object; take out what this manager applied before and
 * no longer does, unless others own it too; refuse if that changes a field that another manager owns,
 * unless forced; own all of the configuration. Equal values are owned together.
 */

import { decodeValue } from "../codec/decode-json.ts";
import { asJsonObject, type JsonObject, type JsonValue } from "../schema/schema.ts";
import { badRequest, StatusError } from "../status-error.ts";
import { isEqualJson, isJsonObject, jsonTypeOf, textAt } from "../json-value.ts";
import { applyConflict } from "./conflict-error.ts";
import { deepDifferenceOf, differenceOf, isEmptySet } from "./field-set.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import { fieldsAsLastApplied, withLastApplied } from "./last-applied.ts";
import { mergeValues } from "./merge-values.ts";
import { type Conflict, moveOwnership } from "./move-ownership.ts";
import { ownChanges, unownedFields } from "./own-changes.ts";
import {
  decodeOwners,
  managedFieldsOf,
  type Owner,
  type Owners,
  ownerIdOf,
  withFields,
  withOwners,
} from "./owner.ts";
import { prune } from "./prune.ts";
import { type Place, placeOf } from "./shape.ts";
import { findTypedError } from "./typed-error.ts";
import { fieldsOfValue } from "./value-fields.ts";
import { comparableObject, type WriteTarget } from "./write-target.ts";

export interface ApplyRequest {
  readonly target: WriteTarget;
  /** The stored object, in normal form; an empty one when there is none yet. */
  readonly live: JsonObject;
  /** The body of the request. */
  readonly config: JsonValue;
  readonly manager: string;
  /** What happens to fields that others own with another value. */
  readonly onConflict: "refuse" | "take";
  /** RFC 3339. */
  readonly time: string;
}

/**
 * The object to be stored, with its managed fields; equal to the live one when nothing changes.
 * It is in normal form and still needs defaults and validation.
 *
 * Throws BadRequest for a configuration of another kind, with managed fields, or with values that
 * cannot be decoded, a bare 500 for one that does not fit the schema, and Conflict with a cause per
 * field.
 */
export function applyConfiguration(request: ApplyRequest): JsonObject {
  const { target } = request;
  const config = checkedConfig(target, request.config);
  const live = comparableObject(target, request.live);
  const owners = initialOwners(request, live);
  const work: Work = { ...request, config, live, owners, place: placeOf(target.kind) };
  checkTyped(work);

  const outcome = mergeAndOwn(work);
  const conflicts = refusedConflicts(work, outcome.conflicts);
  if (conflicts.length > 0) throw applyConflict(conflicts);

  const isChanged = !isEqualJson(live, outcome.object);
  const applied = withTime(outcome, isChanged ? request.time : undefined);
  const object = isChanged ? decoded(target, outcome.object) : request.live;
  const owned = withOwners(object, applied);
  return request.manager === "kubectl" ? withLastApplied(owned, config) : owned;
}

/** Brings in normal form what the configuration may write in many ways. */
function decoded({ kind }: WriteTarget, object: JsonObject): JsonObject {
  return asJsonObject(decodeValue(kind, object, { mode: "ignore" }).object);
}

interface Work extends ApplyRequest {
  readonly config: JsonObject;
  readonly live: JsonObject;
  readonly owners: Owners;
  readonly place: Place;
}

function checkedConfig({ kind }: WriteTarget, config: JsonValue): JsonObject {
  if (!isJsonObject(config)) {
    const target = "Go value of type map[string]interface {}";
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonTypeOf(config)} into ${target}`,
    );
  }
  if (textAt(config, "apiVersion") !== apiVersionOf(kind) || textAt(config, "kind") !== kind.kind) {
    throw badRequest(`invalid object type: ${describeKind(config)}`);
  }
  if ((managedFieldsOf(config) ?? null) !== null) {
    throw badRequest("metadata.managedFields must be nil");
  }
  return config;
}

/** For example `apps/v1, Kind=Deployment`, and `/v1, Kind=Pod` in the core group. */
function describeKind(object: JsonObject): string {
  const apiVersion = textAt(object, "apiVersion");
  const qualified = apiVersion.includes("/") ? apiVersion : `/${apiVersion}`;
  return `${qualified}, Kind=${textAt(object, "kind")}`;
}

function checkTyped({ place, config }: Work): void {
  const error = findTypedError(place, config);
  if (error === undefined) return;
  const { metadata } = config;
  const name = `${textAt(metadata, "namespace")}/${textAt(metadata, "name")}`;
  const subject = `${name}; ${describeKind(config)}`;
  throw new StatusError("", `failed to create typed patch object (${subject}): ${error}`);
}

/** The owners before the apply: what an object without owners has, was there before the first one. */
function initialOwners({ target, live: stored, time }: ApplyRequest, live: JsonObject): Owners {
  const owners = decodedOwners(stored);
  if (owners.size > 0) return owners;
  const change = { before: comparableObject(target, {}), after: live };
  return ownChanges(target, change, owners, { manager: "before-first-apply", time });
}

function decodedOwners(object: JsonObject): Owners {
  try {
    return decodeOwners(object);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new StatusError("", `failed to decode managed fields: ${why}`, { cause: error });
  }
}

interface Outcome {
  readonly object: JsonObject;
  readonly owners: Map<string, Owner>;
  readonly conflicts: readonly Conflict[];
  readonly authorId: string;
}

function mergeAndOwn({ target, place, live, config, manager, owners }: Work): Outcome {
  const { versions, resetFields, subresource } = target;
  const apiVersion = apiVersionOf(target.kind);
  const reset = resetFields.get(apiVersion);
  const configFields = fieldsOfValue(place, config);
  const fields = reset === undefined ? configFields : deepDifferenceOf(configFields, reset);
  const identity = {
    manager: manager === "" ? "unknown" : manager,
    operation: "Apply",
    apiVersion,
    subresource,
  } as const;
  const authorId = ownerIdOf(identity);
  const last = owners.get(authorId);
  const author: Owner = { ...identity, time: last?.time, fields, written: undefined };
  const withAuthor = new Map(owners).set(authorId, author);

  const merged = mergeValues(place, live, config);
  const pruned = prune(versions, isJsonObject(merged) ? merged : {}, withAuthor, last);
  const object = versions.convert(pruned, apiVersion);
  const change = { versions, resetFields, apiVersion, before: live, after: object };
  const move = moveOwnership(change, withAuthor, authorId);

  const kept = differenceOf(fields, unownedFields);
  if (isEmptySet(kept)) move.owners.delete(authorId);
  else move.owners.set(authorId, withFields(author, kept));
  return { object, owners: move.owners, conflicts: move.conflicts, authorId };
}

function refusedConflicts(work: Work, conflicts: readonly Conflict[]): readonly Conflict[] {
  if (work.onConflict === "take") return [];
  if (work.manager !== "kubectl" || conflicts.length === 0) return conflicts;
  const allowed = fieldsAsLastApplied(work.place, work.live, apiVersionOf(work.target.kind));
  return conflicts
    .map(({ owner, fields }) => ({ owner, fields: differenceOf(fields, allowed) }))
    .filter(({ fields }) => !isEmptySet(fields));
}

function withTime({ owners, authorId }: Outcome, time: string | undefined): Owners {
  const author = owners.get(authorId);
  if (author === undefined || time === undefined) return owners;
  return new Map(owners).set(authorId, { ...author, time });
}
