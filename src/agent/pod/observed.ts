/** What the runtime says about one pod. */

import type { Runtime } from "../runtime.ts";
import type { ContainerStatus, SandboxStatus } from "../runtime-state.ts";
import { containerNameLabel, podUidLabel } from "./labels.ts";

export interface ObservedPod {
  /** Newest first. */
  readonly sandboxes: readonly SandboxStatus[];
  /** By container name, newest attempt first. */
  readonly containers: ReadonlyMap<string, readonly ContainerStatus[]>;
}

/** Ended containers never change, so that they are asked for only once. */
export type EndedContainers = Map<string, ContainerStatus>;

/** Asks the runtime about the pod with this uid. */
export async function observePod(
  runtime: Runtime,
  uid: string,
  ended: EndedContainers,
  signal: AbortSignal,
): Promise<ObservedPod> {
  const labels = { [podUidLabel]: uid };
  const [sandboxList, containerList] = await Promise.all([
    runtime.sandboxes.list({ labels }, signal),
    runtime.containers.list({ labels }, signal),
  ]);
  const sandboxes = await Promise.all(
    sandboxList.map(({ id }) => runtime.sandboxes.find(id, signal)),
  );
  const statuses = await Promise.all(
    containerList.map(
      async ({ id }) => ended.get(id) ?? (await runtime.containers.find(id, signal)),
    ),
  );
  const containers = new Map<string, ContainerStatus[]>();
  for (const status of statuses) {
    if (status === undefined) continue;
    if (status.state === "exited") ended.set(status.id, status);
    const name = status.labels[containerNameLabel] ?? status.metadata.name;
    const attempts = containers.get(name) ?? [];
    attempts.push(status);
    containers.set(name, attempts);
  }
  for (const attempts of containers.values()) {
    attempts.sort((left, right) => right.metadata.attempt - left.metadata.attempt);
  }
  return {
    sandboxes: sandboxes
      .filter((sandbox) => sandbox !== undefined)
      .sort((left, right) => right.metadata.attempt - left.metadata.attempt),
    containers,
  };
}

/** The newest attempt of a container, if there was any. */
export function latestOf(observed: ObservedPod, name: string): ContainerStatus | undefined {
  return observed.containers.get(name)?.[0];
}

export function isRunning(status: ContainerStatus | undefined): boolean {
  return status?.state === "running";
}

/** Containers that have not ended. */
export function liveContainers(observed: ObservedPod): readonly ContainerStatus[] {
  return [...observed.containers.values()]
    .flat()
    .filter(({ state }) => state === "running" || state === "created");
}
