/** From what a pod's status says to the runtime's ids of its containers. */
import type { ContainerStatus, Pod } from "#api/core/v1";
import { EndpointError } from "./endpoint-error.ts";

/** The node's pods with their latest statuses. */
export interface PodSource {
  list(): readonly Pod[];
  find(namespace: string, name: string): Pod | undefined;
}

/** Which pod a request is about; with `uid` it must be that very one. */
export interface PodTarget {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string | undefined;
}

export function getPod(pods: PodSource, { namespace, name, uid }: PodTarget): Pod {
  const pod = pods.find(namespace, name);
  if (pod === undefined || (uid !== undefined && pod.metadata?.uid !== uid)) {
    throw new EndpointError(404, "pod does not exist");
  }
  return pod;
}

/** The runtime's id of a container that runs. */
export function getRunningContainer(pod: Pod, name: string): string {
  const status = findStatus(pod, name);
  if (status?.state?.running === undefined) {
    throw new EndpointError(404, `container not found ("${name}")`);
  }
  return runtimeId(status.containerID);
}

/**
 * The runtime's id of the container whose log is meant: the one that runs or ran last, or with
 * `previous` the one before it. Throws with upstream's words for why there is none.
 */
export function getLoggedContainer(pod: Pod, name: string, which: "latest" | "previous"): string {
  if (!hasContainer(pod, name)) {
    throw new EndpointError(404, `container "${name}" not found in pod "${podName(pod)}"`);
  }
  const status = findStatus(pod, name);
  if (status === undefined) {
    const message = `container "${name}" in pod "${podName(pod)}" is not available`;
    throw new EndpointError(400, message);
  }
  const id = which === "previous" ? previousId(pod, status) : latestId(pod, status);
  return runtimeId(id);
}

function previousId(pod: Pod, status: ContainerStatus): string {
  const id = status.lastState?.terminated?.containerID ?? "";
  if (id !== "") return id;
  const message = `previous terminated container "${status.name}" in pod "${podName(pod)}" not found`;
  throw new EndpointError(400, message);
}

function latestId(pod: Pod, status: ContainerStatus): string {
  const { running, terminated, waiting } = status.state ?? {};
  const last = status.lastState?.terminated;
  if (running !== undefined) return status.containerID ?? "";
  // When the next container did not start, the one before it is the latest that said something.
  const id = terminated?.containerID || last?.containerID || "";
  if (id !== "") return id;
  const subject = `container "${status.name}" in pod "${podName(pod)}"`;
  if (terminated !== undefined || last !== undefined) {
    throw new EndpointError(400, `${subject} is terminated`);
  }
  throw new EndpointError(400, `${subject} is waiting to start${waitingFor(waiting?.reason)}`);
}

function waitingFor(reason: string | undefined): string {
  if (reason === undefined) return " - no logs yet";
  if (reason === "ErrImagePull") return ": image can't be pulled";
  if (reason === "ImagePullBackOff") return ": trying and failing to pull image";
  return `: ${reason}`;
}

function hasContainer({ spec }: Pod, name: string): boolean {
  return [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ].some((container) => container.name === name);
}

function findStatus({ status }: Pod, name: string): ContainerStatus | undefined {
  return [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((container) => container.name === name);
}

/** `containerd://<id>` to `<id>`. */
function runtimeId(containerId: string | undefined): string {
  return (containerId ?? "").replace(/^[^:]*:\/\//, "");
}

function podName(pod: Pod): string {
  return pod.metadata?.name ?? "";
}
