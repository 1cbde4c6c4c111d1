/** What ReplicaSets and ReplicationControllers report. All pure. */

import { formatTime } from "#api";
import { canonicalText } from "./pod-template.ts";
import type { ReplicaCounts } from "./replica-count.ts";

export interface ReplicaFailure {
  readonly kind: "FailedCreate" | "FailedDelete";
  readonly error: unknown;
}

interface ReplicaCondition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** What the status of both kinds has in common. */
export interface ReplicaStatus {
  readonly replicas: number;
  readonly observedGeneration?: number | undefined;
  readonly conditions?: readonly ReplicaCondition[] | undefined;
}

/** The status to write, or undefined when the present one says it all. */
export function replicaStatus<C extends Partial<ReplicaCounts> & Pick<ReplicaCounts, "replicas">>(
  { metadata, status: present }: ReplicaOwner,
  counts: C,
  failure: ReplicaFailure | undefined,
  nowMs: number,
): (C & ReplicaStatus) | undefined {
  const status = {
    ...counts,
    observedGeneration: metadata.generation,
    conditions: conditionsOf(present, failure, nowMs),
  };
  return canonicalText(withoutZeros(status)) === canonicalText(withoutZeros(present))
    ? undefined
    : status;
}

interface ReplicaOwner {
  readonly metadata: { readonly generation?: number | undefined };
  readonly status: ReplicaStatus;
}

function conditionsOf(
  status: ReplicaStatus,
  failure: ReplicaFailure | undefined,
  nowMs: number,
): readonly ReplicaCondition[] | undefined {
  const others = (status.conditions ?? []).filter(({ type }) => type !== "ReplicaFailure");
  if (failure === undefined) return others.length === 0 ? undefined : others;
  // The first failure stands, as upstream has it: the next one's message may name another pod, and
  // every write of the status brings the object back to the controller at once.
  if (status.conditions?.some(({ type }) => type === "ReplicaFailure")) return status.conditions;
  const message = failure.error instanceof Error ? failure.error.message : String(failure.error);
  const condition: ReplicaCondition = {
    type: "ReplicaFailure",
    status: "True",
    reason: failure.kind,
    message,
    lastTransitionTime: formatTime(nowMs),
  };
  return [...others, condition];
}

/** Zero counts are left out on the wire, so that zero and absent are the same here. */
function withoutZeros(status: object): object {
  return Object.fromEntries(Object.entries(status).filter(([, count]) => count !== 0));
}
