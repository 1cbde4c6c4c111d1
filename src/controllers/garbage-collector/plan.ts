/** What the garbage collector does about one object. Pure. */

import type { OwnerReference } from "#api/meta/v1";
import type { Member } from "./graph.ts";

const foregroundFinalizer = "foregroundDeletion";
const orphanFinalizer = "orphan";

export type CollectPlan =
  | { readonly kind: "keep" }
  /** No owner is left: the object goes too. */
  | { readonly kind: "delete"; readonly policy: "Background" | "Foreground" }
  /** Some owners are gone, others hold on. */
  | { readonly kind: "dropOwners"; readonly uids: readonly string[] }
  /** The object waits for its dependents, which are to go first. */
  | { readonly kind: "awaitDependents"; readonly dependents: readonly Member[] }
  /** The dependents are to be let go of before the object goes. */
  | { readonly kind: "orphan"; readonly dependents: readonly Member[] }
  | { readonly kind: "removeFinalizer"; readonly finalizer: string };

/** What is known of an owner: it lives, waits for its dependents, or does not exist. */
export type OwnerState = "alive" | "waiting" | "absent";

export function planCollection(
  member: Member,
  dependents: readonly Member[],
  stateOf: (owner: OwnerReference) => OwnerState,
): CollectPlan {
  if (member.isBeingDeleted) {
    if (member.finalizers.includes(orphanFinalizer)) {
      return dependents.length === 0
        ? { kind: "removeFinalizer", finalizer: orphanFinalizer }
        : { kind: "orphan", dependents };
    }
    if (member.finalizers.includes(foregroundFinalizer)) return planForeground(member, dependents);
    return { kind: "keep" };
  }
  if (member.owners.length === 0) return { kind: "keep" };
  const states = member.owners.map((owner) => ({ uid: owner.uid, state: stateOf(owner) }));
  const gone = states.filter(({ state }) => state !== "alive").map(({ uid }) => uid);
  if (gone.length === 0) return { kind: "keep" };
  if (gone.length < states.length) return { kind: "dropOwners", uids: gone };
  const isAwaited = states.some(({ state }) => state === "waiting");
  // A dependent with dependents of its own passes the wait on.
  return {
    kind: "delete",
    policy: isAwaited && dependents.length > 0 ? "Foreground" : "Background",
  };
}

function planForeground(member: Member, dependents: readonly Member[]): CollectPlan {
  const blocking = dependents.filter(({ owners }) =>
    owners.some(({ uid, blockOwnerDeletion }) => uid === member.uid && blockOwnerDeletion === true),
  );
  return blocking.length === 0
    ? { kind: "removeFinalizer", finalizer: foregroundFinalizer }
    : { kind: "awaitDependents", dependents: blocking };
}
