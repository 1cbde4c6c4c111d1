/**
 * What has to happen so that the containers of a pod have what is set aside for them. Pure. Source:
 * upstream's `computePodResizeAction`.
 */

import { type Live, parseQuantity, quantityMillis, quantityUnits } from "#api";
import type { Container, Pod, ResourceRequirements } from "#api/core/v1";
import { latestOf, type ObservedPod } from "../pod/observed.ts";
import type { ContainerStatus } from "../runtime-state.ts";

/** A container that runs, and can have other resources while it does. */
export interface ContainerResize {
  readonly container: Container;
  /** The runtime's. */
  readonly id: string;
  readonly inEffect: ResourceRequirements;
}

export interface ResizePlan {
  /** Names of containers that have to start anew, because their resize policy wants it so. */
  readonly restarts: ReadonlySet<string>;
  readonly updates: readonly ContainerResize[];
  /** What the pod has as a whole is not what is set aside. */
  readonly isPodDue: boolean;
}

/** What is in effect, as far as the agent has brought it about. */
export interface ResourcesInEffect {
  ofContainer(status: ContainerStatus): ResourceRequirements;
  ofPod(): ResourceRequirements | undefined;
}

export const noResizePlan: ResizePlan = { restarts: new Set(), updates: [], isPodDue: false };

/** @param pod with what is set aside for it */
export function planResize(
  { spec }: Live<Pod>,
  observed: ObservedPod,
  inEffect: ResourcesInEffect,
): ResizePlan {
  const restarts = new Set<string>();
  const updates: ContainerResize[] = [];
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const latest = latestOf(observed, container.name);
    // One that does not run gets its size when it starts.
    if (latest?.state !== "running") continue;
    const now = inEffect.ofContainer(latest);
    const changed = changedResources(container.resources ?? {}, now);
    if (changed.length === 0) continue;
    if (changed.some((name) => restartsFor(container, name))) restarts.add(container.name);
    else updates.push({ container, id: latest.id, inEffect: now });
  }
  const isPodDue = changedResources(spec.resources ?? {}, inEffect.ofPod() ?? {}).length > 0;
  return { restarts, updates, isPodDue };
}

export function isDue({ restarts, updates, isPodDue }: ResizePlan): boolean {
  return restarts.size > 0 || updates.length > 0 || isPodDue;
}

export interface Compute {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** An amount that is not stated is 0. */
export function computeOf(list: Readonly<Record<string, string>> | undefined): Compute {
  const { cpu, memory } = list ?? {};
  return {
    cpuMilli: cpu === undefined ? 0 : quantityMillis(parseQuantity(cpu)),
    memoryBytes: memory === undefined ? 0 : quantityUnits(parseQuantity(memory)),
  };
}

function changedResources(
  wanted: ResourceRequirements,
  now: ResourceRequirements,
): readonly ("cpu" | "memory")[] {
  const differs = (name: keyof Compute) =>
    (["requests", "limits"] as const).some(
      (list) => computeOf(wanted[list])[name] !== computeOf(now[list])[name],
    );
  return [
    ...(differs("cpuMilli") ? (["cpu"] as const) : []),
    ...(differs("memoryBytes") ? (["memory"] as const) : []),
  ];
}

function restartsFor({ resizePolicy = [] }: Container, name: "cpu" | "memory"): boolean {
  const policy = resizePolicy.find(({ resourceName }) => resourceName === name);
  return policy?.restartPolicy === "RestartContainer";
}
