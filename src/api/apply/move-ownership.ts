/**
 * How ownership moves when an object changes, whatever made it change.
 *
 * A change takes fields from those who own them: for an apply that is a conflict unless forced, for
 * any other write it just happens. Fields that are gone are owned by nobody. Owners that are left with
 * nothing, or that own fields of a version that is not served any more, disappear.
 */

import type { JsonObject } from "../schema/schema.ts";
import { type Comparison, compareValues, withoutFields } from "./compare-values.ts";
import {
  differenceOf,
  emptyFieldSet,
  type FieldSet,
  intersectionOf,
  isDisjoint,
  isEmptySet,
  unionOf,
} from "./field-set.ts";
import { findVersion, type KindVersions } from "./kind-versions.ts";
import { type Owner, type Owners, withFields } from "./owner.ts";

/** Fields that an endpoint resets, by version: writes there neither change nor own them. */
export type ResetFields = ReadonlyMap<string, FieldSet>;

/** A change of an object through an endpoint that serves `apiVersion`. */
export interface Change {
  readonly versions: KindVersions;
  readonly apiVersion: string;
  readonly resetFields: ResetFields;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** An owner and those of its fields that a change of somebody else has set to other values. */
export interface Conflict {
  readonly owner: Owner;
  readonly fields: FieldSet;
}

export interface OwnershipMove {
  /** The owners after the change, those in conflict having lost what they conflict about. */
  readonly owners: Map<string, Owner>;
  readonly conflicts: readonly Conflict[];
  /** What changed, in the version of the endpoint. */
  readonly comparison: Comparison;
}

/** Takes what `change` changes from all owners but `author`. */
export function moveOwnership(change: Change, owners: Owners, author: string): OwnershipMove {
  const comparisons = new Map<string, Comparison | undefined>();
  const comparisonIn = (apiVersion: string): Comparison | undefined => {
    if (!comparisons.has(apiVersion)) comparisons.set(apiVersion, compareIn(change, apiVersion));
    return comparisons.get(apiVersion);
  };
  const moved = new Map<string, Owner>();
  const conflicts: Conflict[] = [];
  for (const [id, owner] of owners) {
    const comparison = comparisonIn(owner.apiVersion);
    if (id === author) {
      moved.set(id, owner);
    } else if (comparison !== undefined) {
      const touched = unionOf(comparison.modified, comparison.added);
      if (!isDisjoint(owner.fields, touched)) {
        conflicts.push({ owner, fields: intersectionOf(owner.fields, touched) });
      }
      const kept = differenceOf(differenceOf(owner.fields, touched), comparison.removed);
      moved.set(id, withFields(owner, kept));
    }
  }
  for (const [id, { fields }] of moved) {
    if (isEmptySet(fields)) moved.delete(id);
  }
  return { owners: moved, conflicts, comparison: comparisonIn(change.apiVersion) ?? noChange };
}

const noChange: Comparison = {
  added: emptyFieldSet,
  modified: emptyFieldSet,
  removed: emptyFieldSet,
};

function compareIn(change: Change, apiVersion: string): Comparison | undefined {
  const before = findVersion(change.versions, change.before, apiVersion);
  const after = findVersion(change.versions, change.after, apiVersion);
  if (before === undefined || after === undefined) return undefined;
  const comparison = compareValues(before.place, before.object, after.object);
  return withoutFields(comparison, change.resetFields.get(apiVersion));
}
