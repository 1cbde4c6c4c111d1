import type { Container, Pod } from "#api/core/v1";
import { stackLabels } from "../labels.ts";
import { findPodProblem, isPodReady } from "../progress/pod-problem.ts";
import { formatAge } from "./age.ts";
import { byName, type Row, shortId } from "./row.ts";

export interface TaskRowOptions {
  readonly nowMs: number;
  readonly truncated: boolean;
}

/** `stack ps`: one row for each pod. */
export function taskRows(
  stack: string,
  pods: readonly Pod[],
  options: TaskRowOptions,
): readonly Row[] {
  return byName(pods.map((pod) => taskRow(stack, pod, options)));
}

function taskRow(stack: string, pod: Pod, { nowMs, truncated }: TaskRowOptions): Row {
  const { metadata, spec } = pod;
  const container = ownContainer(pod);
  const error = errorOf(pod);
  return {
    ID: truncated ? shortId(metadata?.uid) : (metadata?.uid ?? ""),
    Name: taskNameOf(stack, pod),
    Image: container?.image ?? "",
    Node: spec?.nodeName ?? "",
    DesiredState: desiredStateOf(pod),
    CurrentState: `${stateOf(pod)} ${formatAge(nowMs - startMsOf(pod))} ago`,
    Error: truncated && error.length > errorMax ? `${error.slice(0, errorMax)}…"` : error,
    Ports: hostPortsOf(container),
  };
}

/** `mystack_web-7d4b9c-x2x9q` */
export function taskNameOf(stack: string, { metadata }: Pod): string {
  return `${stack}_${metadata?.name ?? ""}`;
}

/** The service that a task is of, by its name in the file. */
export function taskServiceOf({ metadata }: Pod): string {
  return metadata?.labels?.[stackLabels.service] ?? "";
}

/** Of the service itself, not of those that live in its pods. */
function ownContainer(pod: Pod): Container | undefined {
  const containers = pod.spec?.containers ?? [];
  return containers.find(({ name }) => name === taskServiceOf(pod)) ?? containers[0];
}

const errorMax = 30;

function errorOf(pod: Pod): string {
  const problem = findPodProblem(pod);
  return problem === undefined ? "" : `"${problem.reason}: ${problem.message}"`;
}

function startMsOf({ status, metadata }: Pod): number {
  return Date.parse(String(status?.startTime ?? metadata?.creationTimestamp ?? 0));
}

function hostPortsOf(container: Container | undefined): string {
  const ports = (container?.ports ?? []).flatMap(({ hostPort, containerPort, protocol = "TCP" }) =>
    hostPort === undefined ? [] : [`*:${hostPort}->${containerPort}/${protocol.toLowerCase()}`],
  );
  return ports.join(",");
}

function desiredStateOf({ metadata, spec }: Pod): string {
  if (metadata?.deletionTimestamp !== undefined) return "Shutdown";
  return spec?.restartPolicy === "Always" ? "Running" : "Complete";
}

/** In Swarm's words for the states of tasks. */
function stateOf(pod: Pod): string {
  const { status, spec } = pod;
  if (status?.phase === "Succeeded") return "Complete";
  if (status?.phase === "Failed") return "Failed";
  if (isPodReady(pod)) return "Running";
  if (spec?.nodeName === undefined) return "Pending";
  return status?.phase === "Running" ? "Starting" : "Preparing";
}
