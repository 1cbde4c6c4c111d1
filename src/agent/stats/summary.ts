/** `GET /stats/summary`: usage as JSON, in the fields of upstream's `stats/v1alpha1`. */
import type { CpuUsage, InterfaceUsage, MemoryUsage } from "../runtime-state.ts";
import type { FilesystemStats, NodeStats, PodContainerStats, PodStats } from "./node-stats.ts";

/** A plain object to be written as JSON; properties that are undefined are left out there. */
export function summaryOf(stats: NodeStats): object {
  const { filesystem, imageFilesystem } = stats;
  return {
    node: {
      nodeName: stats.nodeName,
      startTime: timeOf(stats.startedAtMs),
      cpu: cpuOf(stats.cpu),
      memory: memoryOf(stats.memory),
      network: networkOf(stats.cpu.atMs, stats.interfaces),
      fs: filesystemOf(filesystem),
      runtime: { imageFs: filesystemOf(imageFilesystem) },
    },
    pods: stats.pods.map((pod) => podOf(pod, stats)),
  };
}

function podOf(pod: PodStats, node: NodeStats): object {
  return {
    podRef: { name: pod.name, namespace: pod.namespace, uid: pod.uid },
    startTime: timeOf(pod.startedAtMs),
    containers: pod.containers.map((container) => containerOf(container, node)),
    cpu: pod.cpu && cpuOf(pod.cpu),
    memory: pod.memory && memoryOf(pod.memory),
    network: pod.network && networkOf(pod.network.atMs, pod.network.interfaces),
    process_stats: pod.processCount === undefined ? undefined : { process_count: pod.processCount },
  };
}

function containerOf(container: PodContainerStats, { imageFilesystem }: NodeStats): object {
  const layer = container.writableLayer;
  return {
    name: container.name,
    startTime: timeOf(container.startedAtMs),
    cpu: container.cpu && cpuOf(container.cpu),
    memory: container.memory && memoryOf(container.memory),
    rootfs: layer && {
      ...filesystemOf(imageFilesystem),
      usedBytes: layer.usedBytes,
      inodesUsed: layer.inodesUsed,
    },
  };
}

function cpuOf({ atMs, usageCoreNanoseconds, usageNanoCores }: CpuUsage): object {
  return { time: timeOf(atMs), usageNanoCores, usageCoreNanoSeconds: usageCoreNanoseconds };
}

function memoryOf(memory: MemoryUsage): object {
  const { atMs, availableBytes, usageBytes, workingSetBytes, rssBytes, ...faults } = memory;
  return {
    time: timeOf(atMs),
    availableBytes,
    usageBytes,
    workingSetBytes,
    rssBytes,
    pageFaults: faults.pageFaults,
    majorPageFaults: faults.majorPageFaults,
  };
}

function networkOf(atMs: number, interfaces: readonly InterfaceUsage[]): object {
  const all = interfaces.map((one) => ({
    name: one.name,
    rxBytes: one.rxBytes,
    rxErrors: one.rxErrors,
    txBytes: one.txBytes,
    txErrors: one.txErrors,
  }));
  return { time: timeOf(atMs), ...all[0], interfaces: all };
}

function filesystemOf({ atMs, ...usage }: FilesystemStats): object {
  return { time: timeOf(atMs), ...usage };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}
