/**
 * Which pods of a StatefulSet to create and to delete in one pass. Pure.
 *
 * OrderedReady takes one step at a time and waits for each pod to be available; Parallel takes all
 * steps at once. First every wanted pod must be there, then the surplus goes, then pods of old
 * templates are replaced from the highest number down.
 */

import { type Live, scaleIntOrPercent } from "#api";
import type { Pod } from "#api/core/v1";
import { isBeingDeleted, isTerminal } from "../pod-facts.ts";
import { isUp, type Members, revisionOf } from "./members.ts";

export interface MemberPlan {
  readonly create: readonly MemberWish[];
  readonly remove: readonly Live<Pod>[];
}

export interface MemberWish {
  readonly ordinal: number;
  /** Whether the pod is made from the template before the update, or from the present one. */
  readonly template: "current" | "update";
}

export function planMembers(members: Members, updateRevision: string): MemberPlan {
  const filled = fillUp(members);
  if (filled.isBlocked) return filled.plan;
  const shrunk = shrink(members);
  const plan = { create: filled.plan.create, remove: shrunk.remove };
  if (shrunk.isBlocked || isStrategy(members, "OnDelete")) return plan;
  return { ...plan, remove: [...plan.remove, ...replaceOld(members, updateRevision)] };
}

function isOrdered({ set }: Members): boolean {
  return set.spec.podManagementPolicy !== "Parallel";
}

function isStrategy({ set }: Members, type: "OnDelete" | "RollingUpdate"): boolean {
  return (set.spec.updateStrategy?.type ?? "RollingUpdate") === type;
}

/** The lowest number that is updated. */
function partitionOf({ set }: Members): number {
  const start = set.spec.ordinals?.start ?? 0;
  return Math.max(start, set.spec.updateStrategy?.rollingUpdate?.partition ?? 0);
}

function fillUp(members: Members): { readonly plan: MemberPlan; readonly isBlocked: boolean } {
  const create: MemberWish[] = [];
  const remove: Live<Pod>[] = [];
  let isBlocked = false;
  for (const ordinal of members.ordinals) {
    const pod = members.byOrdinal.get(ordinal);
    if (pod === undefined) {
      create.push({ ordinal, template: templateFor(members, ordinal) });
    } else if (isTerminal(pod)) {
      // A pod of this number must run, however the last one ended; it is made anew once that is gone.
      if (!isBeingDeleted(pod)) remove.push(pod);
      isBlocked = true;
    }
    const isSettled = pod !== undefined && isUp(members, pod);
    if (isOrdered(members) && !isSettled) return { plan: { create, remove }, isBlocked: true };
  }
  return { plan: { create, remove }, isBlocked };
}

/** Numbers below the partition stay with the template before the update, even when made anew. */
function templateFor(members: Members, ordinal: number): MemberWish["template"] {
  const isHeld = isStrategy(members, "RollingUpdate") && ordinal < partitionOf(members);
  return isHeld ? "current" : "update";
}

function shrink(members: Members): {
  readonly remove: readonly Live<Pod>[];
  readonly isBlocked: boolean;
} {
  const { condemned } = members;
  if (!isOrdered(members)) {
    return { remove: condemned.filter((pod) => !isBeingDeleted(pod)), isBlocked: false };
  }
  const [highest] = condemned;
  if (highest === undefined) return { remove: [], isBlocked: false };
  if (isBeingDeleted(highest)) return { remove: [], isBlocked: true };
  // A pod that is not well may go only when no lower one is unwell: that one is being waited for.
  const lowestUnwell = condemned.findLast((pod) => !isUp(members, pod));
  const mayGo = isUp(members, highest) || highest === lowestUnwell;
  return { remove: mayGo ? [highest] : [], isBlocked: true };
}

function replaceOld(members: Members, updateRevision: string): readonly Live<Pod>[] {
  const { set, ordinals, byOrdinal } = members;
  const wanted = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  let budget = Math.max(1, scaleIntOrPercent(wanted, ordinals.length, "down"));
  const remove: Live<Pod>[] = [];
  for (const ordinal of [...ordinals].reverse()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < partitionOf(members) || budget === 0) break;
    const isOld = pod !== undefined && revisionOf(pod) !== updateRevision && !isBeingDeleted(pod);
    if (isOld) remove.push(pod);
    if (isOld || pod === undefined || !isUp(members, pod)) budget--;
  }
  return remove;
}
