import assert from "node:assert/strict";
import { test } from "node:test";
import { parseYaml } from "#api";
import { oracleSkip, readOracle } from "#api/testing";
import type { ClusterRole, ClusterRoleBinding, PolicyRule } from "#api/rbac/v1";
import { uncoveredRules, formatRule } from "../rbac/coverage.ts";
import { defaultPolicy } from "./default-policy.ts";
import { parseRule } from "./notation.ts";
import { planBinding, planRole } from "./reconcile.ts";

const notations: readonly (readonly [string, string])[] = [
  [
    "read apps deployments,*/scale",
    '{APIGroups:["apps"], Resources:["deployments" "*/scale"], Verbs:["get" "list" "watch"]}',
  ],
  [
    "update core,batch x a,b",
    '{APIGroups:["" "batch"], Resources:["x"], ResourceNames:["a" "b"], Verbs:["update"]}',
  ],
  ["get /healthz,/livez/*", '{NonResourceURLs:["/healthz" "/livez/*"], Verbs:["get"]}'],
  ["* *", '{NonResourceURLs:["*"], Verbs:["*"]}'],
];
for (const [text, rule] of notations) {
  test(`the rule "${text}" is read`, () => {
    assert.equal(formatRule(parseRule(text)), rule);
  });
}

test("the default roles allow exactly what upstream's do", { skip: oracleSkip }, () => {
  const policy = defaultPolicy();
  const upstream = [...oracle("cluster-roles"), ...oracle("controller-roles")];
  assert.deepEqual(showRoles(policy.clusterRoles.filter(isUpstream)), showRoles(upstream));
  assert.deepEqual(
    showRoles(policy.roles.filter(isUpstream)),
    showRoles(oracle("namespace-roles")),
  );
});

test("the default bindings are upstream's", { skip: oracleSkip }, () => {
  const policy = defaultPolicy();
  const upstream = [...oracle("cluster-role-bindings"), ...oracle("controller-role-bindings")];
  assert.deepEqual(
    showBindings(policy.clusterRoleBindings.filter(isUpstream)),
    showBindings(upstream),
  );
  assert.deepEqual(
    showBindings(policy.roleBindings.filter(isUpstream)),
    showBindings(oracle("namespace-role-bindings")),
  );
});

const pods: PolicyRule = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };
const marks = defaultPolicy().clusterRoles[0]?.metadata ?? {};

test("a start puts back the rules that a default role lacks, and keeps those that were added", () => {
  const own = { verbs: ["get"], apiGroups: ["own"], resources: ["things"] };
  const wanted = { metadata: marks, rules: [{ ...pods, verbs: ["get", "list"] }] };
  const planned = planRole({ metadata: marks, rules: [own, pods] }, wanted);
  assert.deepEqual(planned?.rules, [own, pods, { ...pods, verbs: ["list"] }]);
  assert.equal(planRole(wanted, wanted), undefined);
});

test("a role or binding that says so is left alone", () => {
  const metadata = { annotations: { "rbac.authorization.kubernetes.io/autoupdate": "false" } };
  assert.equal(planRole({ metadata, rules: [] }, { rules: [pods] }), undefined);
  const roleRef = { kind: "ClusterRole", name: "x" };
  const subjects = [{ kind: "User", name: "jane" }];
  assert.equal(planBinding({ metadata, roleRef }, { roleRef, subjects }), undefined);
});

test("a start binds again whom a default binding lacks", () => {
  const [jane, joe] = ["jane", "joe"].map((name) => ({ kind: "User", name }));
  assert.ok(jane !== undefined && joe !== undefined);
  const roleRef = { kind: "ClusterRole", name: "x" };
  const present = { metadata: marks, roleRef, subjects: [joe] };
  const planned = planBinding(present, { metadata: marks, roleRef, subjects: [jane] });
  assert.deepEqual(planned?.subjects, [joe, jane]);
});

/** What we add: our own parts', and the role that elsewhere comes with the metrics server. */
function isUpstream({ metadata }: Pick<ClusterRole, "metadata">): boolean {
  const name = metadata?.name ?? "";
  return !name.startsWith("wherry:") && name !== "system:aggregated-metrics-reader";
}

type OracleItem = ClusterRole & ClusterRoleBinding;

function oracle(name: string): readonly OracleItem[] {
  const [document] = parseYaml(new TextDecoder().decode(readOracle(`rbac/${name}.yaml`)));
  assert.ok(document !== undefined);
  return (document.value as unknown as { readonly items: readonly OracleItem[] }).items;
}

/** One line per role with its marks and every single permission, sorted. */
function showRoles(roles: readonly ClusterRole[]): readonly string[] {
  return roles
    .map(({ metadata, rules, aggregationRule }) =>
      JSON.stringify([
        [
          metadata?.namespace,
          metadata?.name,
          sorted(metadata?.labels),
          sorted(metadata?.annotations),
        ],
        uncoveredRules([], rules ?? []).map((rule) =>
          formatRule({ ...rule, verbs: [...rule.verbs].sort() }),
        ),
        aggregationRule,
      ]),
    )
    .sort();
}

function showBindings(bindings: readonly ClusterRoleBinding[]): readonly string[] {
  return bindings
    .map(({ metadata, roleRef, subjects = [] }) =>
      JSON.stringify([
        [
          metadata?.namespace,
          metadata?.name,
          sorted(metadata?.labels),
          sorted(metadata?.annotations),
        ],
        sorted(roleRef),
        subjects.map(sorted),
      ]),
    )
    .sort();
}

function sorted(map: object | undefined): readonly unknown[] {
  return Object.entries(map ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
}
