import { notFound, type ObjectKey, type StatusError } from "#api";
import {
  type ClusterRole,
  clusterRole,
  clusterRoleBinding,
  type PolicyRule,
  type Role,
  role,
  roleBinding,
  type RoleRef,
} from "#api/rbac/v1";
import type { User } from "../../authentication.ts";
import type { Objects } from "../../objects/objects.ts";
import type { LiveSet } from "../../objects/live-set.ts";
import { BindingIndex } from "./binding-index.ts";

/** A rule, and the binding by which a user has it. */
interface GrantedRule {
  readonly rule: PolicyRule;
  readonly binding: string;
}

/** What a user may do; `problems` tells of bindings whose roles are missing. */
export interface GrantedRules {
  readonly rules: readonly GrantedRule[];
  readonly problems: readonly string[];
}

/** Where roles are looked up. */
export interface RoleSets {
  readonly roles: Pick<LiveSet<Role>, "find">;
  readonly clusterRoles: Pick<LiveSet<ClusterRole>, "find">;
}

/** The roles and bindings of the cluster as they are now, at hand and indexed by subject. */
export class RbacPolicy {
  readonly bindings = new BindingIndex();
  readonly #sets: RoleSets;

  constructor(sets: RoleSets) {
    this.#sets = sets;
  }

  /** Everything that a user has been granted in the cluster and in a namespace, if one is named. */
  rulesOf(user: User, namespace: string): GrantedRules {
    const rules: GrantedRule[] = [];
    const problems: string[] = [];
    for (const grant of this.bindings.grantsOf(user, namespace)) {
      const found = this.findRules(grant.role, grant.namespace);
      if (found === undefined) problems.push(missingRole(grant.role).message);
      else rules.push(...found.map((rule) => ({ rule, binding: grant.binding })));
    }
    return { rules, problems };
  }

  /** The rules of the role that a binding in `namespace` names. */
  findRules(role: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const inCluster = role.kind === "ClusterRole";
    const key: ObjectKey = { namespace: inCluster ? "" : namespace, name: role.name };
    const set = inCluster ? this.#sets.clusterRoles : this.#sets.roles;
    const found = set.find(key);
    return found === undefined ? undefined : (found.rules ?? []);
  }
}

/** The error of a binding whose role is not there. */
export function missingRole({ kind, name }: RoleRef): StatusError {
  const resource = kind === "ClusterRole" ? "clusterrole" : "role";
  return notFound({ group: "rbac.authorization.k8s.io", name: resource }, name);
}

/** Opens the cluster's policy; it follows what is stored. */
export async function openRbacPolicy(objects: Objects): Promise<RbacPolicy> {
  const policy = new RbacPolicy({
    roles: await objects.live(role),
    clusterRoles: await objects.live(clusterRole),
  });
  await objects.follow(clusterRoleBinding, {
    reset: () => policy.bindings.reset("cluster"),
    put: ({ name }, binding) => policy.bindings.put("", name, binding),
    remove: ({ name }) => policy.bindings.remove("", name),
  });
  await objects.follow(roleBinding, {
    reset: () => policy.bindings.reset("namespaces"),
    put: ({ namespace, name }, binding) => policy.bindings.put(namespace, name, binding),
    remove: ({ namespace, name }) => policy.bindings.remove(namespace, name),
  });
  return policy;
}
