/** Usage in Prometheus' text format, under the names of upstream's kubelet and of cAdvisor. */
import type { NodeStats, PodContainerStats, PodStats } from "./node-stats.ts";
import { type Family, formatFamilies, type Labels, type Sample } from "./prometheus-text.ts";

const nanosecondsPerSecond = 1e9;

/** `GET /metrics/resource`: the few numbers that metrics-server asks every node for. */
export function formatResourceMetrics(stats: NodeStats): string {
  const containers = containersOf(stats);
  const byContainer = ({ container, pod }: ContainerPlace): Labels => ({
    container: container.name,
    namespace: pod.namespace,
    pod: pod.name,
  });
  const byPod = (pod: PodStats): Labels => ({ namespace: pod.namespace, pod: pod.name });
  return formatFamilies([
    {
      name: "container_cpu_usage_seconds_total",
      type: "counter",
      help: "[STABLE] Cumulative cpu time consumed by the container in core-seconds",
      samples: containers.map((place) => cpuSample(byContainer(place), place.container.cpu)),
    },
    {
      name: "container_memory_working_set_bytes",
      type: "gauge",
      help: "[STABLE] Current working set of the container in bytes",
      samples: containers.map((place) => memorySample(byContainer(place), place.container)),
    },
    {
      name: "container_start_time_seconds",
      type: "gauge",
      help: "[STABLE] Start time of the container since unix epoch in seconds",
      samples: containers.map((place) => startSample(byContainer(place), place.container)),
    },
    {
      name: "node_cpu_usage_seconds_total",
      type: "counter",
      help: "[STABLE] Cumulative cpu time consumed by the node in core-seconds",
      samples: [cpuSample({}, stats.cpu)],
    },
    {
      name: "node_memory_working_set_bytes",
      type: "gauge",
      help: "[STABLE] Current working set of the node in bytes",
      samples: [memorySample({}, stats)],
    },
    {
      name: "pod_cpu_usage_seconds_total",
      type: "counter",
      help: "[STABLE] Cumulative cpu time consumed by the pod in core-seconds",
      samples: stats.pods.map((pod) => cpuSample(byPod(pod), pod.cpu)),
    },
    {
      name: "pod_memory_working_set_bytes",
      type: "gauge",
      help: "[STABLE] Current working set of the pod in bytes",
      samples: stats.pods.map((pod) => memorySample(byPod(pod), pod)),
    },
    {
      name: "resource_scrape_error",
      type: "gauge",
      help: "[STABLE] 1 if there was an error while getting container metrics, 0 otherwise",
      samples: [{ labels: {}, value: 0, atMs: undefined }],
    },
  ]);
}

/** `GET /metrics/cadvisor`: what dashboards for Kubernetes are drawn from. */
export function formatCadvisorMetrics(stats: NodeStats): string {
  const places: readonly CadvisorPlace[] = stats.pods.flatMap((pod) => [
    { labels: cadvisorLabels(pod, undefined), usage: pod },
    ...pod.containers.map((container) => ({
      labels: cadvisorLabels(pod, container),
      usage: container,
    })),
  ]);
  return formatFamilies([
    {
      name: "container_cpu_usage_seconds_total",
      type: "counter",
      help: "Cumulative cpu time consumed in seconds.",
      samples: places.map(({ labels, usage }) => cpuSample({ ...labels, cpu: "total" }, usage.cpu)),
    },
    {
      name: "container_memory_working_set_bytes",
      type: "gauge",
      help: "Current working set in bytes.",
      samples: places.map(({ labels, usage }) => memorySample(labels, usage)),
    },
    {
      name: "container_memory_usage_bytes",
      type: "gauge",
      help: "Current memory usage in bytes, including all memory regardless of when it was accessed",
      samples: places.map(({ labels, usage }) => gauge(labels, usage.memory, "usageBytes")),
    },
    {
      name: "container_memory_rss",
      type: "gauge",
      help: "Size of RSS in bytes.",
      samples: places.map(({ labels, usage }) => gauge(labels, usage.memory, "rssBytes")),
    },
    {
      name: "container_start_time_seconds",
      type: "gauge",
      help: "Start time of the container since unix epoch in seconds.",
      samples: places.map(({ labels, usage }) => startSample(labels, usage)),
    },
    {
      name: "container_fs_usage_bytes",
      type: "gauge",
      help: "Number of bytes that are consumed by the container on this filesystem.",
      samples: stats.pods.flatMap((pod) =>
        pod.containers.map((container) =>
          gauge(cadvisorLabels(pod, container), container.writableLayer, "usedBytes"),
        ),
      ),
    },
    ...networkFamilies(stats),
    machineFamily("machine_cpu_cores", "Number of logical CPU cores.", stats.cpuCount),
    machineFamily(
      "machine_memory_bytes",
      "Amount of memory installed on the machine.",
      stats.memoryBytes,
    ),
  ]);
}

interface CadvisorPlace {
  readonly labels: Labels;
  readonly usage: PodStats | PodContainerStats;
}

interface ContainerPlace {
  readonly pod: PodStats;
  readonly container: PodContainerStats;
}

function containersOf(stats: NodeStats): readonly ContainerPlace[] {
  return stats.pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
}

/** With no container the series are the whole pod's, and `container`, `image` and `name` are empty. */
function cadvisorLabels(pod: PodStats, container: PodContainerStats | undefined): Labels {
  const id = `/kubepods/pod${pod.uid}`;
  return {
    container: container?.name ?? "",
    id: container === undefined ? id : `${id}/${container.id}`,
    image: container?.image ?? "",
    name: container?.id ?? "",
    namespace: pod.namespace,
    pod: pod.name,
  };
}

const networkCounters = [
  ["container_network_receive_bytes_total", "rxBytes", "Cumulative count of bytes received"],
  [
    "container_network_receive_errors_total",
    "rxErrors",
    "Cumulative count of errors encountered while receiving",
  ],
  ["container_network_transmit_bytes_total", "txBytes", "Cumulative count of bytes transmitted"],
  [
    "container_network_transmit_errors_total",
    "txErrors",
    "Cumulative count of errors encountered while transmitting",
  ],
] as const;

/** Containers share their pod's network, so the pod's sandbox carries its series. */
function networkFamilies(stats: NodeStats): readonly Family[] {
  return networkCounters.map(([name, property, help]) => ({
    name,
    type: "counter",
    help,
    samples: stats.pods.flatMap((pod) =>
      (pod.network?.interfaces ?? []).map((one) => ({
        labels: { ...cadvisorLabels(pod, undefined), interface: one.name, name: pod.sandboxId },
        value: one[property],
        atMs: pod.network?.atMs || stats.cpu.atMs,
      })),
    ),
  }));
}

function machineFamily(name: string, help: string, value: number): Family {
  return { name, type: "gauge", help, samples: [{ labels: {}, value, atMs: undefined }] };
}

function cpuSample(labels: Labels, cpu: PodStats["cpu"]): Sample {
  const nanoseconds = cpu?.usageCoreNanoseconds;
  const value = nanoseconds === undefined ? undefined : nanoseconds / nanosecondsPerSecond;
  return { labels, value, atMs: cpu?.atMs };
}

function memorySample(labels: Labels, { memory }: Pick<PodStats, "memory">): Sample {
  return gauge(labels, memory, "workingSetBytes");
}

function startSample(labels: Labels, { startedAtMs }: { readonly startedAtMs: number }): Sample {
  return { labels, value: startedAtMs / 1000, atMs: undefined };
}

function gauge<Name extends string>(
  labels: Labels,
  usage: ({ readonly atMs: number } & { readonly [K in Name]?: number | undefined }) | undefined,
  name: Name,
): Sample {
  // The runtime gives no time for a layer that it has not measured yet.
  return { labels, value: usage?.[name], atMs: usage?.atMs || undefined };
}
