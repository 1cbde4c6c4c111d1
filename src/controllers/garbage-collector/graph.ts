/**
 * Who owns whom, across all kinds. Pure bookkeeping: the collector tells it what it sees, and asks
 * what should go.
 */

import type { Live, ResourceKind } from "#api";
import type { ObjectMeta, OwnerReference } from "#api/meta/v1";

/** An object as the collector knows it: metadata only. */
export interface Member {
  readonly kind: ResourceKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly owners: readonly OwnerReference[];
  readonly finalizers: readonly string[];
  readonly isBeingDeleted: boolean;
}

export function memberOf(
  kind: ResourceKind,
  { metadata }: Live<{ readonly metadata?: ObjectMeta }>,
): Member {
  return {
    kind,
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid,
    owners: metadata.ownerReferences ?? [],
    finalizers: metadata.finalizers ?? [],
    isBeingDeleted: metadata.deletionTimestamp !== undefined,
  };
}

export class OwnershipGraph {
  readonly #members = new Map<string, Member>();
  /** Owner uid → uids of what it owns. */
  readonly #dependents = new Map<string, Set<string>>();

  find(uid: string): Member | undefined {
    return this.#members.get(uid);
  }

  put(member: Member): void {
    this.remove(member.uid);
    this.#members.set(member.uid, member);
    for (const { uid } of member.owners) {
      const dependents = this.#dependents.get(uid) ?? new Set<string>();
      dependents.add(member.uid);
      this.#dependents.set(uid, dependents);
    }
  }

  remove(uid: string): void {
    const member = this.#members.get(uid);
    if (member === undefined) return;
    this.#members.delete(uid);
    for (const owner of member.owners) {
      const dependents = this.#dependents.get(owner.uid);
      dependents?.delete(uid);
      if (dependents?.size === 0) this.#dependents.delete(owner.uid);
    }
  }

  dependentsOf(uid: string): readonly Member[] {
    const uids = [...(this.#dependents.get(uid) ?? [])];
    return uids.flatMap((dependent) => this.#members.get(dependent) ?? []);
  }
}
