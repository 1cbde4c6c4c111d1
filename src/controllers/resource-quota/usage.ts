/** What a namespace uses of what a quota bounds, counted anew. */

import {
  addUsage,
  type AnyKind,
  asJsonObject,
  formatUsage,
  type JsonObject,
  type Live,
  maskUsage,
  quotaCovers,
  type Usage,
  usageOfObject,
  zeroQuantity,
} from "#api";
import type { ResourceQuota } from "#api/core/v1";

/** The objects of one kind in the quota's namespace. */
export interface CountedObjects {
  readonly kind: AnyKind;
  readonly objects: readonly JsonObject[];
}

/** The status that a quota should have. */
export function statusOfQuota(
  { spec }: Live<ResourceQuota>,
  counted: readonly CountedObjects[],
  nowMs: number,
): NonNullable<ResourceQuota["status"]> {
  const hard = spec.hard ?? {};
  const names = Object.keys(hard);
  let used: Usage = new Map(names.map((name) => [name, zeroQuantity]));
  for (const { kind, objects } of counted) {
    for (const object of objects) {
      if (!quotaCovers(spec, kind, object)) continue;
      used = addUsage(used, maskUsage(usageOfObject(kind, object, nowMs), names));
    }
  }
  return { hard, used: formatUsage(used) };
}

/** Whether an object uses less, or something else, than it did. */
export function freesRoom(
  kind: AnyKind,
  before: JsonObject,
  after: JsonObject | undefined,
  nowMs: number,
): boolean {
  if (after === undefined) return true;
  const [was, is] = [before, after].map((object) =>
    JSON.stringify(formatUsage(usageOfObject(kind, asJsonObject(object), nowMs))),
  );
  return was !== is;
}
