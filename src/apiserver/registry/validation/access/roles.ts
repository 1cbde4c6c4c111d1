/** Who may do what: roles and their bindings. */

import { dns1123SubdomainProblems, pathSegmentProblems } from "#api";
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  Subject,
} from "#api/rbac/v1";
import { labelSelectorProblems } from "../labels.ts";
import { invalidFor, invalidValue, notSupported, type Problems, required } from "../problems.ts";

const rbacGroup = "rbac.authorization.k8s.io";

type Place = "namespace" | "cluster";
type Binding = Pick<RoleBinding, "roleRef" | "subjects">;

export function* roleProblems({ rules }: Role): Problems {
  for (const [index, rule] of rules?.entries() ?? []) {
    yield* ruleProblems(`rules[${index}]`, rule, "namespace");
  }
}

export function* clusterRoleProblems({ rules, aggregationRule }: ClusterRole): Problems {
  for (const [index, rule] of rules?.entries() ?? []) {
    yield* ruleProblems(`rules[${index}]`, rule, "cluster");
  }
  if (aggregationRule === undefined) return;
  const { clusterRoleSelectors: selectors = [] } = aggregationRule;
  const field = "aggregationRule.clusterRoleSelectors";
  if (selectors.length === 0) {
    yield required(
      field,
      "at least one clusterRoleSelector required if aggregationRule is non-nil",
    );
  }
  for (const [index, selector] of selectors.entries()) {
    yield* labelSelectorProblems(`${field}[${index}]`, selector);
  }
}

function* ruleProblems(at: string, rule: PolicyRule, place: Place): Problems {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) yield required(`${at}.verbs`, "verbs must contain at least one value");
  if (nonResourceURLs.length > 0) {
    const field = `${at}.nonResourceURLs`;
    if (place === "namespace") {
      const why = "namespaced rules cannot apply to non-resource URLs";
      yield invalidValue(field, nonResourceURLs, why);
    }
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      const why = "rules cannot apply to both regular resources and non-resource URLs";
      yield invalidValue(field, nonResourceURLs, why);
    }
    return;
  }
  if (apiGroups.length === 0) {
    yield required(`${at}.apiGroups`, "resource rules must supply at least one api group");
  }
  if (resources.length === 0) {
    yield required(`${at}.resources`, "resource rules must supply at least one resource");
  }
}

export function* roleBindingProblems(binding: RoleBinding): Problems {
  yield* bindingProblems(binding, ["Role", "ClusterRole"], "namespace");
}

export function* clusterRoleBindingProblems(binding: ClusterRoleBinding): Problems {
  yield* bindingProblems(binding, ["ClusterRole"], "cluster");
}

export function* roleBindingChangeProblems(object: RoleBinding, current: RoleBinding): Problems {
  yield* roleBindingProblems(object);
  yield* roleChangeProblems(object, current);
}

export function* clusterRoleBindingChangeProblems(
  object: ClusterRoleBinding,
  current: ClusterRoleBinding,
): Problems {
  yield* clusterRoleBindingProblems(object);
  yield* roleChangeProblems(object, current);
}

function* bindingProblems(
  { roleRef, subjects = [] }: Binding,
  kinds: readonly string[],
  place: Place,
): Problems {
  const { apiGroup, kind, name } = roleRef;
  if (apiGroup !== rbacGroup) yield notSupported("roleRef.apiGroup", apiGroup, [rbacGroup]);
  if (!kinds.includes(kind)) yield notSupported("roleRef.kind", kind, kinds);
  if (name === "") yield required("roleRef.name");
  else yield* invalidFor("roleRef.name", name, pathSegmentProblems(name));
  for (const [index, subject] of subjects.entries()) {
    yield* subjectProblems(`subjects[${index}]`, subject, place);
  }
}

function* subjectProblems(at: string, subject: Subject, place: Place): Problems {
  const { kind, name, namespace = "", apiGroup = "" } = subject;
  if (name === "") yield required(`${at}.name`);
  switch (kind) {
    case "ServiceAccount":
      if (name !== "") yield* invalidFor(`${at}.name`, name, dns1123SubdomainProblems(name));
      if (apiGroup !== "") yield notSupported(`${at}.apiGroup`, apiGroup, [""]);
      if (place === "cluster" && namespace === "") yield required(`${at}.namespace`);
      return;
    case "User":
    case "Group":
      if (apiGroup !== rbacGroup) yield notSupported(`${at}.apiGroup`, apiGroup, [rbacGroup]);
      return;
    default:
      yield notSupported(`${at}.kind`, kind, ["ServiceAccount", "User", "Group"]);
  }
}

/** To bind to another role is to make another binding. */
function* roleChangeProblems({ roleRef }: Binding, { roleRef: before }: Binding): Problems {
  const { apiGroup, kind, name } = roleRef;
  if (apiGroup === before.apiGroup && kind === before.kind && name === before.name) return;
  const shown = new Map([
    ["apiGroup", apiGroup],
    ["kind", kind],
    ["name", name],
  ]);
  yield invalidValue("roleRef", shown, "cannot change roleRef");
}
