/**
 * JSON merge patch (RFC 7386), as kube-apiserver's library (evanphx v4) reads it: null members that
 * come with an added object are dropped at every depth, those inside lists included.
 */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { badRequest } from "../status-error.ts";
import { isJsonList, isJsonObject, jsonTypeOf, memberOf, membersOf } from "../json-value.ts";

/** Applies the body of a merge patch. Throws BadRequest when it is not an object. */
export function applyMergePatch(document: JsonObject, patch: JsonValue): JsonObject {
  if (patch === null) throw badRequest("Invalid JSON Patch");
  if (isJsonObject(patch)) return mergeObject(document, patch);
  const target = "Go value of type map[string]interface {}";
  throw badRequest(
    `error decoding patch: json: cannot unmarshal ${jsonTypeOf(patch)} into ${target}`,
  );
}

function mergeObject(document: JsonObject, patch: JsonObject): JsonObject {
  const merged = new Map(membersOf(document));
  for (const [name, change] of membersOf(patch)) {
    if (change === null) merged.delete(name);
    else merged.set(name, mergeMember(memberOf(document, name), change));
  }
  return Object.fromEntries(merged);
}

function mergeMember(current: JsonValue | undefined, change: JsonValue): JsonValue {
  if (!isJsonObject(current)) return withoutNulls(change);
  return isJsonObject(change) ? mergeObject(current, change) : change;
}

/** Drops null members; a null item of a list is a value and stays. */
function withoutNulls(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const present = membersOf(value).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([name, member]) => [name, withoutNulls(member)]));
}
