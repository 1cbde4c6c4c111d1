/** How a write that is not an apply comes to own what it changes. */

import { compareText } from "#base";
import type { JsonObject } from "../schema/schema.ts";
import { deepDifferenceOf, differenceOf, fieldSetOf, isEmptySet, unionOf } from "./field-set.ts";
import { apiVersionOf } from "../codec/type-meta.ts";
import { moveOwnership } from "./move-ownership.ts";
import { type Owner, type Owners, ownerIdOf, timeSecondsOf, withFields } from "./owner.ts";
import { fieldElement } from "./path-element.ts";
import type { WriteTarget } from "./write-target.ts";

/** How many owners by update an object keeps apart; older ones are pooled. */
const updateOwnerCountMax = 10;
const ancientChanges = "ancient-changes";

/** Fields that the system owns, whoever writes them. */
export const unownedFields = fieldSetOf(
  ...[
    ["apiVersion"],
    ["kind"],
    ["metadata"],
    ["metadata", "name"],
    ["metadata", "namespace"],
    ["metadata", "creationTimestamp"],
    ["metadata", "selfLink"],
    ["metadata", "uid"],
    ["metadata", "clusterName"],
    ["metadata", "generation"],
    ["metadata", "managedFields"],
    ["metadata", "resourceVersion"],
  ].map((names) => names.map(fieldElement)),
);

/** Who made a change by other means than apply, and when. */
export interface Author {
  readonly manager: string;
  /** RFC 3339. */
  readonly time: string;
}

/** The owners after `author` changed `before` into `after`; both comparable objects of the target. */
export function ownChanges(
  target: WriteTarget,
  change: { readonly before: JsonObject; readonly after: JsonObject },
  owners: Owners,
  author: Author,
): Owners {
  const apiVersion = apiVersionOf(target.kind);
  const { versions, resetFields, subresource } = target;
  const move = moveOwnership({ versions, resetFields, apiVersion, ...change }, owners, "");
  const changed = unionOf(move.comparison.modified, move.comparison.added);
  const reset = resetFields.get(apiVersion);
  const written = reset === undefined ? changed : deepDifferenceOf(changed, reset);
  const fields = differenceOf(written, unownedFields);
  if (!isEmptySet(fields)) {
    const manager = author.manager === "" ? "unknown" : author.manager;
    const owner: Owner = {
      manager,
      operation: "Update",
      apiVersion,
      subresource,
      time: author.time,
      fields,
      written: undefined,
    };
    const id = ownerIdOf(owner);
    const previous = move.owners.get(id);
    const all = previous === undefined ? fields : unionOf(fields, previous.fields);
    move.owners.set(id, withFields(owner, all));
  }
  return withOldOwnersPooled(move.owners);
}

/** Pools the oldest owners by update, version by version, until no more than the limit are left. */
function withOldOwnersPooled(owners: Owners): Owners {
  const updaters = [...owners].filter(([, { operation }]) => operation === "Update");
  if (updaters.length <= updateOwnerCountMax) return owners;
  updaters.sort(
    ([leftId, left], [rightId, right]) =>
      timeSecondsOf(left) - timeSecondsOf(right) || compareText(leftId, rightId),
  );
  const pooled = new Map(owners);
  // The oldest owner of each version; it joins the pool when there is a second one.
  const oldest = new Map<string, string>();
  let count = updaters.length;
  for (const [id, owner] of updaters) {
    if (count <= updateOwnerCountMax) break;
    const firstId = oldest.get(owner.apiVersion);
    if (firstId === undefined) {
      oldest.set(owner.apiVersion, id);
      continue;
    }
    count--;
    const pool: Owner = { ...owner, manager: ancientChanges, subresource: "", written: undefined };
    const poolId = ownerIdOf(pool);
    const members = new Set([poolId, firstId, id]);
    const fields = [...members].map((member) => pooled.get(member)?.fields);
    for (const member of members) pooled.delete(member);
    const all = fields.filter((set) => set !== undefined).reduce(unionOf);
    pooled.set(poolId, withFields(pool, all));
    oldest.set(owner.apiVersion, poolId);
  }
  return pooled;
}
