/** Why a pod does not do what it is there for, in the words of the cluster. */
import type { ContainerStatus, Pod } from "#api/core/v1";

export interface PodProblem {
  readonly pod: string;
  /** Undefined where no container has come so far. */
  readonly container: string | undefined;
  /** `ImagePullBackOff`, `Unschedulable` */
  readonly reason: string;
  readonly message: string;
  /** `final`: waiting longer will not help. `hopeful`: it may still turn out well. */
  readonly outlook: "final" | "hopeful";
  /** Which of its logs has the reason. */
  readonly log: "current" | "previous" | "none";
}

/** From this restart on nobody believes any more that a container waits for another one. */
const restartsMax = 3;

/** Reasons for waiting that do not go away by themselves. */
const finalReasons = new Set([
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "StartError",
]);

/** The first thing that is wrong with a pod; undefined while all goes well. */
export function findPodProblem(pod: Pod): PodProblem | undefined {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  for (const status of [...initContainerStatuses, ...containerStatuses]) {
    const problem = findCrash(status) ?? findObstacle(status);
    if (problem !== undefined) return { pod: nameOf(pod), container: status.name, ...problem };
  }
  return findSchedulingProblem(pod) ?? findEnd(pod);
}

type ContainerProblem = Omit<PodProblem, "pod" | "container">;

/** That a container ended with an error. */
function findCrash({
  state,
  lastState,
  restartCount,
}: ContainerStatus): ContainerProblem | undefined {
  const isBackingOff = state?.waiting?.reason === "CrashLoopBackOff";
  const ended = isBackingOff ? lastState?.terminated : state?.terminated;
  const { exitCode = 0, reason = "Error" } = ended ?? {};
  if (!isBackingOff && exitCode === 0) return undefined;
  return {
    reason: isBackingOff ? "CrashLoopBackOff" : reason,
    message: `exit status ${exitCode} after ${restartCount} restarts`,
    outlook: restartCount >= restartsMax ? "final" : "hopeful",
    log: isBackingOff ? "previous" : "current",
  };
}

/** What keeps a container from being started. */
function findObstacle({ state }: ContainerStatus): ContainerProblem | undefined {
  const { reason = "", message = "" } = state?.waiting ?? {};
  const isFinal = finalReasons.has(reason);
  if (!isFinal && reason !== "ErrImagePull") return undefined;
  return { reason, message, outlook: isFinal ? "final" : "hopeful", log: "none" };
}

function findSchedulingProblem(pod: Pod): PodProblem | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const { reason = "Unschedulable", message = "" } = scheduled;
  const facts = { reason, message, outlook: "hopeful", log: "none" } as const;
  return { pod: nameOf(pod), container: undefined, ...facts };
}

/** That the pod as a whole was given up: evicted, for example. */
function findEnd(pod: Pod): PodProblem | undefined {
  const { phase, reason = "Failed", message = "" } = pod.status ?? {};
  if (phase !== "Failed") return undefined;
  const facts = { reason, message, outlook: "final", log: "current" } as const;
  return { pod: nameOf(pod), container: undefined, ...facts };
}

function nameOf({ metadata }: Pod): string {
  return metadata?.name ?? "";
}

/** How often the containers of a pod were started again. */
export function restartCountOf({ status }: Pod): number {
  const counts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Whether a container of the pod has come to run. */
export function hasStarted({ status }: Pod): boolean {
  const containers = status?.containerStatuses ?? [];
  const isRunning = containers.some(({ state }) => state?.running !== undefined);
  return isRunning || status?.phase === "Succeeded";
}

export function isPodReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") === true
  );
}
