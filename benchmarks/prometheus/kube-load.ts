/**
 * The series that monitoring a cluster brings: for each pod what cAdvisor, kube-state-metrics and
 * the program in it say. Values move as such values do: most stand still or count slowly, histograms
 * count now and then, processor time and sent bytes grow all the time, memory walks in pages.
 *
 * The same seed gives the same values, so that two programs get the same samples.
 */
import { type Labels, labelsOf } from "#series";

type Motion =
  | "constant"
  | "idle counter"
  | "busy counter"
  | "byte counter"
  | "seconds"
  | "pages"
  | "level"
  | "measure";

interface Metric {
  readonly name: string;
  readonly motion: Motion;
  readonly source: "cadvisor" | "state" | "app";
  readonly extra: readonly (readonly [string, string])[];
}

const metrics: readonly Metric[] = [
  ...of("cadvisor", "seconds", "container_cpu_usage_seconds_total"),
  ...of("cadvisor", "seconds", "container_cpu_user_seconds_total"),
  ...of("cadvisor", "seconds", "container_cpu_system_seconds_total"),
  ...of("cadvisor", "idle counter", "container_cpu_cfs_throttled_periods_total"),
  ...of("cadvisor", "busy counter", "container_cpu_cfs_periods_total"),
  ...of("cadvisor", "pages", "container_memory_working_set_bytes"),
  ...of("cadvisor", "pages", "container_memory_rss"),
  ...of("cadvisor", "pages", "container_memory_usage_bytes"),
  ...of("cadvisor", "idle counter", "container_memory_failures_total", "scope", "failure_type"),
  ...of("cadvisor", "constant", "container_memory_cache"),
  ...of("cadvisor", "constant", "container_memory_swap"),
  ...of("cadvisor", "constant", "container_spec_memory_limit_bytes"),
  ...of("cadvisor", "constant", "container_spec_cpu_quota"),
  ...of("cadvisor", "constant", "container_start_time_seconds"),
  ...of("cadvisor", "byte counter", "container_network_receive_bytes_total"),
  ...of("cadvisor", "byte counter", "container_network_transmit_bytes_total"),
  ...of("cadvisor", "busy counter", "container_network_receive_packets_total"),
  ...of("cadvisor", "constant", "container_network_receive_errors_total"),
  ...of("cadvisor", "idle counter", "container_fs_writes_total", "device"),
  ...of("cadvisor", "idle counter", "container_fs_writes_bytes_total", "device"),
  ...of("cadvisor", "level", "container_threads"),
  ...of("state", "constant", "kube_pod_info"),
  ...of("state", "constant", "kube_pod_status_phase", "phase", "phase", "phase", "phase"),
  ...of("state", "constant", "kube_pod_status_ready", "condition", "condition"),
  ...of("state", "constant", "kube_pod_container_status_restarts_total"),
  ...of("state", "constant", "kube_pod_container_status_ready"),
  ...of("state", "constant", "kube_pod_container_resource_requests", "resource", "resource"),
  ...of("state", "constant", "kube_pod_container_resource_limits", "resource", "resource"),
  ...of("state", "constant", "kube_pod_labels"),
  ...of("state", "constant", "kube_pod_owner"),
  ...of("app", "measure", "go_memstats_alloc_bytes"),
  ...of("app", "byte counter", "go_memstats_alloc_bytes_total"),
  ...of("app", "pages", "go_memstats_heap_inuse_bytes"),
  ...of("app", "level", "go_goroutines"),
  ...of("app", "constant", "go_info"),
  ...of("app", "idle counter", "go_gc_duration_seconds_count"),
  ...of("app", "measure", "go_gc_duration_seconds", "quantile", "quantile", "quantile"),
  ...of("app", "seconds", "process_cpu_seconds_total"),
  ...of("app", "level", "process_open_fds"),
  ...of("app", "pages", "process_resident_memory_bytes"),
  ...of("app", "constant", "process_start_time_seconds"),
  ...histogram("http_request_duration_seconds", "GET", "busy counter"),
  ...histogram("http_request_duration_seconds", "POST", "idle counter"),
  ...histogram("workqueue_queue_duration_seconds", "sync", "idle counter"),
];

export const seriesPerPod = metrics.length;

function of(
  source: Metric["source"],
  motion: Motion,
  name: string,
  ...labels: readonly string[]
): readonly Metric[] {
  if (labels.length === 0) return [{ name, motion, source, extra: [] }];
  return labels.map((label, index) => ({
    name,
    motion,
    source,
    extra: [[label, `${label}-${index}`]],
  }));
}

function histogram(name: string, verb: string, motion: Motion): readonly Metric[] {
  const bounds = ["0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "+Inf"];
  const buckets = bounds.map((bound) => ({
    name: `${name}_bucket`,
    extra: [
      ["le", bound],
      ["verb", verb],
    ] as const,
  }));
  const sums = [`${name}_sum`, `${name}_count`].map((one) => ({
    name: one,
    extra: [["verb", verb]] as const,
  }));
  return [...buckets, ...sums].map((one) => ({
    ...one,
    motion: one.name.endsWith("_sum") ? "seconds" : motion,
    source: "app",
  }));
}

export class KubeLoad {
  readonly labels: readonly Labels[];
  readonly values: Float64Array;
  readonly #motions: readonly Motion[];
  #seed = 0x2545f491;

  constructor(seriesCount: number) {
    const series = Array.from({ length: seriesCount }, (_, index) => seriesAt(index));
    this.labels = series.map(({ labels }) => labels);
    this.#motions = series.map(({ motion }) => motion);
    this.values = Float64Array.from(this.#motions, (motion, index) => this.#first(motion, index));
  }

  /** Moves all values on by one interval. */
  step(): void {
    for (const [index, motion] of this.#motions.entries()) {
      this.values[index] = this.#moved(motion, this.values[index] ?? 0);
    }
  }

  #first(motion: Motion, index: number): number {
    if (motion === "constant") return index % 3 === 0 ? 1 : 0;
    if (motion === "pages") return Math.floor(this.#chance() * 50_000) * 4_096;
    if (motion === "level") return Math.floor(this.#chance() * 20);
    return Math.floor(this.#chance() * 100_000);
  }

  #moved(motion: Motion, value: number): number {
    const chance = this.#chance();
    switch (motion) {
      case "constant":
        return value;
      case "idle counter":
        return chance < 0.05 ? value + 1 : value;
      case "busy counter":
        return value + Math.floor(chance * chance * 30);
      case "byte counter":
        return value + Math.floor(chance * 600_000);
      case "seconds":
        return chance < 0.3 ? value : Math.round((value + chance * 0.4) * 1e6) / 1e6;
      case "pages":
        return chance < 0.5 ? value : Math.max(0, value + Math.floor(chance * 40 - 30) * 4_096);
      case "level":
        return chance < 0.7 ? value : Math.max(0, value + (chance < 0.85 ? 1 : -1));
      case "measure":
        return Math.floor(chance * 4e7);
    }
  }

  /** Mulberry32: the next number in [0, 1). */
  #chance(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function seriesAt(index: number): { readonly labels: Labels; readonly motion: Motion } {
  const pod = Math.floor(index / seriesPerPod);
  const metric = metrics[index % seriesPerPod];
  if (metric === undefined) throw new Error("every index has a metric");
  const { name, motion, source, extra } = metric;
  const all: readonly (readonly [string, string])[] = [
    ["__name__", name],
    ...extra,
    ...podLabels(pod),
    ...sourceLabels(source, pod),
  ];
  return { labels: labelsOf(all), motion };
}

function podLabels(pod: number): readonly (readonly [string, string])[] {
  const app = `app-${pod % 97}`;
  return [
    ["namespace", `team-${pod % 23}`],
    ["pod", `${app}-7c9d8f6b54-${(pod * 2_654_435_761).toString(36).slice(-5)}`],
    ["container", app],
  ];
}

function sourceLabels(
  source: Metric["source"],
  pod: number,
): readonly (readonly [string, string])[] {
  const node = `node-${pod % 101}`;
  if (source === "state") {
    return [
      ["job", "kube-state-metrics"],
      ["instance", "10.42.3.17:8080"],
    ];
  }
  if (source === "app") {
    return [
      ["job", `app-${pod % 97}`],
      ["instance", `10.42.${pod % 251}.${Math.floor(pod / 251) % 251}:9090`],
      ["node", node],
    ];
  }
  return [
    ["job", "kubelet"],
    ["metrics_path", "/metrics/cadvisor"],
    ["instance", `10.0.0.${pod % 101}:10250`],
    ["node", node],
    ["image", `registry.example.com/team-${pod % 23}/app-${pod % 97}:v1.4.${pod % 7}`],
    ["id", `/kubepods/burstable/pod${(pod * 40_503).toString(16).padStart(12, "0")}`],
  ];
}
