/** Requests and limits as the kernel wants them. Source of the figures: upstream's kubelet. */

import { type Live, parseQuantity, qosClassOf, quantityMillis, quantityUnits } from "#api";
import type { Container, Pod, ResourceRequirements } from "#api/core/v1";
import { type ContainerResources, unlimitedResources } from "../runtime-config.ts";

const cpuPeriodMicros = 100_000;
const cpuQuotaMinMicros = 1_000;
const sharesMin = 2;
const sharesMax = 262_144;

const guaranteedOomScore = -997;
const bestEffortOomScore = 1_000;

export function containerResources(
  pod: Live<Pod>,
  container: Container,
  nodeMemoryBytes: number,
): ContainerResources {
  const { resources } = container;
  return {
    ...unlimitedResources,
    ...cpuLimits(resources),
    memoryLimitBytes: memoryOf(resources?.limits),
    oomScoreAdj: oomScore(pod, container, nodeMemoryBytes),
  };
}

/**
 * What the pod's own cgroup is limited to: what the pod states as a whole, or the sum, where every
 * container has a limit.
 */
export function podResources({ spec }: Live<Pod>): ContainerResources {
  const own = cpuLimits(spec.resources);
  const sidecars = (spec.initContainers ?? []).filter(
    ({ restartPolicy }) => restartPolicy === "Always",
  );
  const all = [...spec.containers, ...sidecars].map(({ resources }) => resources);
  const limits = all.map(cpuLimits);
  const memory = all.map((resources) => memoryOf(resources?.limits));
  const isCpuBound = limits.every(({ cpuQuota }) => cpuQuota > 0);
  const isMemoryBound = memory.every((limit) => limit > 0);
  return {
    ...unlimitedResources,
    cpuPeriod: cpuPeriodMicros,
    cpuShares: statesCpu(spec.resources)
      ? own.cpuShares
      : limits.reduce((sum, { cpuShares }) => sum + cpuShares, 0),
    cpuQuota:
      own.cpuQuota || (isCpuBound ? limits.reduce((sum, { cpuQuota }) => sum + cpuQuota, 0) : 0),
    memoryLimitBytes:
      memoryOf(spec.resources?.limits) ||
      (isMemoryBound ? memory.reduce((sum, limit) => sum + limit, 0) : 0),
  };
}

function statesCpu(resources: ResourceRequirements | undefined): boolean {
  return cpuOf(resources?.requests) > 0 || cpuOf(resources?.limits) > 0;
}

function cpuLimits(resources: ResourceRequirements | undefined) {
  const limitMilli = cpuOf(resources?.limits);
  const requestMilli = cpuOf(resources?.requests) || limitMilli;
  const shares = Math.floor((requestMilli * 1024) / 1000);
  const quota = Math.floor((limitMilli * cpuPeriodMicros) / 1000);
  return {
    cpuPeriod: cpuPeriodMicros,
    cpuQuota: limitMilli === 0 ? 0 : Math.max(quota, cpuQuotaMinMicros),
    cpuShares: Math.min(Math.max(shares, sharesMin), sharesMax),
  };
}

function oomScore(pod: Live<Pod>, { resources }: Container, nodeMemoryBytes: number): number {
  const isCritical = (pod.spec.priority ?? 0) >= 2_000_000_000;
  const qosClass = qosClassOf(pod);
  if (isCritical || qosClass === "Guaranteed") return guaranteedOomScore;
  if (qosClass === "BestEffort") return bestEffortOomScore;
  const requestBytes = memoryOf(resources?.requests) || memoryOf(resources?.limits);
  const score = 1000 - Math.floor((1000 * requestBytes) / Math.max(1, nodeMemoryBytes));
  return Math.min(Math.max(score, 1000 + guaranteedOomScore), 999);
}

type ResourceList = Readonly<Record<string, string>> | undefined;

function cpuOf(list: ResourceList): number {
  const text = list?.["cpu"];
  return text === undefined ? 0 : quantityMillis(parseQuantity(text));
}

function memoryOf(list: ResourceList): number {
  const text = list?.["memory"];
  return text === undefined ? 0 : quantityUnits(parseQuantity(text));
}
