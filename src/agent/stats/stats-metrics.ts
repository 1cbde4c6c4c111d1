/** Usage in Prometheus' text format, under the names of upstream's kubelet. */
import { formatFamilies, type Labels, type Sample } from "./prometheus-text.ts";

const nanosecondsPerSecond = 1e9;

/** What something uses; undefined where nobody tells. */
export interface Used {
  readonly cpu: { readonly atMs: number; readonly usageCoreNanoseconds: number } | undefined;
  readonly memory:
    | { readonly atMs: number; readonly workingSetBytes: number | undefined }
    | undefined;
}

export interface ContainerUse extends Used {
  readonly name: string;
  readonly startedAtMs: number;
}

export interface PodUse extends Used {
  readonly name: string;
  readonly namespace: string;
  readonly containers: readonly ContainerUse[];
}

/** Of the node as a whole, and of its pods. */
export interface ResourceUse extends Used {
  readonly pods: readonly PodUse[];
}

/** `GET /metrics/resource`: the few numbers that metrics-server asks every node for. */
export function formatResourceMetrics(stats: ResourceUse): string {
  const containers = containersOf(stats);
  const byContainer = ({ container, pod }: ContainerPlace): Labels => ({
    container: container.name,
    namespace: pod.namespace,
    pod: pod.name,
  });
  const byPod = (pod: PodUse): Labels => ({ namespace: pod.namespace, pod: pod.name });
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

interface ContainerPlace {
  readonly pod: PodUse;
  readonly container: ContainerUse;
}

function containersOf(stats: ResourceUse): readonly ContainerPlace[] {
  return stats.pods.flatMap((pod) => pod.containers.map((container) => ({ pod, container })));
}

function cpuSample(labels: Labels, cpu: Used["cpu"]): Sample {
  const nanoseconds = cpu?.usageCoreNanoseconds;
  const value = nanoseconds === undefined ? undefined : nanoseconds / nanosecondsPerSecond;
  return { labels, value, atMs: cpu?.atMs };
}

function memorySample(labels: Labels, { memory }: Pick<Used, "memory">): Sample {
  // The runtime gives no time for what it has not measured yet.
  return { labels, value: memory?.workingSetBytes, atMs: memory?.atMs || undefined };
}

function startSample(labels: Labels, { startedAtMs }: { readonly startedAtMs: number }): Sample {
  return { labels, value: startedAtMs / 1000, atMs: undefined };
}
