import type { ClusterRole, ClusterRoleBinding, Role } from "#api/rbac/v1";
import { adminGroup } from "../authentication.ts";
import type { Authorizer } from "../authorization.ts";
import { defaultPolicy } from "./bootstrap/default-policy.ts";
import { decideByRules } from "./rbac/authorizer.ts";
import { RbacPolicy } from "./rbac/policy.ts";

/** Decides by the default roles and bindings, and `further` ones, stored or not; for tests. */
export function defaultAuthorizer(further: readonly ClusterRoleBinding[] = []): Authorizer {
  const { clusterRoles, clusterRoleBindings, roles, roleBindings } = defaultPolicy();
  const policy = new RbacPolicy({ roles: setOf(roles), clusterRoles: setOf(clusterRoles) });
  for (const binding of [...clusterRoleBindings, ...roleBindings, ...further]) {
    const { namespace = "", name = "" } = binding.metadata ?? {};
    policy.bindings.put(namespace, name, binding);
  }
  return {
    authorize: async (user, access) => {
      if (user.groups.includes(adminGroup)) return { allowed: true, reason: "" };
      return decideByRules(policy, user, access);
    },
  };
}

function setOf<T extends Role | ClusterRole>(roles: readonly T[]) {
  const keyOf = (namespace: string, name: string) => `${namespace}/${name}`;
  const byKey = new Map(
    roles.map((role) => [keyOf(role.metadata?.namespace ?? "", role.metadata?.name ?? ""), role]),
  );
  return {
    find: ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
      byKey.get(keyOf(namespace, name)),
  };
}
