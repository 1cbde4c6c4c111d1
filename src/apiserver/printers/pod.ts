import { type Container, type ContainerStatus, type Pod, pod, podTemplate } from "#api/core/v1";
import { parseTime } from "#api";
import {
  ageColumn,
  ageOf,
  column,
  nameColumn,
  printerOf,
  type RowCondition,
  wide,
} from "./column.ts";
import { conditionStatus, containerImages, containerNames, labelsText, orNone } from "./text.ts";

export const podPrinter = printerOf(
  pod,
  [
    nameColumn,
    column("Ready", "Containers that are ready, of how many there are.", (object) => {
      const { readyCount, totalCount } = summaryOf(object);
      return `${readyCount}/${totalCount}`;
    }),
    column("Status", "What the pod is doing, or why it does not.", statusOf),
    column("Restarts", "Restarts of containers, and how long ago the last was.", restartsOf),
    ageColumn,
    wide(column("IP", "Address of the pod.", ({ status }) => orNone(status?.podIPs?.[0]?.ip))),
    wide(column("Node", "Node on which the pod runs.", ({ spec }) => orNone(spec?.nodeName))),
    wide(
      column("Nominated Node", "Node on which room is being made.", ({ status }) =>
        orNone(status?.nominatedNodeName),
      ),
    ),
    wide(column("Readiness Gates", "Readiness gates that are passed, of how many.", gatesOf)),
  ],
  conditionsOf,
);

export const podTemplatePrinter = printerOf(podTemplate, [
  nameColumn,
  column("Containers", "Names of the containers in the template.", ({ template }) =>
    containerNames(template?.spec?.containers),
  ),
  column("Images", "Images of the containers in the template.", ({ template }) =>
    containerImages(template?.spec?.containers),
  ),
  column("Pod Labels", "Labels of the pods made from the template.", ({ template }) =>
    labelsText(template?.metadata?.labels),
  ),
]);

function conditionsOf({ status }: Pod): readonly RowCondition[] {
  const completed = { type: "Completed", status: "True" };
  switch (status?.phase) {
    case "Succeeded":
      return [
        { ...completed, reason: "Succeeded", message: "The pod has completed successfully." },
      ];
    case "Failed":
      return [{ ...completed, reason: "Failed", message: "The pod failed." }];
    default:
      return [];
  }
}

function gatesOf({ spec, status }: Pod): string {
  const gates = spec?.readinessGates ?? [];
  if (gates.length === 0) return "<none>";
  const passed = gates.filter(
    ({ conditionType }) => conditionStatus(status?.conditions, conditionType) === "True",
  );
  return `${passed.length}/${gates.length}`;
}

function restartsOf(object: Pod, nowMs: number): string {
  const { restarts } = summaryOf(object);
  if (restarts.count === 0 || restarts.lastAt === undefined) return String(restarts.count);
  return `${restarts.count} (${ageOf(restarts.lastAt, nowMs)} ago)`;
}

function statusOf(object: Pod): string {
  const { metadata, status } = object;
  const isBeingDeleted = metadata?.deletionTimestamp !== undefined;
  if (isBeingDeleted && status?.reason === "NodeLost") return "Unknown";
  const isTerminal = status?.phase === "Succeeded" || status?.phase === "Failed";
  return isBeingDeleted && !isTerminal ? "Terminating" : summaryOf(object).reason;
}

interface PodSummary {
  readonly readyCount: number;
  readonly totalCount: number;
  readonly restarts: Restarts;
  /** The phase, or what stands in its way. */
  readonly reason: string;
}

interface Restarts {
  readonly count: number;
  /** When the last run before the current one ended. */
  readonly lastAt: string | undefined;
}

function summaryOf({ spec, status }: Pod): PodSummary {
  const initContainers = spec?.initContainers ?? [];
  const sidecars = new Set(initContainers.filter(isSidecar).map(({ name }) => name));
  const statuses = status?.initContainerStatuses ?? [];
  const initialization = initializationOf(statuses, sidecars, initContainers.length);
  const totalCount = (spec?.containers.length ?? 0) + sidecars.size;
  const { reason, readyCount, seen } = initialization;
  const isInitialized = conditionStatus(status?.conditions, "Initialized") === "True";
  if (reason !== undefined && !isInitialized) {
    return { readyCount, totalCount, restarts: restartsOfAll(seen), reason };
  }
  const running = status?.containerStatuses ?? [];
  const restarted = seen.filter(({ name }) => sidecars.has(name));
  return {
    readyCount: readyCount + running.filter(isReadyAndRunning).length,
    totalCount,
    restarts: restartsOfAll([...restarted, ...running]),
    reason: runningReason(status, reason ?? phaseReason(status)),
  };
}

function isSidecar({ restartPolicy }: Container): boolean {
  return restartPolicy === "Always";
}

interface Initialization {
  /** Why the pod is still initializing; undefined when it is not. */
  readonly reason: string | undefined;
  readonly readyCount: number;
  /** The init containers up to the one that the pod waits for. */
  readonly seen: readonly ContainerStatus[];
}

function initializationOf(
  statuses: readonly ContainerStatus[],
  sidecars: ReadonlySet<string>,
  totalCount: number,
): Initialization {
  let readyCount = 0;
  for (const [index, container] of statuses.entries()) {
    if (container.state?.terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready) readyCount++;
      continue;
    }
    const reason = initReason(container) ?? `Init:${index}/${totalCount}`;
    return { reason, readyCount, seen: statuses.slice(0, index + 1) };
  }
  return { reason: undefined, readyCount, seen: statuses };
}

function initReason({ state }: ContainerStatus): string | undefined {
  if (state?.terminated !== undefined) return `Init:${terminationReason(state.terminated)}`;
  const waiting = state?.waiting?.reason ?? "";
  return waiting === "" || waiting === "PodInitializing" ? undefined : `Init:${waiting}`;
}

interface Termination {
  readonly reason?: string | undefined;
  readonly signal?: number | undefined;
  readonly exitCode: number;
}

function terminationReason({ reason = "", signal = 0, exitCode }: Termination): string {
  if (reason !== "") return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

function phaseReason(status: Pod["status"]): string {
  const isGated = status?.conditions?.some(
    ({ type, reason }) => type === "PodScheduled" && reason === "SchedulingGated",
  );
  if (isGated === true) return "SchedulingGated";
  return status?.reason ?? status?.phase ?? "";
}

/** What the containers say: the first that waits or has ended decides. */
function runningReason(status: Pod["status"], otherwise: string): string {
  const containers = status?.containerStatuses ?? [];
  const stopped = containers.map(stoppedReason).find((reason) => reason !== undefined);
  const reason = stopped ?? otherwise;
  if (reason !== "Completed") return reason;
  const isRunning = containers.some(isReadyAndRunning);
  if (isRunning && conditionStatus(status?.conditions, "Ready") === "True") return "Running";
  const failed = containers.find(hasFailed);
  if (failed?.state?.terminated !== undefined) return terminationReason(failed.state.terminated);
  return isRunning ? "NotReady" : reason;
}

function stoppedReason({ state }: ContainerStatus): string | undefined {
  const waiting = state?.waiting?.reason ?? "";
  if (waiting !== "") return waiting;
  return state?.terminated === undefined ? undefined : terminationReason(state.terminated);
}

function hasFailed(container: ContainerStatus): boolean {
  const { state } = container;
  const isWaiting = (state?.waiting?.reason ?? "") !== "";
  return !isWaiting && (state?.terminated?.exitCode ?? 0) !== 0;
}

function isReadyAndRunning(container: ContainerStatus): boolean {
  const { ready, state } = container;
  return ready && state?.running !== undefined && stoppedReason(container) === undefined;
}

function restartsOfAll(containers: readonly ContainerStatus[]): Restarts {
  const ends = containers
    .map(({ lastState }) => lastState?.terminated?.finishedAt)
    .filter((time) => time !== undefined)
    .sort((left, right) => parseTime(right) - parseTime(left));
  const count = containers.reduce((sum, { restartCount }) => sum + restartCount, 0);
  return { count, lastAt: ends[0] };
}
