import { formatTime, type Live } from "#api";
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "#api/apps/v1";
import { canonicalText } from "../pod-template.ts";
import type { ReplicaCounts } from "../replica-count.ts";

export interface ReplicaFailure {
  readonly kind: "FailedCreate" | "FailedDelete";
  readonly error: unknown;
}

/** The status to write, or undefined when the present one says it all. Pure. */
export function statusOfReplicaSet(
  set: Live<ReplicaSet>,
  counts: ReplicaCounts,
  failure: ReplicaFailure | undefined,
  nowMs: number,
): ReplicaSetStatus | undefined {
  const status: ReplicaSetStatus = {
    ...counts,
    observedGeneration: set.metadata.generation,
    conditions: conditionsOf(set.status, failure, nowMs),
  };
  return canonicalText(withoutZeros(status)) === canonicalText(withoutZeros(set.status))
    ? undefined
    : status;
}

function conditionsOf(
  status: ReplicaSetStatus,
  failure: ReplicaFailure | undefined,
  nowMs: number,
): readonly ReplicaSetCondition[] | undefined {
  const others = (status.conditions ?? []).filter(({ type }) => type !== "ReplicaFailure");
  if (failure === undefined) return others.length === 0 ? undefined : others;
  const present = status.conditions?.find(({ type }) => type === "ReplicaFailure");
  const message = failure.error instanceof Error ? failure.error.message : String(failure.error);
  if (present?.reason === failure.kind && present.message === message) return status.conditions;
  const condition: ReplicaSetCondition = {
    type: "ReplicaFailure",
    status: "True",
    reason: failure.kind,
    message,
    lastTransitionTime: formatTime(nowMs),
  };
  return [...others, condition];
}

/** Zero counts are left out on the wire, so that zero and absent are the same here. */
function withoutZeros(status: ReplicaSetStatus): object {
  return Object.fromEntries(Object.entries(status).filter(([, count]) => count !== 0));
}
