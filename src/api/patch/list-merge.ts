/** Merging two lists that are declared to merge: objects by their merge key, scalars by value. */

import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import {
  formatGoValue,
  formatSortedJson,
  isJsonList,
  isJsonObject,
  jsonTypeOf,
  memberOf,
} from "../json-value.ts";
import { deleteDirective, identityOf, objectItem, patchDirective } from "./element-order.ts";
import { unprocessablePatch } from "./refusal.ts";

/** How the items of one list are told apart and merged. */
export interface ItemRule {
  /** The member that identifies an object; absent for scalars. */
  readonly mergeKey: string | undefined;
  mergeItem(original: JsonObject, change: JsonObject): JsonObject;
}

/** The merged list, in order: see `orderItems`. */
export function mergeList(
  original: readonly JsonValue[],
  patch: readonly JsonValue[],
  rule: ItemRule,
): readonly JsonValue[] {
  if (original.length === 0 && patch.length === 0) return original;
  if (!hasObjectItems(original, patch)) {
    return orderItems(distinct([...original, ...patch]), patch, original, undefined);
  }
  const { mergeKey } = rule;
  if (mergeKey === undefined) {
    throw new StatusError("", "cannot merge lists without merge key for struct");
  }
  const { kept, changes, isReplaced } = followDirectives(original, patch, mergeKey);
  const merged = isReplaced ? changes : mergeItems(kept, changes, mergeKey, rule);
  return orderItems(merged, isReplaced ? [] : changes, original, mergeKey);
}

/**
 * Orders the items of a merged list: those named by `order` in that order, the others as they stood in
 * `original`, one before the other where `original` knew both.
 */
export function orderItems(
  items: readonly JsonValue[],
  order: readonly JsonValue[],
  original: readonly JsonValue[],
  mergeKey: string | undefined,
): readonly JsonValue[] {
  const wanted = ranksOf(order, mergeKey);
  const known = ranksOf(original, mergeKey);
  const keyed = items.map((item) => ({ item, key: keyOf(item, mergeKey) }));
  const named = keyed.filter(({ key }) => wanted.has(key)).sort(byRank(wanted));
  const others = keyed.filter(({ key }) => !wanted.has(key)).sort(byRank(known));

  const merged: JsonValue[] = [];
  let next = 0;
  for (const { item, key } of named) {
    const rank = known.get(key);
    while (next < others.length && rank !== undefined) {
      const other = others[next];
      const otherRank = other === undefined ? undefined : known.get(other.key);
      if (other === undefined || otherRank === undefined || otherRank >= rank) break;
      merged.push(other.item);
      next++;
    }
    merged.push(item);
  }
  for (const other of others.slice(next)) merged.push(other.item);
  return merged;
}

/** `items` without those of `deletion`. */
export function withoutItems(
  items: readonly JsonValue[],
  deletion: readonly JsonValue[],
): readonly JsonValue[] {
  const deleted = ranksOf(deletion, undefined);
  return items.filter((item) => !deleted.has(keyOf(item, undefined)));
}

/** Whether the lists hold objects; refuses lists of lists and lists of mixed types. */
function hasObjectItems(original: readonly JsonValue[], patch: readonly JsonValue[]): boolean {
  const items = [...original, ...patch];
  const first = items[0] ?? null;
  if (isJsonList(first)) throw unprocessablePatch("lists of lists are not supported");
  const type = jsonTypeOf(first);
  if (items.some((item) => jsonTypeOf(item) !== type)) {
    const lists = formatGoValue([original, patch]);
    throw new StatusError("", `list element types are not identical: ${lists}`);
  }
  return isJsonObject(first);
}

interface FollowedDirectives {
  /** Items of the original that no directive deletes. */
  readonly kept: readonly JsonValue[];
  /** Items of the patch that are not directives. */
  readonly changes: readonly JsonValue[];
  /** Whether the changes replace the list. */
  readonly isReplaced: boolean;
}

function followDirectives(
  original: readonly JsonValue[],
  patch: readonly JsonValue[],
  mergeKey: string,
): FollowedDirectives {
  const deleted = new Set<string>();
  const changes: JsonValue[] = [];
  let isReplaced = false;
  for (const item of patch) {
    const directive = memberOf(objectItem(item), patchDirective);
    if (directive === undefined) changes.push(item);
    else if (directive === "replace") isReplaced = true;
    else if (directive === deleteDirective) deleted.add(keyOf(item, mergeKey));
    else throw unknownDirective(directive, item);
  }
  const kept = original.filter((item) => !deleted.has(keyIfAny(item, mergeKey)));
  return { kept, changes, isReplaced };
}

function unknownDirective(directive: JsonValue, item: JsonValue): StatusError {
  if (directive === "merge") {
    return new StatusError("", "merging lists cannot yet be specified in the patch");
  }
  const type = formatGoValue(directive);
  return new StatusError("", `unknown patch type: ${type} in map: ${formatGoValue(item)}`);
}

function mergeItems(
  original: readonly JsonValue[],
  changes: readonly JsonValue[],
  mergeKey: string,
  rule: ItemRule,
): readonly JsonValue[] {
  const merged = [...original];
  const places = ranksOf(original, mergeKey);
  for (const change of changes) {
    const key = keyOf(change, mergeKey);
    const place = places.get(key);
    if (place === undefined) {
      places.set(key, merged.push(change) - 1);
    } else {
      merged[place] = rule.mergeItem(objectItem(merged[place] ?? null), objectItem(change));
    }
  }
  return merged;
}

function distinct(items: readonly JsonValue[]): readonly JsonValue[] {
  const byKey = new Map<string, JsonValue>();
  for (const item of items) {
    const key = keyOf(item, undefined);
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}

/** The first place of each item, by key. */
function ranksOf(items: readonly JsonValue[], mergeKey: string | undefined): Map<string, number> {
  const ranks = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = keyIfAny(item, mergeKey);
    if (!ranks.has(key)) ranks.set(key, index);
  }
  return ranks;
}

function keyOf(item: JsonValue, mergeKey: string | undefined): string {
  return formatSortedJson(identityOf(item, mergeKey));
}

/** As `keyOf`, for items of the live object that need not have the merge key. */
function keyIfAny(item: JsonValue, mergeKey: string | undefined): string {
  const isKeyless = mergeKey !== undefined && memberOf(objectItem(item), mergeKey) === undefined;
  return isKeyless ? "" : keyOf(item, mergeKey);
}

interface Keyed {
  readonly key: string;
}

function byRank(ranks: ReadonlyMap<string, number>): (left: Keyed, right: Keyed) => number {
  return (left, right) =>
    (ranks.get(left.key) ?? Number.MAX_SAFE_INTEGER) -
    (ranks.get(right.key) ?? Number.MAX_SAFE_INTEGER);
}
