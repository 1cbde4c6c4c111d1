import assert from "node:assert/strict";
import { test } from "node:test";
import type { ClusterRole } from "#api/rbac/v1";
import { planRules } from "./plan.ts";

const all = [
  roleOf("c", "edit", "deployments"),
  roleOf("b", "view", "pods", "nodes"),
  roleOf("a", "view", "pods"),
];

// What an aggregated role has now, and what it is to have.
const cases: readonly (readonly [string, readonly string[], readonly string[] | undefined])[] = [
  ["takes the rules of the roles that it selects, by name and each once", [], ["pods", "nodes"]],
  ["drops what nobody gives any more", ["pods", "secrets"], ["pods", "nodes"]],
  ["leaves a role that is complete alone", ["pods", "nodes"], undefined],
];
for (const [why, present, expected] of cases) {
  test(`the plan ${why}`, () => {
    const role = { ...aggregated, rules: present.map(ruleOf) };
    assert.deepEqual(planRules(role, [...all, role])?.map(resourceOf), expected);
  });
}

test("a role that is not made of others keeps its rules", () => {
  assert.equal(planRules(roleOf("x", "view"), all), undefined);
});

const aggregated: ClusterRole = {
  metadata: { name: "view", labels: { to: "view" } },
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: "view" } }] },
};

function roleOf(name: string, to: string, ...resources: readonly string[]): ClusterRole {
  return { metadata: { name, labels: { to } }, rules: resources.map(ruleOf) };
}

function ruleOf(resource: string) {
  return { verbs: ["get"], apiGroups: [""], resources: [resource] };
}

function resourceOf({ resources = [] }: { readonly resources?: readonly string[] | undefined }) {
  return resources.join();
}
