/**
 * RBAC rules in one line each:
 *
 *     read apps deployments,deployments/scale       verbs, API groups, resources
 *     update core configmaps cluster-info           … and the names of single objects
 *     get /healthz,/livez/*                         verbs and paths
 *
 * `read` and `write` stand for the verbs that they usually mean, `core` for the group without a name.
 * A star in place of a list means everything.
 */

import { assert } from "#base";
import type { PolicyRule } from "#api/rbac/v1";

/** Rules by the name of their role. */
export type RoleTexts = Readonly<Record<string, readonly string[]>>;

const verbSets: ReadonlyMap<string, readonly string[]> = new Map([
  ["read", ["get", "list", "watch"]],
  ["write", ["create", "delete", "deletecollection", "patch", "update"]],
]);

export function parseRule(text: string): PolicyRule {
  const [verbText = "", second = "", resources, names] = text.split(" ");
  const verbs = listOf(verbText).flatMap((verb) => verbSets.get(verb) ?? [verb]);
  if (resources === undefined) {
    assert(second === "*" || second.startsWith("/"), "a rule names groups and resources, or paths");
    return { verbs, nonResourceURLs: listOf(second) };
  }
  return {
    verbs,
    apiGroups: listOf(second).map((group) => (group === "core" ? "" : group)),
    resources: listOf(resources),
    ...(names === undefined ? {} : { resourceNames: listOf(names) }),
  };
}

function listOf(text: string): readonly string[] {
  return text.split(",");
}
