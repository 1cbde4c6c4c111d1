/** The default roles and bindings: put into the store, and kept whole at every start. */
import type { Live } from "#api";
import type { ObjectMeta } from "#api/meta/v1";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "#api/rbac/v1";
import { defaultPolicy, planBinding, planRole } from "#apiserver";
import type { Client, ResourceClient } from "#client";

/** Creates what is missing and completes what is there; see `planRole` for what is left alone. */
export async function ensureDefaultPolicy(client: Client, signal: AbortSignal): Promise<void> {
  const policy = defaultPolicy();
  await Promise.all([
    ensureAll(client.of(clusterRole), policy.clusterRoles, planRole, signal),
    ensureAll(client.of(clusterRoleBinding), policy.clusterRoleBindings, planBinding, signal),
    ensureAll(client.of(role), policy.roles, planRole, signal),
    ensureAll(client.of(roleBinding), policy.roleBindings, planBinding, signal),
  ]);
}

interface Named {
  readonly metadata?: ObjectMeta | undefined;
}

async function ensureAll<T extends Named>(
  objects: ResourceClient<T>,
  wanted: readonly T[],
  plan: (present: Live<T>, wanted: T) => T | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { items } = await objects.list({}, signal);
  const present = new Map(items.map((item) => [nameOf(item), item]));
  const ensureOne = async (one: T) => {
    const found = present.get(nameOf(one));
    if (found === undefined) {
      await objects.create(one, {}, signal);
      return;
    }
    const completed = plan(found, one);
    if (completed !== undefined) await objects.update(completed, {}, signal);
  };
  await Promise.all(wanted.map(ensureOne));
}

function nameOf({ metadata }: Named): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}
