/** How far the resize of a pod has come, as its conditions tell. Pure. Source: upstream's status manager. */

import { formatTime } from "#api";
import type { PodCondition, PodStatus } from "#api/core/v1";

export interface ResizeConditions {
  /** What the pod asks for is not set aside: not now (Deferred), or never (Infeasible). */
  readonly pending: PodCondition | undefined;
  /** What is set aside is not yet in effect everywhere. */
  readonly progress: PodCondition | undefined;
}

export const pendingType = "PodResizePending";
export const progressType = "PodResizeInProgress";

export const noResize: ResizeConditions = { pending: undefined, progress: undefined };

/** As an earlier agent left them. */
export function conditionsIn({ conditions = [] }: Pick<PodStatus, "conditions">): ResizeConditions {
  const find = (wanted: string) => conditions.find(({ type }) => type === wanted);
  return { pending: find(pendingType), progress: find(progressType) };
}

export function listConditions({ pending, progress }: ResizeConditions): readonly PodCondition[] {
  return [pending, progress].filter((condition) => condition !== undefined);
}

interface Told {
  readonly type: string;
  readonly generation: number | undefined;
  readonly reason?: string;
  readonly message?: string;
}

/** The condition as it now is; one whose reason stays keeps the time at which it came. */
export function conditionOf(
  before: PodCondition | undefined,
  { type, generation, reason, message }: Told,
  nowMs: number,
): PodCondition {
  const now = formatTime(nowMs);
  const isOld = before !== undefined && before.reason === reason;
  return {
    type,
    status: "True",
    lastProbeTime: now,
    lastTransitionTime: isOld ? before.lastTransitionTime : now,
    observedGeneration: generation,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}
