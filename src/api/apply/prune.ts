/** Taking out of an object what its applier used to apply and has given up. */

import { compareText } from "#base";
import type { JsonObject, JsonValue } from "../schema/schema.ts";
import { isJsonObject } from "../json-value.ts";
import {
  differenceOf,
  emptyFieldSet,
  type FieldSet,
  intersectionOf,
  isEmptySet,
  unionOf,
} from "./field-set.ts";
import { findVersion, type KindVersions } from "./kind-versions.ts";
import { withNamedFields } from "./named-fields.ts";
import type { Owner, Owners } from "./owner.ts";
import { removeFields } from "./remove-fields.ts";
import type { Place } from "./shape.ts";
import { fieldsOfValue } from "./value-fields.ts";

/**
 * Removes from `merged` what `last` owned and no owner in `owners` (the new configuration's included)
 * owns now. Fields that nobody owns stay, unless what they stand in goes.
 */
export function prune(
  versions: KindVersions,
  merged: JsonObject,
  owners: Owners,
  last: Owner | undefined,
): JsonObject {
  if (last === undefined || isEmptySet(last.fields)) return merged;
  const view = findVersion(versions, merged, last.apiVersion);
  if (view === undefined) return merged;
  const { place } = view;
  const lastFields = withNamedFields(last.fields, place);
  const stripped = objectOf(removeFields(place, view.object, lastFields));
  const owned = withOwnedItemsBack(versions, view.object, stripped, ownedByVersion(owners, last));
  const pruned = findVersion(versions, owned, last.apiVersion)?.object ?? owned;
  // What goes is what disappeared and was this applier's; what was nobody's comes back.
  const gone = differenceOf(namedFieldsIn(place, view.object), namedFieldsIn(place, pruned));
  return objectOf(removeFields(place, view.object, intersectionOf(gone, lastFields)));
}

/** The fields owned in each version, that of `last` first. */
function ownedByVersion(owners: Owners, last: Owner): ReadonlyMap<string, FieldSet> {
  const byVersion = new Map<string, FieldSet>([[last.apiVersion, emptyFieldSet]]);
  const sorted = [...owners.values()].sort((a, b) => compareText(a.apiVersion, b.apiVersion));
  for (const { apiVersion, fields } of sorted) {
    byVersion.set(apiVersion, unionOf(byVersion.get(apiVersion) ?? emptyFieldSet, fields));
  }
  return byVersion;
}

function withOwnedItemsBack(
  versions: KindVersions,
  merged: JsonObject,
  stripped: JsonObject,
  owned: ReadonlyMap<string, FieldSet>,
): JsonObject {
  let pruned = stripped;
  for (const [apiVersion, fields] of owned) {
    const full = findVersion(versions, merged, apiVersion);
    const part = findVersion(versions, pruned, apiVersion);
    if (full === undefined || part === undefined) continue;
    const { place } = full;
    const kept = unionOf(namedFieldsIn(place, part.object), withNamedFields(fields, place));
    const gone = differenceOf(namedFieldsIn(place, full.object), kept);
    pruned = objectOf(removeFields(place, full.object, gone));
  }
  return pruned;
}

function namedFieldsIn(place: Place, object: JsonObject): FieldSet {
  return withNamedFields(fieldsOfValue(place, object), place);
}

function objectOf(value: JsonValue): JsonObject {
  return isJsonObject(value) ? value : {};
}
