import type { Live } from "#api";
import type { StatefulSetStatus } from "#api/apps/v1";
import type { Pod } from "#api/core/v1";
import { isAvailable, isBeingDeleted, isReady } from "../pod-facts.ts";
import { type Members, revisionOf } from "./members.ts";

export interface SetRevisions {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

/** The status of a set. Once all pods are of the new revision, that is the current one. Pure. */
export function statusOfSet(members: Members, revisions: SetRevisions): StatefulSetStatus {
  const { set, pods, nowMs } = members;
  const count = (matches: (pod: Live<Pod>) => boolean): number => pods.filter(matches).length;
  const isRunning = (pod: Live<Pod>): boolean => pod.status.phase === "Running" && isReady(pod);
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  const countOf = (revision: string): number =>
    count((pod) => revisionOf(pod) === revision && !isBeingDeleted(pod));
  const status: StatefulSetStatus = {
    ...set.status,
    observedGeneration: set.metadata.generation,
    collisionCount: revisions.collisionCount,
    replicas: pods.length,
    readyReplicas: count(isRunning),
    availableReplicas: count((pod) => isRunning(pod) && isAvailable(pod, minReadySeconds, nowMs)),
    currentReplicas: countOf(revisions.current),
    updatedReplicas: countOf(revisions.update),
    currentRevision: revisions.current,
    updateRevision: revisions.update,
  };
  const isUpdated =
    set.spec.updateStrategy?.type !== "OnDelete" &&
    status.updatedReplicas === status.replicas &&
    status.readyReplicas === status.replicas &&
    status.replicas === (set.spec.replicas ?? 1);
  if (!isUpdated) return status;
  return {
    ...status,
    currentRevision: revisions.update,
    currentReplicas: status.updatedReplicas,
  };
}
