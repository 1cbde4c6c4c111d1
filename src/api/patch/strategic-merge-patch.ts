/**
 * Strategic merge patch: a merge patch that knows the schema, as kubectl sends it.
 *
 * Lists whose declaration says so are merged by their merge key (objects) or by value (scalars); all
 * other lists are replaced. Directives inside the patch:
 *
 * - `$patch: replace | delete` in an object or in an item of a merged list,
 * - `$setElementOrder/<list>`: the order in which the items named here end up,
 * - `$deleteFromPrimitiveList/<list>`: scalars to take out,
 * - `$retainKeys`: the only members that survive (unions such as a volume's source).
 *
 * Order: items that the patch names stand in the patch's order, items that only the server knows keep
 * their order among themselves and their place relative to the others where both had one.
 * Behaviour and messages are those of apimachinery's `util/strategicpatch`.
 */

import type { AnyStruct, JsonObject, JsonValue } from "../schema/schema.ts";
import type { ResolvedSchema } from "../schema/resolve.ts";
import { badRequest, StatusError } from "../status-error.ts";
import {
  formatGoValue,
  isJsonList,
  isJsonObject,
  jsonTypeOf,
  memberOf,
  membersOf,
} from "../json-value.ts";
import { checkElementOrder, deleteDirective, patchDirective } from "./element-order.ts";
import { mergeList, orderItems, withoutItems } from "./list-merge.ts";
import { itemSchemaOf, type MemberRule, memberRuleOf } from "./patch-schema.ts";

const retainKeysDirective = "$retainKeys";
const elementOrderPrefix = "$setElementOrder";
const primitiveDeletionPrefix = "$deleteFromPrimitiveList";

/**
 * Applies the body of a strategic merge patch to an object of `kind`. Throws BadRequest for patches
 * that are not well formed, Invalid (422) for lists of lists, and upstream's bare 500 otherwise.
 */
export function applyStrategicMergePatch(
  kind: AnyStruct,
  document: JsonObject,
  patch: JsonValue,
): JsonObject {
  if (patch === null) return document;
  if (isJsonObject(patch)) return mergeObject(document, patch, kind);
  const target = "Go value of type map[string]interface {}";
  throw badRequest(`json: cannot unmarshal ${jsonTypeOf(patch)} into ${target}`);
}

function mergeObject(original: JsonObject, patch: JsonObject, schema: ResolvedSchema): JsonObject {
  const directive = memberOf(patch, patchDirective);
  if (directive !== undefined) return replaceObject(directive, patch);

  const changes = new Map(membersOf(patch));
  const merged = retainedMembers(original, changes);
  for (const name of changes.keys()) {
    if (name.startsWith(elementOrderPrefix)) mergeOrderedList(merged, changes, name, schema);
  }
  for (const [name, change] of changes) {
    if (name.startsWith(primitiveDeletionPrefix)) {
      deletePrimitives(merged, directiveTarget(name, primitiveDeletionPrefix), change, schema);
    } else {
      mergeMember(merged, name, change, schema);
    }
  }
  return Object.fromEntries(merged);
}

function replaceObject(directive: JsonValue, patch: JsonObject): JsonObject {
  if (directive === deleteDirective) return {};
  if (directive !== "replace") {
    const type = formatGoValue(directive);
    throw new StatusError("", `unknown patch type: ${type} in map: ${formatGoValue(patch)}`);
  }
  return Object.fromEntries(membersOf(patch).filter(([name]) => name !== patchDirective));
}

/** The members of `original` that `$retainKeys` lets live; takes the directive out of `changes`. */
function retainedMembers(
  original: JsonObject,
  changes: Map<string, JsonValue>,
): Map<string, JsonValue> {
  const members = new Map(membersOf(original));
  const directive = changes.get(retainKeysDirective);
  if (directive === undefined) return members;
  changes.delete(retainKeysDirective);

  if (!isJsonList(directive)) throw badRequest("invalid patch format of retainKeys");
  const retained = new Set<JsonValue>(directive);
  for (const [name, change] of changes) {
    if (change === null || isListDirective(name) || retained.has(name)) continue;
    throw badRequest("invalid patch format of retainKeys");
  }
  for (const name of members.keys()) {
    if (!retained.has(name)) members.delete(name);
  }
  return members;
}

function isListDirective(name: string): boolean {
  return name.startsWith(primitiveDeletionPrefix) || name.startsWith(elementOrderPrefix);
}

/** Merges the list that `directive` orders; takes both out of `changes`. */
function mergeOrderedList(
  merged: Map<string, JsonValue>,
  changes: Map<string, JsonValue>,
  directive: string,
  schema: ResolvedSchema,
): void {
  const order = changes.get(directive) ?? null;
  changes.delete(directive);
  if (!isJsonList(order)) throw unexpectedType("[]interface {}", order);
  const name = directiveTarget(directive, elementOrderPrefix);
  const original = optionalList(merged.get(name));
  const change = optionalList(changes.get(name));
  const rule = memberRuleOf(schema, name);
  checkElementOrder(change ?? [], order, rule.mergeKey);
  if (change !== undefined) changes.delete(name);
  if (original === undefined && change === undefined) return;

  const items =
    original === undefined
      ? itemsWithoutDirectives(change ?? [])
      : change === undefined
        ? original
        : mergeLists(original, change, rule);
  merged.set(name, orderItems(items, order, original ?? [], rule.mergeKey));
}

function optionalList(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  if (value === undefined || isJsonList(value)) return value;
  throw unexpectedType("[]interface {}", value);
}

function deletePrimitives(
  merged: Map<string, JsonValue>,
  name: string,
  deletion: JsonValue,
  schema: ResolvedSchema,
): void {
  if (deletion === null) merged.delete(name);
  const original = merged.get(name);
  if (!isJsonList(original) || !isJsonList(deletion)) return;
  // Unknown lists are refused, as everywhere.
  memberRuleOf(schema, name);
  merged.set(name, withoutItems(original, deletion));
}

function directiveTarget(name: string, prefix: string): string {
  const slash = name.indexOf("/");
  if (slash === prefix.length) return name.slice(slash + 1);
  const what = prefix === elementOrderPrefix ? "setElementOrder list" : "primitive list";
  throw badRequest(`invalid patch format of ${what}`);
}

function mergeMember(
  merged: Map<string, JsonValue>,
  name: string,
  change: JsonValue,
  schema: ResolvedSchema,
): void {
  if (change === null) {
    merged.delete(name);
    return;
  }
  const original = merged.get(name);
  if (isJsonObject(original) && isJsonObject(change)) {
    const rule = memberRuleOf(schema, name);
    const isReplaced = rule.strategy === "replace";
    merged.set(name, isReplaced ? change : mergeObject(original, change, rule.schema));
  } else if (isJsonList(original) && isJsonList(change)) {
    merged.set(name, mergeLists(original, change, memberRuleOf(schema, name)));
  } else {
    const added = withoutDirectives(withoutNulls(change));
    if (added === undefined) merged.delete(name);
    else merged.set(name, added);
  }
}

function mergeLists(
  original: readonly JsonValue[],
  change: readonly JsonValue[],
  rule: MemberRule,
): readonly JsonValue[] {
  if (rule.strategy !== "merge") return change;
  const schema = itemSchemaOf(rule.schema);
  const mergeItem = (item: JsonObject, patch: JsonObject) => mergeObject(item, patch, schema);
  return mergeList(original, change, { mergeKey: rule.mergeKey, mergeItem });
}

/** What is left of an added value when directives are followed; undefined for nothing. */
function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (isJsonList(value)) return itemsWithoutDirectives(value);
  if (!isJsonObject(value)) return value;
  if (memberOf(value, patchDirective) !== undefined) return undefined;
  const kept = new Map<string, JsonValue>();
  for (const [name, member] of membersOf(value)) {
    const left = withoutDirectives(member);
    if (left !== undefined) kept.set(name, left);
  }
  return Object.fromEntries(kept);
}

function itemsWithoutDirectives(items: readonly JsonValue[]): readonly JsonValue[] {
  return items.map(withoutDirectives).filter((item) => item !== undefined);
}

function withoutNulls(value: JsonValue): JsonValue {
  if (isJsonList(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const present = membersOf(value).filter(([, member]) => member !== null);
  return Object.fromEntries(present.map(([name, member]) => [name, withoutNulls(member)]));
}

function unexpectedType(expected: string, found: JsonValue): StatusError {
  const names: Readonly<Record<string, string>> = {
    object: "map[string]interface {}",
    array: "[]interface {}",
  };
  const type = names[jsonTypeOf(found)] ?? jsonTypeOf(found);
  return new StatusError("", `expected a ${expected}, but received a ${type}`);
}
