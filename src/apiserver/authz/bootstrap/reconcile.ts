/**
 * What a stored default role or binding lacks: at each start the server puts back what somebody took
 * away, unless the object's annotation says that it does not want that. What was added stays.
 */

import type { ObjectMeta } from "#api/meta/v1";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Subject } from "#api/rbac/v1";
import { uncoveredRules } from "../rbac/coverage.ts";

const autoupdate = "rbac.authorization.kubernetes.io/autoupdate";

/** Undefined when the present role needs nothing. Pure. */
export function planRole<T extends ClusterRole>(present: T, wanted: ClusterRole): T | undefined {
  if (isLeftAlone(present.metadata)) return undefined;
  const metadata = withMarks(present.metadata, wanted.metadata);
  // The rules of an aggregated role are its controller's.
  const aggregated = wanted.aggregationRule !== undefined;
  const held: readonly PolicyRule[] = present.rules ?? [];
  const missing = aggregated ? [] : uncoveredRules(held, wanted.rules ?? []);
  if (missing.length === 0 && metadata === undefined) return undefined;
  return {
    ...present,
    metadata: metadata ?? present.metadata,
    rules: [...held, ...missing],
  };
}

/** Undefined when the present binding needs nothing. Pure. */
export function planBinding<T extends ClusterRoleBinding>(
  present: T,
  wanted: ClusterRoleBinding,
): T | undefined {
  if (isLeftAlone(present.metadata)) return undefined;
  const metadata = withMarks(present.metadata, wanted.metadata);
  const held: readonly Subject[] = present.subjects ?? [];
  const missing = (wanted.subjects ?? []).filter(
    (subject) => !held.some((one) => isSame(one, subject)),
  );
  if (missing.length === 0 && metadata === undefined) return undefined;
  return {
    ...present,
    metadata: metadata ?? present.metadata,
    subjects: [...held, ...missing],
  };
}

function isLeftAlone(metadata: ObjectMeta | undefined): boolean {
  return metadata?.annotations?.[autoupdate] === "false";
}

/** Metadata with the labels and annotations that are missing; undefined when none is. */
function withMarks(
  present: ObjectMeta | undefined,
  wanted: ObjectMeta | undefined,
): ObjectMeta | undefined {
  const labels = { ...wanted?.labels, ...present?.labels };
  const annotations = { ...wanted?.annotations, ...present?.annotations };
  const isComplete =
    countOf(labels) === countOf(present?.labels) &&
    countOf(annotations) === countOf(present?.annotations);
  return isComplete ? undefined : { ...present, labels, annotations };
}

function countOf(map: ObjectMeta["labels"]): number {
  return Object.keys(map ?? {}).length;
}

function isSame(left: Subject, right: Subject): boolean {
  return (
    left.kind === right.kind &&
    left.name === right.name &&
    (left.namespace ?? "") === (right.namespace ?? "")
  );
}
