/** How far a service has come, from what the cluster says about its workload and its pods. */
import type { JsonObject } from "#api";
import type { Pod } from "#api/core/v1";
import {
  decodeDaemonSet,
  decodeDeployment,
  decodeJob,
  decodeReplicaSet,
  decodeStatefulSet,
  metadataOf,
} from "../cluster/decode.ts";
import { stackLabels } from "../labels.ts";
import type { DeployedService } from "../plan.ts";
import { findPodProblem, hasStarted, type PodProblem, restartCountOf } from "./pod-problem.ts";

/** What of a stack the cluster has. */
export interface StackSnapshot {
  /** By `Kind/name`. */
  readonly workloads: ReadonlyMap<string, JsonObject>;
  readonly replicaSets: readonly JsonObject[];
  readonly pods: readonly Pod[];
}

export interface ServiceProgress {
  readonly service: string;
  /**
   * `absent`: nothing runs it yet. `updating`: on the way. `running`: everything as wanted.
   * `complete`: it has ended well. `failed`: it has ended otherwise.
   */
  readonly state: "absent" | "updating" | "running" | "complete" | "failed";
  /** Pods of the wanted version that are ready, or have ended well. */
  readonly ready: number;
  readonly failed: number;
  readonly wanted: number;
  readonly hasStarted: boolean;
  /** Of the containers of its present pods. */
  readonly restarts: number;
  /** The worst thing about it. */
  readonly problem: ServiceProblem | undefined;
}

/** What is wrong with a pod, or with the workload when there is no pod. */
export type ServiceProblem = Omit<PodProblem, "pod"> & { readonly pod: string | undefined };

/** How far each service has come. One in another's pods has come as far as that. */
export function progressOfAll(
  services: readonly DeployedService[],
  snapshot: StackSnapshot,
): readonly ServiceProgress[] {
  return services.map(({ name, host }) => {
    const owner = services.find((service) => service.name === (host ?? name));
    return owner === undefined ? absent(name) : { ...progressOf(owner, snapshot), service: name };
  });
}

function progressOf(service: DeployedService, snapshot: StackSnapshot): ServiceProgress {
  const { workload } = service;
  const object =
    workload === undefined
      ? undefined
      : snapshot.workloads.get(`${workload.kind}/${workload.name}`);
  if (object === undefined) return absent(service.name);
  const pods = currentPods(service, object, snapshot);
  const counts = countsOf(service, object);
  const problems = pods.flatMap((pod) => findPodProblem(pod) ?? []);
  // What is wrong with the version before does not concern the one that was just asked for.
  const problem = isSeen(object)
    ? (worst(problems) ?? workloadProblem(service, object))
    : undefined;
  return {
    service: service.name,
    ...counts,
    failed: problems.length,
    hasStarted: counts.state === "complete" || counts.wanted === 0 || pods.some(hasStarted),
    restarts: pods.reduce((sum, pod) => sum + restartCountOf(pod), 0),
    problem: counts.state === "running" || counts.state === "complete" ? undefined : problem,
  };
}

function absent(service: string): ServiceProgress {
  return {
    service,
    state: "absent",
    ready: 0,
    failed: 0,
    wanted: 0,
    hasStarted: false,
    restarts: 0,
    problem: undefined,
  };
}

function worst(problems: readonly PodProblem[]): PodProblem | undefined {
  return problems.find(({ outlook }) => outlook === "final") ?? problems[0];
}

/** Whether the status is about the object as it is now. */
function isSeen(object: JsonObject): boolean {
  const { metadata, status } = decodeDeployment(object);
  const { observedGeneration } = status ?? {};
  return object["kind"] === "Job" || (observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

type Counts = Pick<ServiceProgress, "state" | "ready" | "wanted">;

function countsOf({ workload }: DeployedService, object: JsonObject): Counts {
  switch (workload?.kind) {
    case "Deployment":
      return deploymentCounts(object);
    case "StatefulSet":
      return statefulSetCounts(object);
    case "DaemonSet":
      return daemonSetCounts(object);
    case "Job":
      return jobCounts(object);
    default:
      // What runs at certain times is as it should be while it waits.
      return { state: "running", ready: 0, wanted: 0 };
  }
}

function deploymentCounts(object: JsonObject): Counts {
  const { spec, status = {} } = decodeDeployment(object);
  const wanted = spec?.replicas ?? 1;
  const { updatedReplicas = 0, availableReplicas = 0, replicas = 0, readyReplicas = 0 } = status;
  const isWhole = updatedReplicas === wanted && replicas === wanted && availableReplicas >= wanted;
  const old = replicas - updatedReplicas;
  const ready = isSeen(object) ? Math.max(0, Math.min(readyReplicas - old, updatedReplicas)) : 0;
  return { state: isSeen(object) && isWhole ? "running" : "updating", ready, wanted };
}

function statefulSetCounts(object: JsonObject): Counts {
  const { spec, status } = decodeStatefulSet(object);
  const wanted = spec?.replicas ?? 1;
  const { readyReplicas: ready = 0, updatedReplicas = 0, replicas = 0 } = status ?? {};
  const isUpdated =
    status?.updateRevision === status?.currentRevision || updatedReplicas === wanted;
  const isWhole = isUpdated && replicas === wanted && ready === wanted;
  return { state: isSeen(object) && isWhole ? "running" : "updating", ready, wanted };
}

function daemonSetCounts(object: JsonObject): Counts {
  const { status } = decodeDaemonSet(object);
  const wanted = status?.desiredNumberScheduled ?? 0;
  const { updatedNumberScheduled: updated = 0, numberAvailable: ready = 0 } = status ?? {};
  const isWhole = updated === wanted && ready === wanted;
  return { state: isSeen(object) && isWhole ? "running" : "updating", ready, wanted };
}

function jobCounts(object: JsonObject): Counts {
  const { spec, status } = decodeJob(object);
  const wanted = spec?.completions ?? 1;
  const ready = status?.succeeded ?? 0;
  const holds = (wantedType: string) =>
    status?.conditions?.some(({ type, status: is }) => type === wantedType && is === "True");
  if (holds("Complete") === true) return { state: "complete", ready, wanted };
  if (holds("Failed") === true) return { state: "failed", ready, wanted };
  return { state: "updating", ready, wanted };
}

/** That no pod could be made, or that a Job was given up. */
function workloadProblem(
  { workload }: DeployedService,
  object: JsonObject,
): ServiceProblem | undefined {
  const { status } = decodeDeployment(object);
  const wantedType = workload?.kind === "Job" ? "Failed" : "ReplicaFailure";
  const found = status?.conditions?.find(
    ({ type, status: is }) => type === wantedType && is === "True",
  );
  if (found === undefined) return undefined;
  const { reason = "", message = "" } = found;
  const outlook = workload?.kind === "Job" ? "final" : "hopeful";
  return { pod: undefined, container: undefined, reason, message, outlook, log: "none" };
}

/** The pods of the version that is wanted, not those that go away. */
function currentPods(
  { name, workload }: DeployedService,
  object: JsonObject,
  { pods, replicaSets }: StackSnapshot,
): readonly Pod[] {
  const own = pods.filter(
    ({ metadata }) =>
      metadata?.labels?.[stackLabels.service] === name && metadata.deletionTimestamp === undefined,
  );
  const labelled = (key: string, value: string | undefined) =>
    own.filter(({ metadata }) => value !== undefined && metadata?.labels?.[key] === value);
  if (workload?.kind === "Job") return labelled("batch.kubernetes.io/job-name", workload.name);
  if (workload?.kind === "StatefulSet") {
    const { status } = decodeStatefulSet(object);
    return labelled("controller-revision-hash", status?.updateRevision);
  }
  if (workload?.kind !== "Deployment") return own;
  const revision = metadataOf(object).annotations?.[revisionAnnotation];
  const current = replicaSets.map(decodeReplicaSet).find(({ metadata }) => {
    const isOurs = metadata?.ownerReferences?.some(({ uid }) => uid === metadataOf(object).uid);
    return isOurs === true && metadata?.annotations?.[revisionAnnotation] === revision;
  });
  return labelled("pod-template-hash", current?.metadata?.labels?.["pod-template-hash"]);
}

const revisionAnnotation = "deployment.kubernetes.io/revision";

/** Whether all that the cluster can do for the service is done. */
export function isSettled({ state }: ServiceProgress): boolean {
  return state === "running" || state === "complete";
}
