/**
 * Brings into effect what is set aside for a pod: limits in the kernel, without a restart. What grows
 * grows from the outside in, and what shrinks from the inside out, so that a container never may use
 * more than its pod. Source: upstream's `doPodResizeAction`.
 */

import type { Live } from "#api";
import type { Pod, ResourceRequirements } from "#api/core/v1";
import type { PodMemory } from "../cgroup/read-usage.ts";
import { containerResources, podResources } from "../pod/resources.ts";
import type { ContainerResources } from "../runtime-config.ts";
import type { ContainerRuntime } from "../runtime.ts";
import { computeOf, type ContainerResize } from "./plan-resize.ts";

export interface ResizeDeps {
  readonly runtime: { readonly containers: Pick<ContainerRuntime, "updateResources"> };
  /** Gives the pod's cgroup these limits. */
  readonly limitCgroup: (pod: Live<Pod>, limits: ContainerResources) => Promise<void>;
  /** Undefined where memory is not limited at all. */
  readonly readMemory: (
    pod: Live<Pod>,
    containerIds: readonly string[],
  ) => Promise<PodMemory | undefined>;
}

export interface PodResize {
  /** With what is set aside. */
  readonly pod: Live<Pod>;
  /** With what is in effect. */
  readonly inEffect: Live<Pod>;
  readonly updates: readonly ContainerResize[];
  readonly nodeMemoryBytes: number;
  /** Told of each container that has its new resources. */
  readonly onUpdated: (id: string, resources: ResourceRequirements) => void;
}

/** Rejects when it cannot be done now, with an error for people; what was done so far stays. */
export async function resizePod(
  deps: ResizeDeps,
  { pod, inEffect, updates, nodeMemoryBytes, onUpdated }: PodResize,
  signal: AbortSignal,
): Promise<void> {
  const now = podResources(inEffect);
  const wanted = podResources(pod);
  await refuseTooLittleMemory(deps, { pod, now, wanted, updates });
  const widest = widestOf(now, wanted);
  if (!isSame(now, widest)) await deps.limitCgroup(pod, widest);
  for (const { container, id } of [...updates].sort(shrinkingFirst)) {
    const limits = containerResources(pod, container, nodeMemoryBytes);
    await deps.runtime.containers.updateResources(id, limits, signal);
    onUpdated(id, container.resources ?? {});
  }
  if (!isSame(widest, wanted)) await deps.limitCgroup(pod, wanted);
}

interface Limits {
  readonly pod: Live<Pod>;
  readonly now: ContainerResources;
  readonly wanted: ContainerResources;
  readonly updates: readonly ContainerResize[];
}

/** The kernel would kill, or refuse halfway through; upstream asks before, too, as well as it can. */
async function refuseTooLittleMemory(
  { readMemory }: ResizeDeps,
  { pod, now, wanted, updates }: Limits,
): Promise<void> {
  const podLimit = wanted.memoryLimitBytes;
  const isPodShrinking = isLower(podLimit, now.memoryLimitBytes);
  const shrinking = updates.filter(({ container, inEffect }) =>
    isLower(memoryLimitOf(container.resources), memoryLimitOf(inEffect)),
  );
  if (!isPodShrinking && shrinking.length === 0) return;
  const ids = shrinking.map(({ id }) => id);
  const used = await readMemory(pod, ids);
  if (used === undefined) return;
  const problems = shrinking.flatMap(({ container, id }) =>
    shortageOf(
      `container ${JSON.stringify(container.name)}`,
      memoryLimitOf(container.resources),
      used.containerBytes.get(id),
    ),
  );
  const all = [...(isPodShrinking ? shortageOf("pod", podLimit, used.podBytes) : []), ...problems];
  if (all.length === 0) return;
  const text = all.length === 1 ? all[0] : `[${all.join(", ")}]`;
  throw new Error(`cannot decrease memory limits: ${text}`);
}

function shortageOf(
  whose: string,
  limitBytes: number,
  usedBytes: number | undefined,
): readonly string[] {
  if (usedBytes === undefined) return [`missing ${whose} memory usage`];
  if (usedBytes < limitBytes) return [];
  return [
    `attempting to set ${whose} memory limit (${limitBytes}) below current usage (${usedBytes})`,
  ];
}

function memoryLimitOf(resources: ResourceRequirements | undefined): number {
  return computeOf(resources?.limits).memoryBytes;
}

/** Of limits, of which 0 is none. */
function isLower(limit: number, before: number): boolean {
  return limit > 0 && (before === 0 || limit < before);
}

/** Limits under which both fit. */
function widestOf(left: ContainerResources, right: ContainerResources): ContainerResources {
  const widest = (first: number, second: number) =>
    first === 0 || second === 0 ? 0 : Math.max(first, second);
  return {
    ...right,
    cpuShares: Math.max(left.cpuShares, right.cpuShares),
    cpuQuota: widest(left.cpuQuota, right.cpuQuota),
    memoryLimitBytes: widest(left.memoryLimitBytes, right.memoryLimitBytes),
  };
}

function isSame(left: ContainerResources, right: ContainerResources): boolean {
  return (
    left.cpuShares === right.cpuShares &&
    left.cpuQuota === right.cpuQuota &&
    left.memoryLimitBytes === right.memoryLimitBytes
  );
}

/** What is given back first is there for those that come after. */
function shrinkingFirst(left: ContainerResize, right: ContainerResize): number {
  return Number(isShrinking(right)) - Number(isShrinking(left));
}

function isShrinking({ container, inEffect }: ContainerResize): boolean {
  return isLower(memoryLimitOf(container.resources), memoryLimitOf(inEffect));
}
