/**
 * What a DELETE does to an object: the arithmetic of grace periods, finalizers and propagation.
 *
 * Pure. The rules are upstream's (`rest.BeforeDelete` and the generic registry's delete): an object
 * with a grace period or finalizers is marked, and goes when the period is cut to zero and the last
 * finalizer is removed; any other goes at once.
 */

import { formatTime, type JsonObject, parseTime } from "#api";
import type { ResourceBehavior } from "../registry/behavior.ts";
import type { DeletionOptions } from "../request/write-options.ts";
import { metadataOf, withMetadata } from "./metadata.ts";

export type DeletionPlan =
  /** The object goes now. */
  | { readonly kind: "remove" }
  /** The object is written with its marks and stays for now. */
  | { readonly kind: "mark"; readonly object: JsonObject }
  /** It is being deleted already, and this request changes nothing about that. */
  | { readonly kind: "pending" };

export const orphanFinalizer = "orphan";
export const foregroundFinalizer = "foregroundDeletion";

export interface DeletionRequest {
  readonly behavior: ResourceBehavior;
  readonly object: JsonObject;
  readonly options: Pick<DeletionOptions, "graceSeconds" | "propagation">;
  readonly nowMs: number;
}

export function planDeletion(request: DeletionRequest): DeletionPlan {
  const { behavior, object, options, nowMs } = request;
  const grace = planGrace(request);
  if (grace === "pending") return { kind: "pending" };

  const finalizers = finalizersFor(object, behavior, options.propagation);
  const isHeld = finalizers.length > 0 || behavior.otherFinalizersOf(object).length > 0;
  const isGraceOver = grace === undefined || grace.seconds === 0;
  if (isGraceOver && !isHeld) return { kind: "remove" };

  const marked = grace === undefined ? markNow(object, nowMs) : grace.object;
  const held = withMetadata(marked, { finalizers: orNone(finalizers) });
  return { kind: "mark", object: behavior.markDeleted(held) };
}

interface Grace {
  readonly seconds: number;
  readonly object: JsonObject;
}

/** Undefined when the kind, or this object, knows no grace. */
function planGrace({
  behavior,
  object,
  options,
  nowMs,
}: DeletionRequest): Grace | "pending" | undefined {
  const requested = options.graceSeconds;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadataOf(object);
  const asked = behavior.graceSecondsOf(object, requested);
  if (deletionTimestamp !== undefined) {
    if (asked === undefined) return undefined;
    if (deletionGracePeriodSeconds === undefined || deletionGracePeriodSeconds === 0) {
      return undefined;
    }
    if (requested === undefined || requested >= deletionGracePeriodSeconds) return "pending";
    return shorten(object, requested, nowMs);
  }
  if (asked === undefined) return undefined;
  return {
    seconds: asked,
    object: withMetadata(countGeneration(object), {
      deletionTimestamp: formatTime(nowMs + asked * 1_000),
      deletionGracePeriodSeconds: asked,
    }),
  };
}

/** A pending grace period may only become shorter, and cannot end in the past. */
function shorten(object: JsonObject, requested: number, nowMs: number): Grace {
  const { deletionTimestamp = "", deletionGracePeriodSeconds = 0 } = metadataOf(object);
  const startMs = parseTime(deletionTimestamp) - deletionGracePeriodSeconds * 1_000;
  const endMs = startMs + requested * 1_000;
  const seconds = endMs < nowMs && requested !== 0 ? 1 : requested;
  return {
    seconds,
    object: withMetadata(object, {
      deletionTimestamp: formatTime(Math.max(endMs, nowMs)),
      deletionGracePeriodSeconds: seconds,
    }),
  };
}

/** Marks an object that has no grace but has to wait for its finalizers. */
function markNow(object: JsonObject, nowMs: number): JsonObject {
  const { deletionTimestamp } = metadataOf(object);
  const isNew = deletionTimestamp === undefined;
  const counted = isNew ? countGeneration(object) : object;
  const isLater = isNew || parseTime(deletionTimestamp) > nowMs;
  return withMetadata(counted, {
    ...(isLater ? { deletionTimestamp: formatTime(nowMs) } : {}),
    deletionGracePeriodSeconds: 0,
  });
}

function countGeneration(object: JsonObject): JsonObject {
  const { generation = 0 } = metadataOf(object);
  return generation === 0 ? object : withMetadata(object, { generation: generation + 1 });
}

/** The finalizers after the wish of this deletion; one that is there already stands in for a wish. */
function finalizersFor(
  object: JsonObject,
  behavior: ResourceBehavior,
  propagation: DeletionOptions["propagation"],
): readonly string[] {
  const { finalizers = [] } = metadataOf(object);
  if (behavior.defaultPropagation === "none") return finalizers;
  const others = finalizers.filter((one) => one !== orphanFinalizer && one !== foregroundFinalizer);
  switch (propagation ?? propagationOf(finalizers) ?? behavior.defaultPropagation) {
    case "Orphan":
      return [...others, orphanFinalizer];
    case "Foreground":
      return [...others, foregroundFinalizer];
    default:
      return others;
  }
}

function propagationOf(finalizers: readonly string[]): DeletionOptions["propagation"] {
  if (finalizers.includes(orphanFinalizer)) return "Orphan";
  return finalizers.includes(foregroundFinalizer) ? "Foreground" : undefined;
}

function orNone(finalizers: readonly string[]): readonly string[] | undefined {
  return finalizers.length === 0 ? undefined : finalizers;
}

/** Whether an update leaves nothing for which a deletion still waits. */
export function isDeletionDue(object: JsonObject, behavior: ResourceBehavior): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers = [] } = metadataOf(object);
  if (deletionTimestamp === undefined || finalizers.length > 0) return false;
  if (behavior.otherFinalizersOf(object).length > 0) return false;
  return deletionGracePeriodSeconds === undefined || deletionGracePeriodSeconds === 0;
}
