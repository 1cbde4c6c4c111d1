import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { StatusError } from "../status-error.ts";
import { formatGoValue, isEqualJson, isJsonObject, memberOf } from "../json-value.ts";

export const patchDirective = "$patch";
export const deleteDirective = "delete";

/** What identifies an item: the value of its merge key, or for scalars the item itself. */
export function identityOf(item: JsonValue, mergeKey: string | undefined): JsonValue {
  if (mergeKey === undefined) return item;
  const object = objectItem(item);
  const identity = memberOf(object, mergeKey);
  if (identity !== undefined) return identity;
  throw new StatusError(
    "",
    `map: ${formatGoValue(item)} does not contain declared merge key: ${mergeKey}`,
  );
}

export function objectItem(item: JsonValue): JsonObject {
  if (isJsonObject(item)) return item;
  const type = item === null ? "%!s(<nil>)" : typeof item;
  throw new StatusError("", `expected a map[string]interface {}, but received a ${type}`);
}

/** Refuses a patch whose items stand in another order than its own `$setElementOrder` says. */
export function checkElementOrder(
  patch: readonly JsonValue[],
  order: readonly JsonValue[],
  mergeKey: string | undefined,
): void {
  if (order.length === 0) return;
  const ordered = patch.filter((item) => !isDirective(item));
  let next = 0;
  for (const item of ordered) {
    const identity = identityOf(item, mergeKey);
    while (
      next < order.length &&
      !isEqualJson(identityOf(order[next] ?? null, mergeKey), identity)
    ) {
      next++;
    }
    if (next === order.length) throw outOfOrder(patch, order);
    next++;
  }
}

function isDirective(item: JsonValue): boolean {
  return isJsonObject(item) && memberOf(item, patchDirective) !== undefined;
}

function outOfOrder(patch: readonly JsonValue[], order: readonly JsonValue[]): StatusError {
  const lists = `${formatGoValue(patch)}\n doesn't match $setElementOrder list:\n${formatGoValue(order)}`;
  return new StatusError("", `The order in patch list:\n${lists}\n`);
}
