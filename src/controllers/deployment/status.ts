/** What a Deployment reports about itself. Pure. */

import { formatTime, type Live } from "#api";
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from "#api/apps/v1";
import { availableOf, replicasOf, sumOf } from "./replica-sets.ts";
import { boundsOf } from "./rollout.ts";

export interface StatusInput {
  readonly deployment: Live<Deployment>;
  readonly newSet: Live<ReplicaSet> | undefined;
  readonly sets: readonly Live<ReplicaSet>[];
  readonly nowMs: number;
  /** Set when the new ReplicaSet was made or found in this pass. */
  readonly news?: { readonly reason: string; readonly message: string };
}

export function statusOfDeployment(input: StatusInput): DeploymentStatus {
  const { deployment, newSet, sets } = input;
  const total = sumOf(sets, replicasOf);
  const available = sumOf(sets, availableOf);
  const counts = {
    replicas: sumOf(sets, ({ status }) => status.replicas ?? 0),
    updatedReplicas: newSet?.status.replicas ?? 0,
    readyReplicas: sumOf(sets, ({ status }) => status.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, total - available),
    terminatingReplicas: sumOf(sets, ({ status }) => status.terminatingReplicas ?? 0),
  };
  const status: DeploymentStatus = {
    ...counts,
    observedGeneration: deployment.metadata.generation,
    collisionCount: deployment.status.collisionCount,
  };
  return { ...status, conditions: conditionsOf(input, status) };
}

/** All pods run the new template and are available, and no old pod is left. */
export function isComplete(deployment: Live<Deployment>, status: DeploymentStatus): boolean {
  const desired = deployment.spec.replicas ?? 1;
  return (
    status.updatedReplicas === desired &&
    status.replicas === desired &&
    status.availableReplicas === desired
  );
}

function conditionsOf(
  input: StatusInput,
  status: DeploymentStatus,
): readonly DeploymentCondition[] {
  const present = input.deployment.status.conditions ?? [];
  const wanted = [availability(input, status), progress(input, status), failure(input)];
  const others = present.filter(
    ({ type }) => type !== "Available" && type !== "Progressing" && type !== "ReplicaFailure",
  );
  const changed = wanted
    .filter((condition) => condition !== undefined)
    .map((condition) => {
      const isNews =
        condition.type === "Progressing" && hasProgressed(input.deployment.status, status);
      return dated(condition, present, { nowMs: input.nowMs, isNews });
    });
  return [...others, ...changed];
}

type Undated = Pick<DeploymentCondition, "type" | "status" | "reason" | "message">;

function availability(
  { deployment }: StatusInput,
  { availableReplicas = 0 }: DeploymentStatus,
): Undated {
  const { desired, unavailable } = boundsOf(deployment);
  if (availableReplicas >= desired - unavailable) {
    const message = "Deployment has minimum availability.";
    return { type: "Available", status: "True", reason: "MinimumReplicasAvailable", message };
  }
  const message = "Deployment does not have minimum availability.";
  return { type: "Available", status: "False", reason: "MinimumReplicasUnavailable", message };
}

/** The Progressing condition; undefined where no deadline is kept. */
function progress(input: StatusInput, status: DeploymentStatus): Undated | undefined {
  const { deployment, newSet } = input;
  const present = deployment.status.conditions?.find(({ type }) => type === "Progressing");
  if (!hasDeadline(deployment)) return present;
  if (input.news !== undefined) return { type: "Progressing", status: "True", ...input.news };
  if (deployment.spec.paused === true) return pausedProgress(present);

  const subject =
    newSet === undefined
      ? `Deployment "${deployment.metadata.name}"`
      : `ReplicaSet "${newSet.metadata.name}"`;
  if (isComplete(deployment, status)) {
    const message = `${subject} has successfully progressed.`;
    return { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable", message };
  }
  if (hasProgressed(deployment.status, status)) {
    const message = `${subject} is progressing.`;
    return { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message };
  }
  if (isOverdue(deployment, present, input.nowMs)) {
    const message = `${subject} has timed out progressing.`;
    return { type: "Progressing", status: "False", reason: "ProgressDeadlineExceeded", message };
  }
  if (present?.reason === "NewReplicaSetAvailable") {
    const message = `${subject} is progressing.`;
    return { type: "Progressing", status: "True", reason: "ReplicaSetUpdated", message };
  }
  return present;
}

function pausedProgress(present: Undated | undefined): Undated {
  if (present?.reason === "ProgressDeadlineExceeded") return present;
  const message = "Deployment is paused";
  return { type: "Progressing", status: "Unknown", reason: "DeploymentPaused", message };
}

function hasDeadline({ spec }: Live<Deployment>): boolean {
  const seconds = spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds < 2 ** 31 - 1;
}

function hasProgressed(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const oldBefore = (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
  const oldAfter = (after.replicas ?? 0) - (after.updatedReplicas ?? 0);
  return (
    (after.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldAfter < oldBefore ||
    (after.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function isOverdue(
  deployment: Live<Deployment>,
  present: DeploymentCondition | undefined,
  nowMs: number,
): boolean {
  if (present === undefined || present.reason === "NewReplicaSetAvailable") return false;
  if (present.reason === "ProgressDeadlineExceeded") return true;
  const sinceMs = Date.parse(present.lastUpdateTime ?? "");
  return sinceMs + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000 < nowMs;
}

/** Milliseconds until the rollout is overdue; undefined when nothing is under way. */
export function untilOverdueMs(
  { spec, metadata }: Live<Deployment>,
  status: DeploymentStatus,
  nowMs: number,
): number | undefined {
  const present = status.conditions?.find(({ type }) => type === "Progressing");
  const seconds = spec.progressDeadlineSeconds;
  if (present === undefined || seconds === undefined || seconds >= 2 ** 31 - 1) return undefined;
  if (metadata.deletionTimestamp !== undefined || spec.paused === true) return undefined;
  if (present.reason === "NewReplicaSetAvailable") return undefined;
  if (present.reason === "ProgressDeadlineExceeded") return undefined;
  const dueMs = Date.parse(present.lastUpdateTime ?? "") + (seconds + 1) * 1000;
  return Math.max(1_000, dueMs - nowMs);
}

/** Passes on why the new set cannot make its pods. */
function failure({ newSet, sets }: StatusInput): Undated | undefined {
  const failures = [...(newSet === undefined ? [] : [newSet]), ...sets].flatMap(
    ({ status }) => status.conditions?.filter(({ type }) => type === "ReplicaFailure") ?? [],
  );
  const [first] = failures;
  if (first === undefined) return undefined;
  const { type, status, reason, message } = first;
  return { type, status, reason, message };
}

/** Keeps times that did not change: the transition with the status, the update with all of it. */
function dated(
  condition: Undated,
  present: readonly DeploymentCondition[],
  { nowMs, isNews }: { readonly nowMs: number; readonly isNews: boolean },
): DeploymentCondition {
  const before = present.find(({ type }) => type === condition.type);
  const now = formatTime(nowMs);
  const isSameStatus = before?.status === condition.status;
  const isSame =
    isSameStatus &&
    !isNews &&
    before.reason === condition.reason &&
    (before.message === condition.message || condition.type !== "Progressing");
  return {
    type: condition.type,
    status: condition.status,
    lastUpdateTime: isSame ? before.lastUpdateTime : now,
    lastTransitionTime: isSameStatus ? before.lastTransitionTime : now,
    reason: condition.reason,
    message: condition.message,
  };
}
