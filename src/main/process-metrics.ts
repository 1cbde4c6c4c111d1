import type { LinuxUsage, Machine, Meters, ProcessUsage } from "#base";
import { gitVersion, kubernetesVersion } from "#api";

const figures: readonly (readonly [
  name: string,
  help: string,
  type: "counter" | "gauge",
  read: (usage: ProcessUsage) => number,
])[] = [
  [
    "process_cpu_seconds_total",
    "Total user and system CPU time spent in seconds.",
    "counter",
    ({ cpuMs }) => cpuMs / 1_000,
  ],
  [
    "process_resident_memory_bytes",
    "Resident memory size in bytes.",
    "gauge",
    ({ residentBytes }) => residentBytes,
  ],
  [
    "process_start_time_seconds",
    "Start time of the process since unix epoch in seconds.",
    "gauge",
    ({ startedAtMs }) => startedAtMs / 1_000,
  ],
  [
    "nodejs_heap_size_used_bytes",
    "Memory that objects of the JavaScript engine take, in bytes.",
    "gauge",
    ({ heapBytes }) => heapBytes,
  ],
];

const linuxFigures: readonly (readonly [
  name: string,
  help: string,
  type: "counter" | "gauge",
  read: (usage: LinuxUsage) => number,
])[] = [
  ["process_open_fds", "Number of open file descriptors.", "gauge", ({ openFiles }) => openFiles],
  [
    "process_max_fds",
    "Maximum number of open file descriptors.",
    "gauge",
    ({ openFilesMax }) => openFilesMax,
  ],
  [
    "process_virtual_memory_bytes",
    "Virtual memory size in bytes.",
    "gauge",
    ({ virtualBytes }) => virtualBytes,
  ],
  [
    "process_virtual_memory_max_bytes",
    "Maximum amount of virtual memory available in bytes.",
    "gauge",
    ({ virtualBytesMax }) => virtualBytesMax,
  ],
  [
    "process_network_receive_bytes_total",
    "Number of bytes received by the process over the network.",
    "counter",
    ({ networkReceivedBytes }) => networkReceivedBytes,
  ],
  [
    "process_network_transmit_bytes_total",
    "Number of bytes sent by the process over the network.",
    "counter",
    ({ networkSentBytes }) => networkSentBytes,
  ],
];

/** What every client library tells of its process. */
export function registerProcessMetrics(meters: Meters, machine: Pick<Machine, "usage">): void {
  for (const [name, help, type, read] of figures) {
    meters.sampled({ name, help }, type, () => [{ labelValues: [], value: read(machine.usage()) }]);
  }
  for (const [name, help, type, read] of linuxFigures) {
    meters.sampled({ name, help }, type, () => {
      const { linux } = machine.usage();
      return linux === undefined ? [] : [{ labelValues: [], value: read(linux) }];
    });
  }
}

/** Which Kubernetes this is; under the same name on every page of the cluster's own parts. */
export function registerBuildInfo(meters: Meters): void {
  const labels = { ...versionLabels, git_version: gitVersion };
  const spec = {
    name: "kubernetes_build_info",
    help: "A metric with a constant '1' value labeled by the version of Kubernetes that is spoken.",
    labelNames: Object.keys(labels),
  };
  meters
    .gauge(spec)
    .with(...Object.values(labels))
    .set(1);
}

const versionLabels = {
  major: kubernetesVersion.major,
  minor: kubernetesVersion.minor,
  compiler: "node",
};
