/** Which role bindings concern a user, found without looking at the others. */

import type { ObjectKey } from "#api";
import type { ClusterRoleBinding, RoleBinding, RoleRef, Subject } from "#api/rbac/v1";
import type { User } from "../../authentication.ts";

/** A binding as far as authorization needs it. */
export interface Grant {
  /** `ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`: the reason of what it allows. */
  readonly binding: string;
  /** Empty for the whole cluster. */
  readonly namespace: string;
  readonly role: RoleRef;
}

/** What one binding grants, by subject. */
type BindingGrants = ReadonlyMap<string, Grant>;

/** The bindings of one scope, the cluster or a namespace, by name and by subject. */
interface Scope {
  readonly byName: Map<string, BindingGrants>;
  /** By subject, then by the binding's name. */
  readonly bySubject: Map<string, Map<string, Grant>>;
}

export class BindingIndex {
  /** By namespace; empty for the whole cluster. */
  readonly #scopes = new Map<string, Scope>();

  reset(which: "cluster" | "namespaces"): void {
    for (const scope of this.#scopes.keys()) {
      if ((scope === "") === (which === "cluster")) this.#scopes.delete(scope);
    }
  }

  put(namespace: string, name: string, binding: RoleBinding | ClusterRoleBinding): void {
    this.remove(namespace, name);
    const scope = this.#scopeOf(namespace);
    const grants = grantsOf({ namespace, name }, binding);
    scope.byName.set(name, grants);
    for (const [subject, grant] of grants) {
      const held = scope.bySubject.get(subject) ?? new Map<string, Grant>();
      scope.bySubject.set(subject, held.set(name, grant));
    }
  }

  remove(namespace: string, name: string): void {
    const scope = this.#scopes.get(namespace);
    const grants = scope?.byName.get(name);
    if (scope === undefined || grants === undefined) return;
    scope.byName.delete(name);
    for (const subject of grants.keys()) {
      const held = scope.bySubject.get(subject);
      held?.delete(name);
      if (held?.size === 0) scope.bySubject.delete(subject);
    }
    if (scope.byName.size === 0) this.#scopes.delete(namespace);
  }

  /** Those that concern the user in the whole cluster, then those in the namespace; each once. */
  grantsOf(user: User, namespace: string): readonly Grant[] {
    const scopes = namespace === "" ? [""] : ["", namespace];
    return scopes.flatMap((scope) => this.#grantsIn(scope, user));
  }

  #grantsIn(namespace: string, user: User): readonly Grant[] {
    const scope = this.#scopes.get(namespace);
    if (scope === undefined) return [];
    const found = new Map<string, Grant>();
    for (const subject of [userKey(user.name), ...user.groups.map(groupKey)]) {
      for (const [name, grant] of scope.bySubject.get(subject) ?? []) found.set(name, grant);
    }
    return [...found.values()];
  }

  #scopeOf(namespace: string): Scope {
    const known = this.#scopes.get(namespace);
    if (known !== undefined) return known;
    const made: Scope = { byName: new Map(), bySubject: new Map() };
    this.#scopes.set(namespace, made);
    return made;
  }
}

function grantsOf(
  { namespace, name }: ObjectKey,
  { roleRef: role, subjects = [] }: RoleBinding | ClusterRoleBinding,
): BindingGrants {
  const kind = namespace === "" ? "ClusterRoleBinding" : "RoleBinding";
  const full = namespace === "" ? name : `${name}/${namespace}`;
  const told = `${kind} "${full}" of ${role.kind} "${role.name}"`;
  const grants = new Map<string, Grant>();
  for (const subject of subjects) {
    const key = findKey(subject, namespace);
    if (key === undefined) continue;
    grants.set(key, { binding: `${told} to ${describe(subject, namespace)}`, namespace, role });
  }
  return grants;
}

function findKey({ kind, name, namespace = "" }: Subject, scope: string): string | undefined {
  if (kind === "User") return userKey(name);
  if (kind === "Group") return groupKey(name);
  const home = namespace === "" ? scope : namespace;
  if (kind !== "ServiceAccount" || home === "") return undefined;
  return userKey(`system:serviceaccount:${home}:${name}`);
}

function describe({ kind, name, namespace = "" }: Subject, scope: string): string {
  if (kind !== "ServiceAccount") return `${kind} "${name}"`;
  return `${kind} "${name}/${namespace === "" ? scope : namespace}"`;
}

function userKey(name: string): string {
  return `user ${name}`;
}

function groupKey(name: string): string {
  return `group ${name}`;
}
