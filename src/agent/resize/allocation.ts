/**
 * What a node has set aside for a pod. A pod that asks for other resources than before keeps those it
 * has until its node has room; all that runs, runs by what is set aside. Pure.
 */

import { asJsonObject, isSemanticallyEqual, type Live } from "#api";
import {
  type Container,
  type ContainerStatus,
  type Pod,
  type ResourceRequirements,
  resourceRequirements,
} from "#api/core/v1";

export interface Allocation {
  /** Of the pod as a whole, where it has any. */
  readonly pod: ResourceRequirements | undefined;
  /** By the container's name; init containers are among them. */
  readonly containers: ReadonlyMap<string, ResourceRequirements>;
}

/** Just what the pod asks for. */
export function wholeAllocation({ spec }: Live<Pod>): Allocation {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return {
    pod: spec.resources,
    containers: new Map(containers.map(({ name, resources = {} }) => [name, resources])),
  };
}

/**
 * What was set aside for a pod that an earlier agent ran, as its status tells. What that agent had
 * granted and not yet carried out counts as granted.
 */
export function knownAllocation(pod: Live<Pod>): Allocation {
  const wanted = wholeAllocation(pod);
  const { status, metadata } = pod;
  const progress = status.conditions?.find(({ type }) => type === "PodResizeInProgress");
  const isPending = status.conditions?.some(({ type }) => type === "PodResizePending") ?? false;
  const isGranted = progress?.observedGeneration === metadata.generation && !isPending;
  if (progress !== undefined && isGranted) return wanted;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const containers = new Map(wanted.containers);
  for (const one of statuses) {
    const resources = wanted.containers.get(one.name);
    if (resources !== undefined) containers.set(one.name, allocatedBy(one, resources));
  }
  return { ...wanted, containers };
}

function allocatedBy(
  { resources: inEffect, allocatedResources }: ContainerStatus,
  wanted: ResourceRequirements,
): ResourceRequirements {
  if (inEffect === undefined) return wanted;
  const { limits: _wantedLimits, requests: _wantedRequests, ...rest } = wanted;
  return {
    ...rest,
    ...(inEffect.limits === undefined ? {} : { limits: inEffect.limits }),
    ...(allocatedResources === undefined ? {} : { requests: allocatedResources }),
  };
}

/** Whether all that the pod asks for is set aside. */
export function isWhole(pod: Live<Pod>, allocation: Allocation): boolean {
  const wanted = wholeAllocation(pod);
  return (
    isSameResources(wanted.pod, allocation.pod) &&
    [...wanted.containers].every(([name, resources]) =>
      isSameResources(resources, allocation.containers.get(name)),
    )
  );
}

/** The pod as it runs: with what is set aside instead of what it asks for. */
export function withAllocation(pod: Live<Pod>, allocation: Allocation): Live<Pod> {
  if (isWhole(pod, allocation)) return pod;
  const settle = (container: Container): Container => {
    const resources = allocation.containers.get(container.name);
    return resources === undefined ? container : { ...container, resources };
  };
  const { initContainers, containers, resources: _wanted, ...rest } = pod.spec;
  const spec = {
    ...rest,
    containers: containers.map(settle),
    ...(initContainers === undefined ? {} : { initContainers: initContainers.map(settle) }),
    ...(allocation.pod === undefined ? {} : { resources: allocation.pod }),
  };
  return { ...pod, spec };
}

function isSameResources(
  left: ResourceRequirements | undefined,
  right: ResourceRequirements | undefined,
): boolean {
  const [first, second] = [left, right].map((one) => asJsonObject(one ?? {}));
  return isSemanticallyEqual(resourceRequirements, first, second);
}
