/**
 * The status that the node reports for a pod. Pure: what kubectl prints is decided here.
 * Source of the rules: upstream's kubelet (`generateAPIPodStatus`, `getPhase`).
 */

import { formatTime, type JsonObject, type Live } from "#api";
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodCondition,
  PodStatus,
} from "#api/core/v1";
import type { ContainerStatus as Observed } from "../runtime-state.ts";
import type { ResourcesInEffect } from "../resize/plan-resize.ts";
import { pendingType, progressType } from "../resize/resize-conditions.ts";
import { terminationPolicyAnnotation } from "./labels.ts";
import { latestOf, liveContainers, type ObservedPod } from "./observed.ts";
import { isSidecar, type ProbeFindings, type Waiting } from "./plan.ts";

export interface StatusInput {
  readonly pod: Live<Pod>;
  readonly observed: ObservedPod;
  readonly waiting: ReadonlyMap<string, Waiting>;
  readonly probes: ProbeFindings;
  readonly node: { readonly addresses: readonly string[]; readonly runtimeName: string };
  /** What ended containers left in their termination logs, by container id. */
  readonly terminationMessages: ReadonlyMap<string, string>;
  /** Set when the node ended the pod itself: deadline, eviction. */
  readonly ending: { readonly reason: string; readonly message: string } | undefined;
  /** How far a resize of the pod has come. */
  readonly resizeConditions: readonly PodCondition[];
  readonly inEffect: ResourcesInEffect;
  readonly nowMs: number;
}

export function statusOfPod(input: StatusInput): PodStatus {
  const { pod, observed, node, nowMs } = input;
  const [sandbox] = observed.sandboxes;
  const inits = (pod.spec.initContainers ?? []).map((container) => statusOf(input, container));
  const apps = pod.spec.containers.map((container) => statusOf(input, container));
  const debuggers = (pod.spec.ephemeralContainers ?? []).map((container) =>
    ephemeralStatusOf(input, container),
  );
  const phase = phaseToTell(input, phaseOf(input, inits, apps));
  const ips = pod.spec.hostNetwork === true ? node.addresses : (sandbox?.ips ?? []);
  const known = ips.length > 0 ? ips : (pod.status.podIPs ?? []).map(({ ip }) => ip);
  const [hostIP] = node.addresses;
  const [podIP] = known;
  return {
    phase,
    observedGeneration: pod.metadata.generation,
    conditions: conditionsOf(input, { phase, inits, apps, hasSandbox: sandbox?.state === "ready" }),
    hostIP,
    hostIPs: node.addresses.map((ip) => ({ ip })),
    ...(podIP === undefined ? {} : { podIP, podIPs: known.map((ip) => ({ ip })) }),
    startTime: pod.status.startTime ?? formatTime(nowMs),
    qosClass: pod.status.qosClass,
    ...(inits.length === 0 ? {} : { initContainerStatuses: inits }),
    containerStatuses: apps,
    ...ownResources(input),
    ...(debuggers.length === 0 ? {} : { ephemeralContainerStatuses: debuggers }),
    ...(input.ending === undefined || !isFinal(phase) ? {} : input.ending),
  };
}

/**
 * The strategic merge patch from `before` to `status`. Lists whose items are merged by a key keep
 * what a patch does not mention; so what no longer holds is taken away by name.
 */
export function statusPatch(status: PodStatus, before: PodStatus): JsonObject {
  const { conditions = [], podIPs = [], hostIPs = [] } = status;
  const types = new Set(conditions.map(({ type }) => type));
  const gone = (before.conditions ?? []).filter(({ type }) => !types.has(type));
  const known = new Map(before.conditions?.map((condition) => [condition.type, condition]));
  const whole = { $patch: "replace" };
  const patch = {
    ...removedMembers(before, status),
    ...status,
    conditions: [
      ...conditions.map((condition) => ({
        ...removedMembers(known.get(condition.type) ?? {}, condition),
        ...condition,
      })),
      ...gone.map(({ type }) => ({ type, $patch: "delete" })),
    ],
    ...(podIPs.length === 0 ? {} : { podIPs: [whole, ...podIPs] }),
    hostIPs: [whole, ...hostIPs],
  };
  // Without the members that are undefined, which are no JSON.
  return JSON.parse(JSON.stringify(patch));
}

/** What `before` says about why, and `after` does not, as a patch takes it away. */
function removedMembers(before: Told, after: Told): Readonly<Record<string, null>> {
  const names = ["reason", "message"] as const;
  const removed = names.filter((name) => before[name] !== undefined && after[name] === undefined);
  return Object.fromEntries(removed.map((name) => [name, null]));
}

interface Told {
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

function statusOf(input: StatusInput, container: Container): ContainerStatus {
  const { observed, probes } = input;
  const attempts = observed.containers.get(container.name) ?? [];
  const latest = latestOf(observed, container.name);
  if (latest === undefined) return statusBeforeStart(input, container);
  // While a container waits to be started again, its latest run is already the last one.
  const waiting = latest.state === "running" ? undefined : input.waiting.get(container.name);
  const previous = waiting === undefined ? attempts[1] : latest;
  const hasStarted = latest.state === "running" && probes.hasStarted(latest.id);
  return {
    name: container.name,
    state: waiting === undefined ? stateOf(input, latest) : { waiting },
    lastState: previous === undefined ? {} : stateOf(input, previous),
    ready: isPlainInit(input.pod, container)
      ? latest.state === "exited" && latest.exitCode === 0
      : hasStarted && probes.isReady(latest.id),
    restartCount: latest.metadata.attempt,
    image: latest.image.userSpecifiedImage || (container.image ?? ""),
    imageID: latest.imageRef,
    containerID: `${input.node.runtimeName}://${latest.id}`,
    started: hasStarted,
    allocatedResources: container.resources?.requests,
    resources: resourcesToTell(input, container, latest),
  };
}

/** What does not run will have what is set aside for it. */
function resourcesToTell(
  { inEffect }: StatusInput,
  { resources = {} }: Container,
  latest: Observed,
): ContainerStatus["resources"] {
  return latest.state === "running" ? inEffect.ofContainer(latest) : resources;
}

/** Of the pod as a whole, where it has resources of its own. */
function ownResources({
  pod,
  inEffect,
}: StatusInput): Pick<PodStatus, "resources" | "allocatedResources"> {
  const { requests } = pod.spec.resources ?? {};
  const resources = inEffect.ofPod();
  if (resources === undefined) return {};
  return { resources, ...(requests === undefined ? {} : { allocatedResources: requests }) };
}

/** Nothing waits for an ephemeral container to be ready, and it has no resources of its own. */
function ephemeralStatusOf(input: StatusInput, container: Container): ContainerStatus {
  const nothing = { started: undefined, allocatedResources: undefined, resources: undefined };
  return { ...statusOf(input, container), ...nothing, ready: false };
}

/** An init container that runs to its end; being ready means having ended well. */
function isPlainInit({ spec }: Live<Pod>, container: Container): boolean {
  const isInit = (spec.initContainers ?? []).some(({ name }) => name === container.name);
  return isInit && !isSidecar(container);
}

function statusBeforeStart({ pod, waiting }: StatusInput, container: Container): ContainerStatus {
  const before = [
    ...(pod.status.containerStatuses ?? []),
    ...(pod.status.initContainerStatuses ?? []),
    ...(pod.status.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container.name);
  // An ended container whose remains were cleaned up keeps the last thing said about it.
  if (before?.state?.terminated !== undefined) return before;
  const hasInit = (pod.spec.initContainers ?? []).length > 0;
  const reason = hasInit ? "PodInitializing" : "ContainerCreating";
  return {
    name: container.name,
    state: { waiting: waiting.get(container.name) ?? { reason } },
    lastState: {},
    ready: false,
    restartCount: before?.restartCount ?? 0,
    image: container.image ?? "",
    imageID: "",
    started: false,
  };
}

function stateOf(input: StatusInput, observed: Observed): ContainerState {
  if (observed.state === "running") {
    return { running: { startedAt: formatTime(observed.startedAtMs) } };
  }
  if (observed.state !== "exited") return { waiting: { reason: "ContainerCreating" } };
  const message = input.terminationMessages.get(observed.id) || observed.message;
  return {
    terminated: {
      exitCode: observed.exitCode,
      reason: observed.reason || (observed.exitCode === 0 ? "Completed" : "Error"),
      ...(message === "" ? {} : { message }),
      startedAt: timeOrAbsent(observed.startedAtMs),
      finishedAt: timeOrAbsent(observed.finishedAtMs),
      containerID: `${input.node.runtimeName}://${observed.id}`,
    },
  };
}

function timeOrAbsent(timeMs: number): string | undefined {
  return timeMs === 0 ? undefined : formatTime(timeMs);
}

/** The end is told only when nothing runs any more that may use what others wait for. */
function phaseToTell({ pod, observed }: StatusInput, reached: string): string {
  const { phase = "Pending" } = pod.status;
  const isRunning = liveContainers(observed).some(({ state }) => state === "running");
  const isTooEarly = isFinal(reached) && isRunning;
  return isTooEarly && !isFinal(phase) ? phase : reached;
}

/** Whether nothing of a pod in this phase will run again. */
export function isFinal(phase: string | undefined): boolean {
  return phase === "Succeeded" || phase === "Failed";
}

function phaseOf(
  { pod, ending }: StatusInput,
  inits: readonly ContainerStatus[],
  apps: readonly ContainerStatus[],
): string {
  const { phase } = pod.status;
  if (ending !== undefined) return "Failed";
  if (phase !== undefined && isFinal(phase)) return phase;
  const policy = pod.spec.restartPolicy ?? "Always";
  const regular = inits.filter((_status, index) => {
    const container = pod.spec.initContainers?.[index];
    return container !== undefined && !isSidecar(container);
  });
  const hasFailedInit = regular.some(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (hasFailedInit && policy === "Never") return "Failed";
  const hasBegun = apps.some(
    ({ state, lastState }) =>
      state?.running !== undefined ||
      state?.terminated !== undefined ||
      lastState?.terminated !== undefined,
  );
  if (!hasBegun) return "Pending";
  const ended = apps.map(({ state }) => state?.terminated);
  if (ended.some((terminated) => terminated === undefined) || policy === "Always") return "Running";
  const hasFailed = ended.some((terminated) => terminated?.exitCode !== 0);
  if (!hasFailed) return "Succeeded";
  return policy === "Never" ? "Failed" : "Running";
}

interface Parts {
  readonly phase: string;
  readonly inits: readonly ContainerStatus[];
  readonly apps: readonly ContainerStatus[];
  readonly hasSandbox: boolean;
}

type Undated = Omit<PodCondition, "lastTransitionTime" | "lastProbeTime">;

function conditionsOf(input: StatusInput, parts: Parts): readonly PodCondition[] {
  const { pod, nowMs } = input;
  const ours: readonly Undated[] = [
    { type: "PodReadyToStartContainers", status: parts.hasSandbox ? "True" : "False" },
    initialized(pod, parts),
    ...readiness(pod, parts),
    { type: "PodScheduled", status: "True" },
  ];
  const ourTypes = new Set([...ours.map(({ type }) => type), pendingType, progressType]);
  const others = (pod.status.conditions ?? []).filter(({ type }) => !ourTypes.has(type));
  const dated = ours.map((condition) => {
    const before = pod.status.conditions?.find(({ type }) => type === condition.type);
    const isSame = before?.status === condition.status;
    const lastTransitionTime = isSame ? before.lastTransitionTime : formatTime(nowMs);
    return { ...condition, lastTransitionTime, observedGeneration: pod.metadata.generation };
  });
  return [...dated, ...input.resizeConditions, ...others];
}

function initialized({ spec }: Live<Pod>, { phase, inits, apps }: Parts): Undated {
  if (phase === "Succeeded") return completed("Initialized", "True");
  const pending = inits.filter((status, index) => {
    const container = spec.initContainers?.[index];
    if (container !== undefined && isSidecar(container)) return status.started !== true;
    return status.ready !== true;
  });
  const hasBegun = apps.some(({ state }) => state?.running !== undefined);
  if (pending.length === 0 || hasBegun) return { type: "Initialized", status: "True" };
  const names = pending.map(({ name }) => name).join(" ");
  const message = `containers with incomplete status: [${names}]`;
  return { type: "Initialized", status: "False", reason: "ContainersNotInitialized", message };
}

function readiness(pod: Live<Pod>, parts: Parts): readonly Undated[] {
  const { phase, inits, apps } = parts;
  if (phase === "Succeeded" || phase === "Failed") {
    const reason = phase === "Succeeded" ? "PodCompleted" : "PodFailed";
    return [
      { type: "Ready", status: "False", reason },
      { type: "ContainersReady", status: "False", reason },
    ];
  }
  const sidecars = inits.filter((_status, index) => {
    const container = pod.spec.initContainers?.[index];
    return container !== undefined && isSidecar(container);
  });
  const unready = [...sidecars, ...apps].filter(({ ready }) => !ready).map(({ name }) => name);
  const containers: Undated =
    unready.length === 0
      ? { type: "ContainersReady", status: "True" }
      : {
          type: "ContainersReady",
          status: "False",
          reason: "ContainersNotReady",
          message: `containers with unready status: [${unready.join(" ")}]`,
        };
  return [withGates(pod, { ...containers, type: "Ready" }), containers];
}

/** Readiness gates are conditions that others set; all must be true as well. */
function withGates({ spec, status }: Live<Pod>, ready: Undated): Undated {
  if (ready.status !== "True") return ready;
  const closed = (spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      status.conditions?.find(({ type }) => type === conditionType)?.status !== "True",
  );
  if (closed.length === 0) return ready;
  const names = closed
    .map(
      ({ conditionType }) =>
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
    )
    .join(", ");
  return { type: "Ready", status: "False", reason: "ReadinessGatesNotReady", message: names };
}

function completed(type: string, status: string): Undated {
  return { type, status, reason: "PodCompleted" };
}

/** Whether the end of this container is told by its log when it left no message. */
export function fallsBackToLogs(observed: Observed): boolean {
  return (
    observed.annotations[terminationPolicyAnnotation] === "FallbackToLogsOnError" &&
    observed.exitCode !== 0
  );
}
