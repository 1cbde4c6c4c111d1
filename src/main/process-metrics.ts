import type { Machine, Meters, ProcessUsage } from "#base";
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

/** What every client library tells of its process. */
export function registerProcessMetrics(meters: Meters, machine: Pick<Machine, "usage">): void {
  for (const [name, help, type, read] of figures) {
    meters.sampled({ name, help }, type, () => [{ labelValues: [], value: read(machine.usage()) }]);
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
